use chassis::store::{Command, Db, Tx};
use credit_domain::admission::AdmissionPolicy;
use credit_domain::standards::{Standard, StandardDraft};
use kernel::{Actor, City};

use crate::error::Error;
use crate::store::standards;

/// Begins the library of a city with the standards that are compiled in. Those that are there already, in whatever
/// version, stay as they are. Returns how many were new.
///
/// # Errors
/// When the database refuses.
pub async fn seed_standards(
    db: &Db,
    city: City,
    seed: &[StandardDraft],
    policy: &AdmissionPolicy,
) -> Result<usize, Error> {
    // Looked at before a transaction is opened: after the first time there is nothing to do.
    let mut missing = Vec::new();
    for says in seed {
        if standards::find(db.read(), city, &says.number.slug()).await?.is_none() {
            missing.push(says.clone());
        }
    }
    if missing.is_empty() { Ok(0) } else { db.write(&Seed { city, missing, policy }).await }
}

struct Seed<'a> {
    city: City,
    missing: Vec<StandardDraft>,
    policy: &'a AdmissionPolicy,
}

impl Command for Seed<'_> {
    type Out = usize;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<usize, Error> {
        let mut new = 0;
        for says in &self.missing {
            if standards::lock(tx.conn(), self.city, &says.number.slug()).await?.is_none() {
                let (by, now) = (Actor::Platform, tx.now());
                let step = Standard::publish(self.city, says.clone(), None, self.policy, by, now)?;
                if let Some(standard) = step.done() {
                    standards::insert(tx.conn(), &standard).await?;
                    new += 1;
                }
            }
        }
        Ok(new)
    }
}

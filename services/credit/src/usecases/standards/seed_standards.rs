use chassis::store::{Command, Db, Tx};
use credit_domain::admission::AdmissionPolicy;
use credit_domain::standards::{Standard, StandardDraft, Superseded};
use kernel::{Actor, City};
use sea_orm::ConnectionTrait;

use crate::error::Error;
use crate::store::standards;

/// Begins the library of a city: each standard of `seed` with its editions, the first first, of which each takes the
/// place of the one before. Those that are there already, in whatever edition and version, stay as they are. Returns
/// how many entries are new.
///
/// # Errors
/// When one does not fit, or the database refuses.
pub async fn seed_standards(
    db: &Db,
    city: City,
    seed: &[Vec<StandardDraft>],
    policy: &AdmissionPolicy,
) -> Result<usize, Error> {
    // Looked at before a transaction is opened: after the first time there is nothing to do.
    let mut missing = Vec::new();
    for editions in seed {
        if !is_there(db.read(), city, editions).await? {
            missing.push(editions.as_slice());
        }
    }
    if missing.is_empty() { Ok(0) } else { db.write(&Seed { city, missing, policy }).await }
}

/// Whether the library has one of these editions.
async fn is_there(
    conn: &impl ConnectionTrait,
    city: City,
    editions: &[StandardDraft],
) -> Result<bool, Error> {
    for says in editions {
        if standards::find(conn, city, &says.number.slug()).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

struct Seed<'a> {
    city: City,
    missing: Vec<&'a [StandardDraft]>,
    policy: &'a AdmissionPolicy,
}

impl Command for Seed<'_> {
    type Out = usize;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<usize, Error> {
        let mut new = 0;
        for editions in &self.missing {
            // Another instance may have begun it meanwhile.
            if !is_there(tx.conn(), self.city, editions).await? {
                self.publish(tx, editions).await?;
                new += editions.len();
            }
        }
        Ok(new)
    }
}

impl Seed<'_> {
    async fn publish(&self, tx: &mut Tx, editions: &[StandardDraft]) -> Result<(), Error> {
        let Some((first, later)) = editions.split_first() else { return Ok(()) };
        let (by, now) = (Actor::Platform, tx.now());
        let begun = Standard::publish(self.city, first.clone(), None, self.policy, by, now)?;
        let Some(mut latest) = begun.done() else { return Ok(()) };
        standards::insert(tx.conn(), &latest).await?;
        for says in later {
            let step = latest.supersede(says.clone(), None, self.policy, by, now)?;
            let Some(Superseded { old, new }) = step.done() else { return Ok(()) };
            standards::insert(tx.conn(), &new).await?;
            standards::save(tx.conn(), &old).await?;
            latest = new;
        }
        Ok(())
    }
}

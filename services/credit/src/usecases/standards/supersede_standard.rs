use std::sync::Arc;

use chassis::store::{Command, Tx};
use credit_domain::admission::AdmissionPolicy;
use credit_domain::standards::{Standard, StandardDraft};
use kernel::{Actor, City, Step, Version};

use crate::error::Error;
use crate::store::standards;
use crate::usecases::{Told, unmoved};

/// Puts another standard in the place of one, which stays in the library.
#[derive(Debug)]
pub struct SupersedeStandard {
    /// What the catalogue has.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// The old one.
    pub slug: String,
    /// What is said about the new one.
    pub says: StandardDraft,
    /// Who says so.
    pub by: Actor,
    /// The version of the old one that they looked at.
    pub expected: Version,
}

impl Command for SupersedeStandard {
    /// The new one.
    type Out = Told<Standard>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Standard>, Error> {
        let found = standards::lock(tx.conn(), self.city, &self.slug).await?;
        let old = found.ok_or(Error::Unknown("standard"))?;
        let known = standards::lock(tx.conn(), self.city, &self.says.number.slug()).await?;
        match old.supersede(self.says.clone(), known.as_ref(), &self.policy, self.by, tx.now())? {
            Step::AlreadyDone(both) => Ok(Told { now: both.new, already: true }),
            Step::Done(both) => {
                unmoved(self.expected, old.version)?;
                standards::insert(tx.conn(), &both.new).await?;
                standards::save(tx.conn(), &both.old).await?;
                Ok(Told { now: both.new, already: false })
            }
        }
    }
}

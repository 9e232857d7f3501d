use std::sync::Arc;

use chassis::store::{Command, Tx};
use credit_domain::admission::AdmissionPolicy;
use credit_domain::standards::{Standard, StandardDraft};
use kernel::{Actor, City, Step, Version};

use crate::error::Error;
use crate::store::standards;
use crate::usecases::{Told, unmoved};

/// Says something else about a standard: the number stays, and so does what was said before.
#[derive(Debug)]
pub struct AmendStandard {
    /// What the catalogue has.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// Which.
    pub slug: String,
    /// What is said about it now.
    pub says: StandardDraft,
    /// Who says so.
    pub by: Actor,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for AmendStandard {
    type Out = Told<Standard>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Standard>, Error> {
        let found = standards::lock(tx.conn(), self.city, &self.slug).await?;
        let standard = found.ok_or(Error::Unknown("standard"))?;
        match standard.amend(self.says.clone(), &self.policy, self.by, tx.now())? {
            Step::AlreadyDone(now) => Ok(Told { now, already: true }),
            Step::Done(now) => {
                unmoved(self.expected, standard.version)?;
                standards::save(tx.conn(), &now).await?;
                Ok(Told { now, already: false })
            }
        }
    }
}

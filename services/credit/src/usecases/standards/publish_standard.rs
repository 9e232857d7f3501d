use std::sync::Arc;

use chassis::store::{Command, Tx};
use credit_domain::admission::AdmissionPolicy;
use credit_domain::standards::{Standard, StandardDraft};
use kernel::{Actor, City, Step};

use crate::error::Error;
use crate::store::standards;
use crate::usecases::Told;

/// Takes a standard into the library of a city.
#[derive(Debug)]
pub struct PublishStandard {
    /// What the catalogue has.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// What is said about it.
    pub says: StandardDraft,
    /// Who says so.
    pub by: Actor,
}

impl Command for PublishStandard {
    type Out = Told<Standard>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Standard>, Error> {
        let known = standards::lock(tx.conn(), self.city, &self.says.number.slug()).await?;
        match Standard::publish(
            self.city,
            self.says.clone(),
            known.as_ref(),
            &self.policy,
            self.by,
            tx.now(),
        )? {
            Step::AlreadyDone(now) => Ok(Told { now, already: true }),
            Step::Done(now) => {
                standards::insert(tx.conn(), &now).await?;
                Ok(Told { now, already: false })
            }
        }
    }
}

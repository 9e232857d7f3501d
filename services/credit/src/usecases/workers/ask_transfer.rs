use chassis::store::{Command, Tx};
use credit_domain::workers::IdentityNumber;
use credit_domain::workers::commands::{Terms, ask_transfer};
use kernel::{Actor, City, MerchantId};

use super::{About, Told, at, settle, takes_in};
use crate::error::Error;
use crate::error::workers::WORKER;
use crate::store::workers;

/// A merchant asks for a worker of another one (转会申请). It names the person as for an enrolment: whoever stands
/// before it has shown the number.
#[derive(Debug)]
pub struct AskTransfer<'a> {
    /// The city.
    pub city: City,
    /// The merchant that asks.
    pub to: MerchantId,
    /// The person.
    pub number: IdentityNumber,
    /// Who gives the command.
    pub by: Actor,
    /// The terms in force.
    pub terms: &'a Terms,
}

impl Command for AskTransfer<'_> {
    type Out = Told;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told, Error> {
        let Self { city, to, by, terms, .. } = *self;
        let found = workers::of_person(tx.conn(), city, &self.number).await?;
        let worker = found.ok_or(Error::Unknown(WORKER))?;
        takes_in(tx.conn(), city, to).await?;
        let worker = About { city, worker, by, terms }.lock(tx).await?;
        let decided = ask_transfer(&worker, to, at(tx, by, terms));
        settle(tx, worker, decided).await
    }
}

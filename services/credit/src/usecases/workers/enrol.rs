use chassis::store::{Command, Tx};
use credit_domain::workers::commands::{Newcomer, Terms, enrol, enrol_again};
use credit_domain::workers::{CardNumber, IdentityNumber};
use kernel::{Actor, City, MerchantId};

use super::{About, Told, at, record, settle, takes_in};
use crate::error::Error;
use crate::store::workers;

/// Enrols a person (登记): a new one gets a card, one who has a card keeps it. The same person again is answered
/// with the worker that is there.
#[derive(Debug)]
pub struct EnrolWorker<'a> {
    /// The city.
    pub city: City,
    /// Who enrols.
    pub merchant: MerchantId,
    /// Tells persons apart; kept for that alone.
    pub number: IdentityNumber,
    /// The masked name.
    pub masked_name: String,
    /// Where the photo stands.
    pub photo: Option<String>,
    /// Who gives the command.
    pub by: Actor,
    /// The terms in force.
    pub terms: &'a Terms,
}

impl Command for EnrolWorker<'_> {
    type Out = Told;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told, Error> {
        let Self { city, merchant, by, terms, .. } = *self;
        takes_in(tx.conn(), city, merchant).await?;
        if let Some(worker) = workers::of_person(tx.conn(), city, &self.number).await? {
            let worker = About { city, worker, by, terms }.lock(tx).await?;
            let decided = enrol_again(&worker, merchant, at(tx, by, terms));
            return settle(tx, worker, decided).await;
        }
        let newcomer = Newcomer {
            id: tx.next_id(),
            city,
            merchant,
            card: next_card(tx, city).await?,
            masked_name: self.masked_name.clone(),
            photo: self.photo.clone(),
        };
        let changed = enrol(newcomer, at(tx, by, terms));
        workers::insert(tx.conn(), core::slice::from_ref(&changed.worker)).await?;
        workers::insert_person(tx.conn(), (city, changed.worker.id), &self.number).await?;
        record(tx, &changed).await?;
        Ok(Told { worker: changed.worker, already: false })
    }
}

/// The next number of the city. Two who take the same are parted by its uniqueness: the slower tries again.
pub(super) async fn next_card(tx: &Tx, city: City) -> Result<CardNumber, Error> {
    Ok(match workers::last_card(tx.conn(), city).await? {
        Some(last) => last.next()?,
        None => CardNumber::try_new(city, 1)?,
    })
}

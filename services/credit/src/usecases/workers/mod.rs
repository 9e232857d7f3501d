//! What can be done with workers: one file per command, question or turn.
//!
//! A command holds the worker, takes one decision of the domain, and carries it out: worker, record and, where
//! papers or enrolment moved, the `green_until` of the merchants concerned stand or fall together.

mod ask_transfer;
mod award_stars;
mod config;
mod confirm_entry;
mod consent_transfer;
mod desk;
mod door;
mod end_notices;
mod enrol;
mod leave;
mod queries;
mod record_training;
mod reissue_card;
mod review_papers;
mod say_expiring;
mod scan;
mod show_code;
mod takes_in;
mod withdraw_transfer;

use chassis::store::Tx;
use credit_domain::workers::commands::{self, At, Changed, Terms};
use credit_domain::{Merchant, Worker, green_until, set_green_until};
use kernel::{Actor, City, MerchantId, Step, Version, WorkerId};

use super::admission::look_again;
use super::carry_out;
use crate::error::Error;
use crate::error::workers::WORKER;
use crate::store::workers::Place;
pub use crate::store::workers::Side;
use crate::store::{dossiers, merchants, worker_records, workers};

pub use crate::store::worker_search::{WorkerPlace, WorkerSearch};
pub use ask_transfer::AskTransfer;
pub use award_stars::AwardStars;
pub use config::WorkersConfig;
pub use confirm_entry::{ConfirmEntry, Confirmed};
pub use consent_transfer::ConsentTransfer;
pub use desk::WorkersDesk;
pub use door::SeenAtTheDoor;
pub(crate) use door::WINDOW as TRIES_WINDOW;
pub use end_notices::end_notices;
pub use enrol::EnrolWorker;
pub use leave::LeaveMerchant;
pub use queries::{
    KeptScan, records_after, scans_after, scans_total, transfers_after, worker, workers_after, workers_total,
};
pub use record_training::RecordTraining;
pub use reissue_card::ReissueCard;
pub use review_papers::ReviewPapers;
pub use say_expiring::say_expiring;
pub use scan::{Asked, Seen};
pub use show_code::Shown;
pub use withdraw_transfer::WithdrawTransfer;

use takes_in::takes_in;

/// What a command about a worker led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The worker as it is now.
    pub worker: Worker,
    /// Whether it had been done before.
    pub already: bool,
}

/// Which worker a command is about, and who gives it.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The city.
    pub city: City,
    /// The worker.
    pub worker: WorkerId,
    /// Who.
    pub by: Actor,
    /// The terms in force.
    pub terms: &'a Terms,
}

impl<'a> About<'a> {
    const fn place(self) -> Place {
        (self.city, self.worker)
    }

    fn at(self, tx: &Tx) -> At<'a> {
        at(tx, self.by, self.terms)
    }

    async fn lock(self, tx: &Tx) -> Result<Worker, Error> {
        let found = workers::lock(tx.conn(), self.place()).await?;
        found.ok_or(Error::Unknown(WORKER))
    }
}

/// Who does something in this transaction.
fn at<'a>(tx: &Tx, by: Actor, terms: &'a Terms) -> At<'a> {
    At { by, now: tx.now(), terms }
}

/// Carries out what was decided about a worker.
async fn settle(tx: &mut Tx, worker: Worker, decided: commands::Outcome) -> Result<Told, Error> {
    settle_step(tx, worker, decided?).await
}

/// The same for what cannot be refused.
async fn settle_step(tx: &mut Tx, worker: Worker, step: Step<Changed, ()>) -> Result<Told, Error> {
    let Step::Done(changed) = step else { return Ok(Told { worker, already: true }) };
    workers::save(tx.conn(), &changed.worker, worker.version).await?;
    record(tx, &changed).await?;
    Ok(Told { worker: changed.worker, already: false })
}

/// Keeps the record, and lets the merchants concerned follow.
async fn record(tx: &mut Tx, changed: &Changed) -> Result<(), Error> {
    worker_records::append(tx.conn(), changed.worker.city, &changed.record).await?;
    for merchant in changed.merchants() {
        follow(tx, changed.worker.city, merchant).await?;
    }
    Ok(())
}

/// Lets the merchant's `green_until` follow from its workers. An applicant has none yet: affiliation gives it.
async fn follow(tx: &mut Tx, city: City, id: MerchantId) -> Result<(), Error> {
    look_again(tx, city, id).await?;
    let Some(merchant) = affiliated(tx, city, id).await? else { return Ok(()) };
    // Read while the merchant is held: whoever changed another of its workers has committed.
    let papers = workers::papers_of(tx.conn(), city, id).await?;
    match set_green_until(&merchant, green_until(papers), tx.now()) {
        Step::Done(change) => carry_out(tx, merchant.version, Step::Done(change)).await.map(drop),
        Step::AlreadyDone(()) => Ok(()),
    }
}

/// The merchant, held until the transaction ends; none while it applies. Whoever admits it holds its file and reads its
/// workers: waiting for the file, either they see what is changed here, or the merchant is seen here.
async fn affiliated(tx: &Tx, city: City, id: MerchantId) -> Result<Option<Merchant>, Error> {
    let found = merchants::lock(tx.conn(), city, id).await?;
    if found.is_some() || dossiers::lock(tx.conn(), city, id).await?.is_none() {
        return Ok(found);
    }
    Ok(merchants::lock(tx.conn(), city, id).await?)
}

/// What became of one worker of a turn: one that does not fit must not keep the others waiting, and a database that
/// is away ends the turn.
fn in_turn<T: Default>((city, worker): Place, done: Result<T, Error>) -> Result<T, Error> {
    match done {
        Err(Error::Store(error)) if error.is_unavailable() => Err(error.into()),
        Err(error) => {
            tracing::error!(%city, %worker, %error, "a worker's turn came to nothing");
            Ok(T::default())
        }
        done => done,
    }
}

/// Goes on only when the worker is at the version that the caller looked at.
fn unmoved(worker: &Worker, expected: Version) -> Result<(), Error> {
    if worker.version == expected { Ok(()) } else { Err(Error::Moved { now: worker.version }) }
}

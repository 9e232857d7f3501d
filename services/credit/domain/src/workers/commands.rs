//! What can happen to a worker: one function per command, each from state and moment to a [`Changed`].
//!
//! A command that was carried out before is [`Step::AlreadyDone`]: the worker as it is answers it.

use core::time::Duration;

use kernel::{Actor, City, MerchantId, Step, Timestamp, Version, WorkerId};

use super::expiry;
use super::safety::Papers;
use super::worker::{
    CardNumber, Enrolment, Grounds, Happening, Record, StarAward, Stars, Training, TrainingResult, Transfer,
    Worker,
};

use crate::merchant::Status;

/// No paper is good for longer than three years: a date beyond it is a slip of the pen.
const PAPER_LIFE_MAX: Duration = Duration::from_secs(3 * 366 * 24 * 3_600);

/// What the city has agreed on with its merchants: defaults of this platform, no published figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// After which a transfer takes place without the present merchant's consent.
    pub transfer_notice: Duration,
    /// How many days before a paper expires notice is given.
    pub notice_days: Vec<u16>,
}

impl Default for Terms {
    /// A month's notice of a transfer; 30, 7 and 1 days' of a paper that expires.
    fn default() -> Self {
        Self { transfer_notice: Duration::from_secs(30 * 24 * 3_600), notice_days: vec![30, 7, 1] }
    }
}

/// Who does something, when, on which terms.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    /// Who.
    pub by: Actor,
    /// Now.
    pub now: Timestamp,
    /// The terms in force.
    pub terms: &'a Terms,
}

/// Somebody whom the platform does not know yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// The id to be given.
    pub id: WorkerId,
    /// The city.
    pub city: City,
    /// Who enrols the worker.
    pub merchant: MerchantId,
    /// The card to be given.
    pub card: CardNumber,
    /// The masked name.
    pub masked_name: String,
    /// Where the photo stands.
    pub photo: Option<String>,
}

/// What a command leads to; carried out whole, in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The worker after it, with its version raised by one.
    pub worker: Worker,
    /// What happened.
    pub record: Record,
}

impl Changed {
    /// The merchants whose `green_until` may have moved with it.
    #[must_use]
    pub fn merchants(&self) -> Vec<MerchantId> {
        let mut concerned = match self.record.happening {
            Happening::Enrolled { merchant } | Happening::Left { merchant } => vec![merchant],
            Happening::Transferred { from, to, .. } => vec![from, to],
            Happening::PapersReviewed { .. } => self.worker.employer().into_iter().collect(),
            Happening::TransferAsked { .. }
            | Happening::TransferWithdrawn { .. }
            | Happening::Trained { .. }
            | Happening::StarsAwarded { .. }
            | Happening::CardReissued { .. } => Vec::new(),
        };
        // Whoever locks them all does so in the same order.
        concerned.sort_unstable();
        concerned
    }
}

/// Why a command about a worker is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkerRefusal {
    /// Another merchant enrols the worker: a transfer has to be asked for.
    #[error("another merchant enrols this person: ask for a transfer")]
    EnrolledElsewhere,
    /// Nobody enrols the worker.
    #[error("no merchant enrols this worker")]
    NotEnrolled,
    /// The merchant has no say in it.
    #[error("the worker is not this merchant's")]
    NotYours,
    /// Whoever is no longer affiliated enrols nobody.
    #[error("the merchant is no longer affiliated")]
    MerchantRemoved,
    /// A transfer is under way: that comes first.
    #[error("a transfer of this worker is under way until {due_at}")]
    TransferUnderWay {
        /// When its notice has run.
        due_at: Timestamp,
    },
    /// There is no transfer to consent to.
    #[error("no transfer to that merchant is under way")]
    NoTransfer,
    /// A paper cannot be good for so long.
    #[error("no paper is good for more than three years")]
    ImplausibleExpiry,
    /// The same number was recorded with other particulars.
    #[error("training {number} was recorded with other particulars")]
    OtherTraining {
        /// Its number.
        number: String,
    },
    /// Stars rest on something.
    #[error("the worker has no such training or exam")]
    NoSuchTraining,
    /// What they rest on was not passed.
    #[error("training {number} was not passed")]
    TrainingNotPassed {
        /// Its number.
        number: String,
    },
}

/// What a command gives: nothing to be carried out when it was before.
pub type Outcome = Result<Step<Changed, ()>, WorkerRefusal>;

/// Whether a merchant of this status may take workers in, before it enrols one or asks for one. A suspended
/// merchant may: its workers are part of what it has to put in order.
///
/// # Errors
/// [`WorkerRefusal::MerchantRemoved`].
pub const fn may_enrol(status: Status) -> Result<(), WorkerRefusal> {
    match status {
        Status::Affiliated | Status::Suspended => Ok(()),
        Status::Removed | Status::Left => Err(WorkerRefusal::MerchantRemoved),
    }
}

/// Enrols somebody new; version 1, without papers and so red.
#[must_use]
pub fn enrol(newcomer: Newcomer, at: At<'_>) -> Changed {
    let Newcomer { id, city, merchant, card, masked_name, photo } = newcomer;
    let worker = Worker {
        id,
        city,
        card,
        masked_name,
        photo,
        papers: Papers::NONE,
        enrolment: Enrolment { merchant, since: at.now, left_at: None },
        transfer: None,
        stars: None,
        notice_at: None,
        version: Version(0),
    };
    recorded(worker, Happening::Enrolled { merchant }, at)
}

/// Enrols somebody who has a card already.
///
/// # Errors
/// [`WorkerRefusal::EnrolledElsewhere`].
pub fn enrol_again(worker: &Worker, merchant: MerchantId, at: At<'_>) -> Outcome {
    match worker.employer() {
        Some(employer) if employer == merchant => Ok(Step::AlreadyDone(())),
        Some(_) => Err(WorkerRefusal::EnrolledElsewhere),
        None => Ok(Step::Done(recorded(joined(worker, merchant, at), Happening::Enrolled { merchant }, at))),
    }
}

/// The worker leaves its merchant.
///
/// # Errors
/// [`WorkerRefusal::NotYours`], or a transfer is under way: consenting to it is the way to let go.
pub fn leave(worker: &Worker, merchant: MerchantId, at: At<'_>) -> Outcome {
    if worker.enrolment.merchant != merchant {
        return Err(WorkerRefusal::NotYours);
    }
    if worker.employer().is_none() {
        return Ok(Step::AlreadyDone(()));
    }
    if let Some(Transfer { due_at, .. }) = worker.transfer {
        return Err(WorkerRefusal::TransferUnderWay { due_at });
    }
    let mut next = worker.clone();
    next.enrolment.left_at = Some(at.now);
    next.notice_at = None;
    Ok(Step::Done(recorded(next, Happening::Left { merchant }, at)))
}

/// Another merchant asks for the worker, and so consents.
///
/// # Errors
/// [`WorkerRefusal`] when nobody enrols the worker, or a third merchant asked first.
pub fn ask_transfer(worker: &Worker, to: MerchantId, at: At<'_>) -> Outcome {
    match (worker.employer(), worker.transfer) {
        (None, _) => Err(WorkerRefusal::NotEnrolled),
        (Some(employer), _) if employer == to => Ok(Step::AlreadyDone(())),
        (_, Some(transfer)) if transfer.to == to => Ok(Step::AlreadyDone(())),
        (_, Some(Transfer { due_at, .. })) => Err(WorkerRefusal::TransferUnderWay { due_at }),
        (Some(_), None) => {
            let due_at = at.now.after(at.terms.transfer_notice);
            let transfer = Some(Transfer { to, asked_at: at.now, due_at });
            let next = Worker { transfer, ..worker.clone() };
            Ok(Step::Done(recorded(next, Happening::TransferAsked { to, due_at }, at)))
        }
    }
}

/// The present merchant consents: the worker moves at once.
///
/// # Errors
/// [`WorkerRefusal`] when the worker is not this merchant's, or that transfer is not under way.
pub fn consent(worker: &Worker, merchant: MerchantId, to: MerchantId, at: At<'_>) -> Outcome {
    match (worker.employer(), worker.transfer) {
        (Some(employer), None) if employer == to => Ok(Step::AlreadyDone(())),
        (Some(employer), Some(transfer)) if employer == merchant && transfer.to == to => {
            Ok(Step::Done(moved(worker, to, Grounds::Consent, at)))
        }
        (Some(employer), _) if employer == merchant => Err(WorkerRefusal::NoTransfer),
        _ => Err(WorkerRefusal::NotYours),
    }
}

/// Whoever asked for the worker thinks better of it; `asker` is none for an officer, who may end any.
///
/// # Errors
/// [`WorkerRefusal::NotYours`] when another merchant asked.
pub fn withdraw(worker: &Worker, asker: Option<MerchantId>, at: At<'_>) -> Outcome {
    let Some(Transfer { to, .. }) = worker.transfer else { return Ok(Step::AlreadyDone(())) };
    if asker.is_some_and(|asker| asker != to) {
        return Err(WorkerRefusal::NotYours);
    }
    let next = Worker { transfer: None, ..worker.clone() };
    Ok(Step::Done(recorded(next, Happening::TransferWithdrawn { to }, at)))
}

/// A transfer whose notice has run takes place; nothing happens before.
pub fn end_notice(worker: &Worker, at: At<'_>) -> Step<Changed, ()> {
    match worker.transfer {
        Some(Transfer { to, due_at, .. }) if due_at <= at.now => {
            Step::Done(moved(worker, to, Grounds::Notice, at))
        }
        Some(_) | None => Step::AlreadyDone(()),
    }
}

/// An officer looked at the papers.
///
/// # Errors
/// [`WorkerRefusal::ImplausibleExpiry`].
pub fn review_papers(worker: &Worker, papers: Papers, at: At<'_>) -> Outcome {
    let last = at.now.after(PAPER_LIFE_MAX);
    if [papers.exam_until, papers.insurance_until].into_iter().flatten().any(|until| until > last) {
        return Err(WorkerRefusal::ImplausibleExpiry);
    }
    if papers == worker.papers {
        return Ok(Step::AlreadyDone(()));
    }
    let mut next = Worker { papers, ..worker.clone() };
    next.notice_at = next.employer().and_then(|_| expiry::next(papers, at.terms, at.now));
    Ok(Step::Done(recorded(next, Happening::PapersReviewed { papers }, at)))
}

/// A training or exam is recorded; `earlier` is what was recorded under the same number.
///
/// # Errors
/// [`WorkerRefusal::OtherTraining`].
pub fn train(worker: &Worker, training: Training, earlier: Option<&Training>, at: At<'_>) -> Outcome {
    match earlier {
        Some(first) if *first == training => Ok(Step::AlreadyDone(())),
        Some(first) => Err(WorkerRefusal::OtherTraining { number: first.number.clone() }),
        None => Ok(Step::Done(recorded(worker.clone(), Happening::Trained { training }, at))),
    }
}

/// Skill stars are given on the strength of a training or exam of this worker that was passed.
///
/// # Errors
/// [`WorkerRefusal`] when there is no such training, or it was not passed.
pub fn award(worker: &Worker, stars: Stars, training: Option<&Training>, at: At<'_>) -> Outcome {
    let training = training.ok_or(WorkerRefusal::NoSuchTraining)?;
    let number = training.number.clone();
    match training.result {
        TrainingResult::Passed => {}
        TrainingResult::Attended | TrainingResult::Failed => {
            return Err(WorkerRefusal::TrainingNotPassed { number });
        }
    }
    if worker.stars.as_ref().is_some_and(|award| award.stars == stars && award.training == number) {
        return Ok(Step::AlreadyDone(()));
    }
    let award = StarAward { stars, training: number.clone(), by: at.by, at: at.now };
    let next = Worker { stars: Some(award), ..worker.clone() };
    Ok(Step::Done(recorded(next, Happening::StarsAwarded { stars, training: number }, at)))
}

/// A new card takes the place of `lost`; its printed code identifies nobody from then on.
pub fn reissue(worker: &Worker, lost: CardNumber, card: CardNumber, at: At<'_>) -> Step<Changed, ()> {
    if worker.card != lost {
        return Step::AlreadyDone(());
    }
    let next = Worker { card, ..worker.clone() };
    Step::Done(recorded(next, Happening::CardReissued { before: lost, card }, at))
}

fn moved(worker: &Worker, to: MerchantId, grounds: Grounds, at: At<'_>) -> Changed {
    let from = worker.enrolment.merchant;
    recorded(joined(worker, to, at), Happening::Transferred { from, to, grounds }, at)
}

/// The worker at its next merchant. Identity and medical exam are the person's and come along; the liability
/// insurance is the merchant's, and has to be shown anew.
fn joined(worker: &Worker, merchant: MerchantId, at: At<'_>) -> Worker {
    let papers = Papers { insurance_until: None, ..worker.papers };
    Worker {
        papers,
        enrolment: Enrolment { merchant, since: at.now, left_at: None },
        transfer: None,
        notice_at: expiry::next(papers, at.terms, at.now),
        ..worker.clone()
    }
}

/// The worker with its next version, and the record of what made it.
fn recorded(mut worker: Worker, happening: Happening, at: At<'_>) -> Changed {
    worker.version = worker.version.next();
    let record = Record { worker: worker.id, version: worker.version, happening, by: at.by, at: at.now };
    Changed { worker, record }
}

//! The scan at the door (扫码验证) and the confirmed entry (确认入户).

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use kernel::{Actor, City, Grade, MerchantId, RequestId, ScanId, Step, Timestamp, WorkerId};

use super::safety::Colour;
use super::worker::{CardNumber, Worker};
use crate::merchant::Status;

macro_rules! words {
    ($name:ident, $error:ident, $what:literal: $($(#[$doc:meta])* $variant:ident = $word:literal;)*) => {
        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The one form in storage.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        #[doc = concat!("The text names no ", $what, ".")]
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[error("not the word of a {}", $what)]
        pub struct $error;

        impl FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or($error)
            }
        }
    };
}

/// What was scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Proof {
    /// The code on the phone: signed and in date.
    Phone,
    /// The printed card: identifies, proves nothing.
    Card,
}

words! { Proof, ProofError, "proof": Phone = "phone"; Card = "card"; }

/// How a scan ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The worker was shown.
    Shown,
    /// No key of ours signed the code.
    Forged,
    /// The code was of an earlier time.
    Expired,
    /// The code had been scanned before.
    Used,
    /// No worker holds the card.
    Unknown,
    /// No merchant enrols the worker.
    NotEnrolled,
    /// The merchant is no longer affiliated.
    MerchantRemoved,
}

words! { Outcome, OutcomeError, "outcome":
    Shown = "shown"; Forged = "forged"; Expired = "expired"; Used = "used"; Unknown = "unknown";
    NotEnrolled = "not_enrolled"; MerchantRemoved = "merchant_removed";
}

/// A merchant as far as a scan shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employer {
    /// The merchant.
    pub id: MerchantId,
    /// The published name.
    pub name: String,
    /// Credit grade.
    pub grade: Grade,
    /// Shown wherever the grade is.
    pub under_objection: bool,
    /// Whether it is affiliated.
    pub status: Status,
}

/// What the citizen sees, and nothing more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// Where the photo stands, if there is one.
    pub photo: Option<String>,
    /// The masked name.
    pub masked_name: String,
    /// The number on the card.
    pub card: CardNumber,
    /// The merchant.
    pub merchant_id: MerchantId,
    /// Its published name.
    pub merchant: String,
    /// The merchant's credit grade.
    pub grade: Grade,
    /// Whether the merchant objects to an entry behind it.
    pub under_objection: bool,
    /// Whether the merchant takes orders now: affiliated or suspended.
    pub merchant_status: Status,
    /// What the phone alone proves; none for a printed card.
    pub safety: Option<Safety>,
}

/// The safety code at the moment of the scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Safety {
    /// The colour.
    pub colour: Colour,
    /// When the first paper expires, or did; none when one is missing.
    pub papers_until: Option<Timestamp>,
}

/// What a scan of this worker shows at this moment.
///
/// # Errors
/// The [`Outcome`] that shows nothing.
pub fn look(worker: &Worker, employer: &Employer, proof: Proof, now: Timestamp) -> Result<Sight, Outcome> {
    if worker.employer() != Some(employer.id) {
        return Err(Outcome::NotEnrolled);
    }
    match employer.status {
        // Work begun before a suspension is finished, and its citizens want to know who is at the door.
        Status::Affiliated | Status::Suspended => {}
        Status::Removed | Status::Left => return Err(Outcome::MerchantRemoved),
    }
    let papers = worker.papers;
    let papers_until =
        papers.exam_until.zip(papers.insurance_until).map(|(exam, insurance)| exam.min(insurance));
    Ok(Sight {
        photo: worker.photo.clone(),
        masked_name: worker.masked_name.clone(),
        card: worker.card,
        merchant_id: employer.id,
        merchant: employer.name.clone(),
        grade: employer.grade,
        under_objection: employer.under_objection,
        merchant_status: employer.status,
        safety: match proof {
            Proof::Phone => Some(Safety { colour: worker.colour(now), papers_until }),
            Proof::Card => None,
        },
    })
}

/// A scan as it is kept: nothing of the citizen's, and no colour, which can be recomputed from the papers then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scan {
    /// The scan.
    pub id: ScanId,
    /// The city.
    pub city: City,
    /// Through whom it came: a front end, or an inspector.
    pub by: Actor,
    /// What was scanned.
    pub proof: Proof,
    /// How it ended.
    pub outcome: Outcome,
    /// Whom it showed, or should have.
    pub worker: Option<WorkerId>,
    /// Who enrolled the worker then.
    pub merchant: Option<MerchantId>,
    /// When.
    pub at: Timestamp,
}

/// A confirmed entry (确认入户).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfirmedEntry {
    /// The scan it is bound to: one entry each.
    pub scan: ScanId,
    /// Who came in.
    pub worker: WorkerId,
    /// For whom.
    pub merchant: MerchantId,
    /// For which request, if the citizen's front end knows.
    pub request: Option<RequestId>,
    /// When.
    pub at: Timestamp,
}

/// Why an entry is not confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryRefusal {
    /// Somebody else scanned.
    #[error("there is no such scan")]
    NotYours,
    /// The scan showed nobody.
    #[error("the scan showed nobody")]
    NothingShown,
    /// A printed card proves nothing.
    #[error("a printed card only identifies: scan the code on the worker's phone")]
    IdentifiesOnly,
    /// It was too long ago.
    #[error("the scan is too old: scan again")]
    TooLate,
    /// The worker has left the merchant since.
    #[error("the worker has changed merchants since")]
    Moved,
    /// Nobody goes in on red.
    #[error("the safety code is red")]
    Red,
}

/// The citizen lets the worker in, within this time after the scan. `earlier` is what the same scan confirmed.
///
/// # Errors
/// [`EntryRefusal`].
pub fn confirm_entry(
    scan: &Scan,
    worker: &Worker,
    earlier: Option<ConfirmedEntry>,
    (by, request, now): (Actor, Option<RequestId>, Timestamp),
    within: Duration,
) -> Result<Step<ConfirmedEntry>, EntryRefusal> {
    if scan.by != by {
        return Err(EntryRefusal::NotYours);
    }
    if let Some(first) = earlier {
        return Ok(Step::AlreadyDone(first));
    }
    let (Outcome::Shown, Some(id), Some(merchant)) = (scan.outcome, scan.worker, scan.merchant) else {
        return Err(EntryRefusal::NothingShown);
    };
    match scan.proof {
        Proof::Phone => {}
        Proof::Card => return Err(EntryRefusal::IdentifiesOnly),
    }
    if now > scan.at.after(within) {
        return Err(EntryRefusal::TooLate);
    }
    if worker.id != id || worker.employer() != Some(merchant) {
        return Err(EntryRefusal::Moved);
    }
    match worker.colour(now) {
        Colour::Red => Err(EntryRefusal::Red),
        Colour::Yellow | Colour::Green => {
            Ok(Step::Done(ConfirmedEntry { scan: scan.id, worker: id, merchant, request, at: now }))
        }
    }
}

//! What admission does to a merchant's standing: bringing it back, granting more, suspending categories, leaving.

use core::fmt;

use kernel::{ApplicationId, Step, Timestamp};
use serde::{Deserialize, Serialize};

use super::application::{Application, ApplicationState};
use crate::commands::{Change, Recording, appended, posting, settled, touched};
use crate::denied::Denied;
use crate::ledger::Cause;
use crate::merchant::{Commitment, Merchant, Profile, Status};
use crate::process::worst;
use crate::tally::Tally;

/// Where a merchant stands on its way in, through and out (加盟状态).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It has applied for the first time.
    Applied,
    /// It is being examined.
    Checks,
    /// Its admission is made public before it is decided.
    Publicity,
    /// It is in.
    Affiliated,
    /// It is suspended as a whole.
    Suspended,
    /// It was removed.
    Removed,
    /// It was removed, and a ban runs.
    Banned,
    /// It went by itself.
    Left,
    /// It was in before, and has applied again.
    ReApplied,
    /// Its application was refused.
    Refused,
    /// It took its application back.
    Withdrawn,
}

impl Stage {
    /// From the last application, the merchant's own status, and whether a ban on it runs. A merchant that is in
    /// is in, whatever it applies for besides. None when nobody ever heard of it.
    #[must_use]
    pub fn of(application: Option<&Application>, status: Option<Status>, banned: bool) -> Option<Self> {
        let gone = match status {
            Some(Status::Affiliated) => return Some(Self::Affiliated),
            Some(Status::Suspended) => return Some(Self::Suspended),
            Some(Status::Removed) if banned => Some(Self::Banned),
            Some(Status::Removed) => Some(Self::Removed),
            Some(Status::Left) => Some(Self::Left),
            None => None,
        };
        let applied = application.map(|application| match application.state {
            ApplicationState::Applied if gone.is_some() => Self::ReApplied,
            ApplicationState::Applied => Self::Applied,
            ApplicationState::Checks => Self::Checks,
            ApplicationState::Publicity { .. } => Self::Publicity,
            ApplicationState::Admitted { .. } => gone.unwrap_or(Self::Affiliated),
            ApplicationState::Refused { .. } => gone.unwrap_or(Self::Refused),
            ApplicationState::Withdrawn { .. } => gone.unwrap_or(Self::Withdrawn),
        });
        applied.or(gone)
    }
}

/// Brings a merchant back that was removed or had left: its ledger goes on, with an entry without points that says so,
/// and it enters no higher than a newcomer. What it did before still counts, and a suspension that runs goes on - that
/// it came back washes nothing off. Only the removal ends, whose ban is over.
#[must_use]
pub fn readmit(
    merchant: &Merchant,
    application: ApplicationId,
    profile: Profile,
    at: Recording<'_>,
) -> Change {
    let mut next = touched(merchant, Cause::Admission(application), at.now);
    next.profile = profile;
    next.credit.end_removals();
    next.status = worst(&next.credit.restraints);
    next.credit.awarded = next.credit.awarded.min(at.rules.entry_grade);
    if let Some(measured) = &mut next.credit.quality {
        measured.at_most = measured.at_most.min(at.rules.entry_grade);
    }
    let came_back = posting(Tally::ZERO, None, next.cause, "/entry_grade".to_owned(), at.now, at);
    let entry = appended(&mut next, came_back, at.rules);
    let grade = next.credit.allowed(at.rules);
    settled(merchant, next, vec![entry], grade)
}

/// Lets an affiliated merchant serve more.
pub(super) fn grant(
    merchant: &Merchant,
    application: ApplicationId,
    categories: Vec<Commitment>,
    now: Timestamp,
) -> Change {
    let mut next = touched(merchant, Cause::Admission(application), now);
    next.profile.categories = categories;
    Change { merchant: next, entries: Vec::new(), grade_change: None }
}

/// What the merchant may serve follows its file: a category whose papers or commitment ended is suspended, one
/// whose papers are renewed is served again. Whoever is out is not touched.
pub fn set_categories(merchant: &Merchant, categories: Vec<Commitment>, now: Timestamp) -> Step<Change, ()> {
    let is_in = matches!(merchant.status, Status::Affiliated | Status::Suspended);
    if !is_in || merchant.profile.categories == categories {
        return Step::AlreadyDone(());
    }
    let mut next = touched(merchant, Cause::Papers, now);
    next.profile.categories = categories;
    Step::Done(Change { merchant: next, entries: Vec::new(), grade_change: None })
}

/// The merchant ends its affiliation itself (主动退出). Its ledger stays, and so does whatever is open against it.
///
/// # Errors
/// [`Denied`] when it was removed.
pub fn leave(merchant: &Merchant, now: Timestamp) -> Result<Step<Change, ()>, Denied> {
    match merchant.status {
        Status::Affiliated | Status::Suspended => {
            let mut next = touched(merchant, Cause::Leaving, now);
            next.status = Status::Left;
            Ok(Step::Done(Change { merchant: next, entries: Vec::new(), grade_change: None }))
        }
        Status::Left => Ok(Step::AlreadyDone(())),
        Status::Removed => Err(Denied::State { what: "the merchant", state: "removed" }),
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Applied => "applied",
            Self::Checks => "checks",
            Self::Publicity => "publicity",
            Self::Affiliated => "affiliated",
            Self::Suspended => "suspended",
            Self::Removed => "removed",
            Self::Banned => "banned",
            Self::Left => "left",
            Self::ReApplied => "re_applied",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        })
    }
}

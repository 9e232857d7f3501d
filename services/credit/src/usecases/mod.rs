//! What can be done: one file per command, consumed event or question.
//!
//! A fact is recorded by loading the merchant (held until the commit) and the entry its cause made before,
//! one decision of the domain, and [`carry_out`]: entries, merchant, events and the fast broadcast stand or
//! fall together.

pub mod activities;
mod admission;
pub mod certificates;
mod check_clause;
mod confirm_standing;
mod credit_at;
pub mod evaluation;
mod example;
pub mod exchange;
mod expire_entries;
mod finding;
mod foresee_breach;
pub mod inspections;
mod ledger_walk;
pub mod model;
mod notices;
mod prices;
pub mod process;
mod queries;
mod record_breach;
mod record_followup;
mod republish_standings;
mod seed_city;
mod standards;
pub mod volunteer;
pub mod workers;

use chassis::store::Tx;
use contracts::credit::{GradeChanged, StandingChanged, StandingNow};
use credit_domain::{Cause, Change, Entry, GradeChange, Merchant, Recording};
use kernel::{City, EntryId, MerchantId, Step, Version};

use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::{ledger, merchants};
use crate::wire;

pub use crate::store::ledger::{EntrySearch, Span};
pub use crate::store::merchant_notices::NoticeList;
pub use crate::store::merchant_search::{MerchantPlace, MerchantSearch, MerchantSort, SortKey};
pub use crate::store::objections::Contest;
pub use admission::{
    AdmissionConfig, AdmitMerchant, AnswerRemark, ApplicationSeen, ApplicationStep, ApplicationsList,
    Applied, Apply, DossierSeen, FilePaper, JudgePaper, LeavePlatform, LogLine, RecordRegistration,
    SayRemark, SignCommitment, SignOnPaper, StepApplication, TakeOver, Tended, application, bans_after,
    dossier, impose_ban, lift_ban, log_after, tend_dossiers,
};
pub(crate) use check_clause::check_clause;
pub use confirm_standing::confirm_standing;
pub use credit_at::{CreditAt, LedgerCheck, StandingSeries, check_ledger, credit_at, standing_series};
pub use example::{Shown, example};
pub use expire_entries::expire_entries;
pub use foresee_breach::{Foresight, foresee_breach};
pub use notices::{AcknowledgeNotice, awaiting_answer, notices_before, notices_total};
pub use prices::{
    Beside, BoardCategory, BoardItem, ChangePrices, PriceBoard, SuspendedCategory, price_board, prices,
    prices_history_after,
};
pub use queries::{
    contests, entries_after, entries_found, entries_total, merchant, merchant_names, merchants_after,
    merchants_found, merchants_total,
};
pub use record_breach::RecordBreach;
pub use record_followup::RecordFollowup;
pub use republish_standings::republish_standings;
pub use seed_city::{SeedPlan, Seeded, seed_city};
pub use standards::{
    AmendStandard, PublishStandard, SupersedeStandard, seed_standards, standard, standard_versions_after,
    standards_after,
};

/// What recording a fact led to: the merchant's new version, or the entry that the fact had made before.
pub type Recorded = Step<Version, EntryId>;

/// What a command leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<T> {
    /// What it is about, as it stands now.
    pub now: T,
    /// Whether the command found it done already: the first result stands.
    pub already: bool,
}

/// Refuses a change that was decided on while looking at another version. A repeated command never gets here: it is
/// answered with its first result.
fn unmoved(expected: Version, now: Version) -> Result<(), Error> {
    if expected == now { Ok(()) } else { Err(Error::Moved { now }) }
}

/// What a decision about one fact needs to see.
struct Loaded {
    merchant: Merchant,
    /// The entry that the same cause made before.
    earlier: Option<Entry>,
}

async fn load(tx: &Tx, city: City, merchant: MerchantId, cause: Cause) -> Result<Loaded, Error> {
    let found = merchants::lock(tx.conn(), city, merchant).await?;
    // After the lock, so that an entry which another instance has just written is seen.
    let earlier = ledger::by_cause(tx.conn(), city, merchant, cause).await?;
    let merchant = found.ok_or(Error::UnknownMerchant { city, merchant })?;
    Ok(Loaded { merchant, earlier })
}

/// Under which rules, when and under which id this transaction records a fact.
async fn recording<'a>(rules: &'a RuleBook, tx: &Tx) -> Result<Recording<'a>, Error> {
    let in_force = rules.in_force(tx.conn(), tx.now()).await?;
    Ok(Recording { rules: in_force, now: tx.now(), entry: tx.next_id() })
}

/// Carries out what was decided about a merchant that was loaded at version `before`.
async fn carry_out(tx: &mut Tx, before: Version, step: Step<Change, Entry>) -> Result<Recorded, Error> {
    let Change { merchant, entries, grade_change } = match step {
        Step::Done(change) => change,
        Step::AlreadyDone(first) => return Ok(Step::AlreadyDone(first.posting.id)),
    };
    ledger::append(tx.conn(), merchant.profile.city, &entries).await?;
    merchants::save(tx.conn(), &merchant, before).await?;
    certificates::settle(tx, &merchant).await?;
    tell(tx, &merchant, grade_change)?;
    Ok(Step::Done(merchant.version))
}

/// Carries out what was decided about several merchants of a city, each loaded at the version beside it.
async fn carry_out_all(tx: &mut Tx, city: City, changes: Vec<(Version, Change)>) -> Result<(), Error> {
    let entries: Vec<Entry> = changes.iter().flat_map(|(_, change)| change.entries.iter().cloned()).collect();
    ledger::append(tx.conn(), city, &entries).await?;
    for (before, Change { merchant, grade_change, .. }) in changes {
        merchants::save(tx.conn(), &merchant, before).await?;
        certificates::settle(tx, &merchant).await?;
        tell(tx, &merchant, grade_change)?;
    }
    Ok(())
}

/// Carries out that a merchant is affiliated that was none before. Its certificate is for the caller: it needs a whole
/// file.
async fn bring_in(tx: &mut Tx, change: Change) -> Result<(), Error> {
    let Change { merchant, entries, grade_change } = change;
    merchants::insert(tx.conn(), core::slice::from_ref(&merchant)).await?;
    ledger::append(tx.conn(), merchant.profile.city, &entries).await?;
    tell(tx, &merchant, grade_change)
}

/// Says how the merchant stands now, by both paths.
fn tell(tx: &mut Tx, merchant: &Merchant, grade_change: Option<GradeChange>) -> Result<(), Error> {
    let (city, id, version) = (merchant.profile.city, merchant.profile.id, merchant.version);
    if let Some(moved) = grade_change {
        tx.emit(&GradeChanged {
            merchant: id,
            city,
            version,
            from: moved.from,
            to: moved.to,
            cause: moved.cause.word().to_owned(),
            changed_at: merchant.changed_at,
        })?;
    }
    let standing = wire::standing(merchant.standing());
    tx.say(&StandingNow(standing.clone()))?;
    tx.emit(&StandingChanged(standing))?;
    Ok(())
}

//! What can be done: one file per command, consumed event or question.
//!
//! A fact is recorded by loading the merchant (held until the commit) and the entry its cause made before,
//! one decision of the domain, and [`carry_out`]: entries, merchant, events and the fast broadcast stand or
//! fall together.

mod confirm_standing;
mod credit_at;
mod example;
mod expire_entries;
pub mod model;
pub mod process;
mod queries;
mod record_breach;
mod record_followup;
mod republish_standings;
mod seed_city;

use chassis::store::Tx;
use contracts::credit::{GradeChanged, StandingChanged, StandingNow};
use credit_domain::{Cause, Change, Entry, Merchant, Recording};
use kernel::{City, EntryId, MerchantId, Step, Version};

use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::{ledger, merchants};
use crate::wire;

pub use confirm_standing::confirm_standing;
pub use credit_at::{CreditAt, LedgerCheck, check_ledger, credit_at};
pub use example::{Shown, example};
pub use expire_entries::expire_entries;
pub use queries::{entries_after, merchant, merchants_after, workers_after};
pub use record_breach::RecordBreach;
pub use record_followup::RecordFollowup;
pub use republish_standings::republish_standings;
pub use seed_city::{SeedPlan, Seeded, seed_city};

/// What recording a fact led to: the merchant's new version, or the entry that the fact had made before.
pub type Recorded = Step<Version, EntryId>;

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
    let (city, id, version) = (merchant.profile.city, merchant.profile.id, merchant.version);
    ledger::append(tx.conn(), city, &entries).await?;
    merchants::save(tx.conn(), &merchant, before).await?;
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
    Ok(Step::Done(version))
}

//! Honours, and credit-building activities with who takes part in them.
//!
//! Whoever gives or takes points holds the merchant first and the honour or the activity second.

mod honours;
mod plan;
mod queries;
mod take_part;

use chassis::store::Tx;
use credit_domain::activities::take_back;
use credit_domain::{Cause, Denied, Entry, Merchant, Status};
use kernel::{City, MerchantId, Timestamp};

pub use honours::{DecideHonour, ProposeHonour, QuestionHonour};
pub use plan::{AmendActivity, CancelActivity, PlanActivity};
pub use queries::{
    activities, activities_of, activity, honour, honours_after, honours_total, participants_after,
    trained_workers,
};
pub use take_part::{CheckIn, GiveUp, SignUp, Strike};

use super::{carry_out, recording};
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::{ledger, merchants};

/// The merchant, held until the transaction ends.
pub(super) async fn held(tx: &Tx, city: City, merchant: MerchantId) -> Result<Merchant, Error> {
    let found = merchants::lock(tx.conn(), city, merchant).await?;
    found.ok_or(Error::UnknownMerchant { city, merchant })
}

/// Since when the merchant is affiliated: what happened before gives it nothing. Whoever holds it asks.
pub(super) async fn opened_at(tx: &Tx, city: City, merchant: MerchantId) -> Result<Timestamp, Error> {
    let found = ledger::opened_at(tx.conn(), city, merchant).await?;
    found.ok_or(Error::UnknownMerchant { city, merchant })
}

/// The entry that this gave the merchant, and behind it the ones that put it right; none where it gave nothing.
pub(super) async fn given_by(
    tx: &Tx,
    city: City,
    merchant: MerchantId,
    cause: Cause,
) -> Result<Vec<Entry>, Error> {
    let (mut given, mut next) = (Vec::new(), cause);
    while let Some(entry) = ledger::by_cause(tx.conn(), city, merchant, next).await? {
        next = Cause::Correction(entry.posting.id);
        given.push(entry);
    }
    Ok(given)
}

/// Takes back what this gave the merchant, with what put it right.
async fn take_back_given(
    tx: &mut Tx,
    rules: &RuleBook,
    (city, merchant): (City, MerchantId),
    cause: Cause,
) -> Result<(), Error> {
    for entry in given_by(tx, city, merchant, cause).await? {
        let merchant = held(tx, city, merchant).await?;
        let reversal = Cause::Reversal(entry.posting.id);
        let earlier = ledger::by_cause(tx.conn(), city, merchant.profile.id, reversal).await?;
        let at = recording(rules, tx).await?;
        let step = take_back(&merchant, earlier.as_ref(), &entry, at)?;
        carry_out(tx, merchant.version, step).await.map(drop)?;
    }
    Ok(())
}

/// Only whoever is affiliated, or suspended for now, takes part in anything.
pub(super) fn affiliated(merchant: &Merchant) -> Result<(), Denied> {
    match merchant.status {
        Status::Affiliated | Status::Suspended => Ok(()),
        status @ (Status::Removed | Status::Left) => {
            Err(Denied::State { what: "the merchant", state: status.as_str() })
        }
    }
}

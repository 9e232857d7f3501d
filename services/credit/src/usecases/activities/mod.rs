//! Honours, and credit-building activities with who takes part in them.
//!
//! Whoever gives or takes points holds the merchant first and the honour or the activity second.

mod honours;
mod plan;
mod queries;
mod take_part;

use chassis::store::Tx;
use credit_domain::{Denied, Merchant, Status};
use kernel::{City, MerchantId};

pub use honours::{DecideHonour, ProposeHonour, QuestionHonour};
pub use plan::{AmendActivity, CancelActivity, PlanActivity};
pub use queries::{
    activities, activities_of, activity, honour, honours_after, participants_after, trained_workers,
};
pub use take_part::{CheckIn, GiveUp, SignUp, Strike};

use crate::error::Error;
use crate::store::merchants;

/// The merchant, held until the transaction ends.
pub(super) async fn held(tx: &Tx, city: City, merchant: MerchantId) -> Result<Merchant, Error> {
    let found = merchants::lock(tx.conn(), city, merchant).await?;
    found.ok_or(Error::UnknownMerchant { city, merchant })
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

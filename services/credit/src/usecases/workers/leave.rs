use chassis::store::{Command, Tx};
use credit_domain::workers::commands::leave;
use kernel::MerchantId;

use super::{About, Told, settle};
use crate::error::Error;

/// A worker leaves its merchant (离职).
#[derive(Debug)]
pub struct LeaveMerchant<'a> {
    /// Whom it is about.
    pub about: About<'a>,
    /// The merchant that lets go; none when an officer says so.
    pub merchant: Option<MerchantId>,
}

impl Command for LeaveMerchant<'_> {
    type Out = Told;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told, Error> {
        let worker = self.about.lock(tx).await?;
        let merchant = self.merchant.unwrap_or(worker.enrolment.merchant);
        let decided = leave(&worker, merchant, self.about.at(tx));
        settle(tx, worker, decided).await
    }
}

use chassis::store::{Command, Tx};
use credit_domain::workers::commands::consent;
use kernel::MerchantId;

use super::{About, Told, settle};
use crate::error::Error;

/// The present merchant consents to a transfer (同意转会): the worker moves at once.
#[derive(Debug)]
pub struct ConsentTransfer<'a> {
    /// Whom it is about.
    pub about: About<'a>,
    /// The present merchant.
    pub merchant: MerchantId,
    /// The merchant that asked.
    pub to: MerchantId,
}

impl Command for ConsentTransfer<'_> {
    type Out = Told;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told, Error> {
        let worker = self.about.lock(tx).await?;
        let decided = consent(&worker, self.merchant, self.to, self.about.at(tx));
        settle(tx, worker, decided).await
    }
}

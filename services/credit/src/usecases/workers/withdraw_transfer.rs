use chassis::store::{Command, Tx};
use credit_domain::workers::commands::withdraw;
use kernel::MerchantId;

use super::{About, Told, settle};
use crate::error::Error;

/// Whoever asked for a worker thinks better of it (撤回转会).
#[derive(Debug)]
pub struct WithdrawTransfer<'a> {
    /// Whom it is about.
    pub about: About<'a>,
    /// The merchant that asked; none when an officer ends it.
    pub asker: Option<MerchantId>,
}

impl Command for WithdrawTransfer<'_> {
    type Out = Told;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told, Error> {
        let worker = self.about.lock(tx).await?;
        let decided = withdraw(&worker, self.asker, self.about.at(tx));
        settle(tx, worker, decided).await
    }
}

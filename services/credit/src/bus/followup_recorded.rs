use std::sync::Arc;

use chassis::bus::subscription::Handle;
use chassis::store::{Command, Tx};
use contracts::feedback::FollowupRecorded;

use crate::error::Error;
use crate::rules::RuleBook;
use crate::usecases::RecordFollowup;

/// A call-back was finished: evidence about the merchant.
pub(super) struct OnFollowupRecorded {
    pub(super) rules: Arc<RuleBook>,
}

impl Handle<FollowupRecorded> for OnFollowupRecorded {
    type Error = Error;

    async fn handle(&self, tx: &mut Tx, followup: FollowupRecorded) -> Result<(), Error> {
        RecordFollowup { rules: &self.rules, followup }.run(tx).await.map(drop)
    }
}

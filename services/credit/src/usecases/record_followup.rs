use chassis::store::{Command, Tx};
use contracts::feedback::FollowupRecorded;
use credit_domain::{Cause, Followup, record_followup};

use super::{Recorded, carry_out, load, recording};
use crate::error::Error;
use crate::rules::RuleBook;
use crate::wire;

/// A finished call-back (回访) is evidence, unless nobody was reached. The same call-back counts once.
#[derive(Debug)]
pub struct RecordFollowup<'a> {
    /// The rules.
    pub rules: &'a RuleBook,
    /// What feedback recorded.
    pub followup: FollowupRecorded,
}

impl Command for RecordFollowup<'_> {
    type Out = Recorded;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Recorded, Error> {
        let FollowupRecorded { callback, city, request: _, merchant, category, outcome, recorded_at, .. } =
            &self.followup;
        let loaded = load(tx, *city, *merchant, Cause::Followup(*callback)).await?;
        let fact = Followup {
            merchant: *merchant,
            callback: *callback,
            category: category.clone(),
            outcome: wire::followup_outcome(*outcome),
            happened_at: *recorded_at,
        };
        let at = recording(self.rules, tx).await?;
        let step = record_followup(&loaded.merchant, loaded.earlier.as_ref(), &fact, at)?;
        carry_out(tx, loaded.merchant.version, step).await
    }
}

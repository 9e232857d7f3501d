use chassis::store::{Command, Tx};
use contracts::feedback::BreachVerified;
use credit_domain::{Cause, VerifiedBreach, record_breach};
use kernel::Step;

use super::{Recorded, carry_out, load, recording};
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::verifiers;

/// A verified breach (失信核实) takes points, and the grade falls at once. The same case counts once.
#[derive(Debug)]
pub struct RecordBreach<'a> {
    /// The rules.
    pub rules: &'a RuleBook,
    /// What feedback verified.
    pub breach: BreachVerified,
}

impl Command for RecordBreach<'_> {
    type Out = Recorded;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Recorded, Error> {
        let BreachVerified {
            case,
            city,
            request: _,
            merchant,
            category,
            clause,
            severity,
            verified_at,
            verified_by,
        } = &self.breach;
        let loaded = load(tx, *city, *merchant, Cause::Breach(*case)).await?;
        let fact = VerifiedBreach {
            merchant: *merchant,
            case: *case,
            category: category.clone(),
            clause: clause.clone(),
            severity: *severity,
            happened_at: *verified_at,
        };
        let at = recording(self.rules, tx).await?;
        let step = record_breach(&loaded.merchant, loaded.earlier.as_ref(), &fact, at)?;
        if let (Step::Done(_), Some(by)) = (&step, verified_by) {
            verifiers::insert(tx.conn(), *city, *case, *by).await?;
        }
        carry_out(tx, loaded.merchant.version, step).await
    }
}

use chassis::store::{Command, Tx};
use contracts::feedback::BreachVerified;
use credit_domain::admission::AdmissionPolicy;
use credit_domain::news::{About, News, NewsKind};
use credit_domain::process::Moment;
use credit_domain::publicity::BoardNotice;
use credit_domain::{Calendar, Cause, VerifiedBreach, record_breach};
use kernel::Step;

use super::notices::tell;
use super::standards::clause_in_words;
use super::{Recorded, carry_out, load, recording};
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::{notices, verifiers};

/// A verified breach (失信核实) takes points, and the grade falls at once. The same case counts once. Its merchant is
/// told, and one of a class that is published is put on the board in its time.
#[derive(Debug)]
pub struct RecordBreach<'a> {
    /// The rules.
    pub rules: &'a RuleBook,
    /// The working days: from when it may be announced.
    pub calendar: &'a Calendar,
    /// The commitment: what a clause of it says.
    pub policy: &'a AdmissionPolicy,
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
        let process = Moment { rules: &at.rules.process, calendar: self.calendar, now: at.now };
        let step = record_breach(&loaded.merchant, loaded.earlier.as_ref(), &fact, at)?;
        if let (Step::Done(_), Some(by)) = (&step, verified_by) {
            verifiers::insert(tx.conn(), *city, *case, *by).await?;
        }
        let recorded = carry_out(tx, loaded.merchant.version, step).await?;
        if !recorded.is_already_done() {
            let words = clause_in_words(tx.conn(), self.policy, *city, clause).await?;
            let shown =
                BoardNotice::of_breach(tx.next_id(), &loaded.merchant, &fact, words.as_ref(), process);
            if let Some(shown) = &shown {
                notices::insert(tx.conn(), shown, None, tx.now()).await?;
            }
            let news = News {
                date: shown.map(|shown| shown.publish_at),
                reason: Some(clause.clone()),
                ..News::of(NewsKind::BreachRecorded, &About::Case(*case))
            };
            tell(tx, *city, *merchant, vec![news]).await?;
        }
        Ok(recorded)
    }
}

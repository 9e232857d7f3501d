use chassis::store::Db;
use credit_domain::evaluation::{Evaluation, EvaluationState, Report, ReportInputs, report};
use kernel::{City, EvaluationId, MerchantId};

use super::compute::rules_of;
use super::queries::evaluation_of_year;
use super::{Effect, evaluation};
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::evaluation_results;
use crate::usecases::credit_at::{Whole, whole};
use crate::usecases::queries::merchant;

/// A report as it is read: what was found, and what took effect.
#[derive(Debug, Clone)]
pub struct ReportRead {
    /// The run.
    pub run: Evaluation,
    /// The report.
    pub report: Report,
    /// What took effect, once it did.
    pub effect: Option<Effect>,
}

/// Which report, and who looks.
#[derive(Debug, Clone, Copy)]
pub enum ReportScope {
    /// Of a year.
    Year {
        /// Which.
        year: u16,
        /// Whether only what was published is shown: to the merchant itself.
        published_only: bool,
    },
    /// Of a run.
    Run(EvaluationId),
}

/// A merchant's report: folded from its ledger as it was known to the run.
///
/// # Errors
/// [`Error::Unknown`] when there is no such run, or nothing in it that may be seen; when the ledger is too long; or
/// when the database refuses.
pub async fn report_of_year(
    db: &Db,
    rules: &RuleBook,
    city: City,
    id: MerchantId,
    scope: ReportScope,
) -> Result<ReportRead, Error> {
    let none = || Error::Unknown("report");
    let run = match scope {
        ReportScope::Year { year, published_only } => {
            let run = evaluation_of_year(db, city, year).await?;
            Some(run).filter(|run| run.is_public() || !published_only).ok_or_else(none)?
        }
        ReportScope::Run(run) => evaluation(db, run).await?,
    };
    // Where it stands among the others is known once all were looked at.
    if matches!(run.state, EvaluationState::Running | EvaluationState::Failed { .. })
        || run.order.city != city
    {
        return Err(none());
    }
    let profile = merchant(db, city, id).await?.profile;
    let by = rules_of(db, rules, &run).await?;
    let Whole { entries, files, versions } = whole(db, rules, city, id).await?;
    let inputs = ReportInputs {
        run: &run,
        rules: by,
        merchant: id,
        name: &profile.name,
        ledger: &entries,
        files: &files,
    };
    let report = report(inputs, |number| versions.get(&number).copied())?.ok_or_else(none)?;
    let effect = evaluation_results::effects_of(db.read(), run.id, &[id]).await?.remove(&id);
    Ok(ReportRead { run, report, effect })
}

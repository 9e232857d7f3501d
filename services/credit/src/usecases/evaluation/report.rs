use chassis::store::Db;
use credit_domain::Rules;
use credit_domain::evaluation::{Evaluation, EvaluationState, Report, ReportInputs, forecast, report};
use kernel::{City, EvaluationId, Grade, MerchantId, Timestamp};

use super::compute::rules_of;
use super::queries::evaluation_of_year;
use super::{Effect, evaluation};
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::evaluation_results;
use crate::usecases::credit_at::{Whole, whole};
use crate::usecases::queries::merchant;

/// A report as it is read: what was found, what takes effect, and how the merchant stands by now.
#[derive(Debug, Clone)]
pub struct ReportRead<'a> {
    /// The run.
    pub run: Evaluation,
    /// By which rules it was made.
    pub rules: &'a Rules,
    /// The report.
    pub report: Report,
    /// What took effect, once it did.
    pub effect: Option<Effect>,
    /// The grades around it.
    pub grades: Grades,
    /// Whether the merchant objects to something.
    pub under_objection: bool,
    /// When it was read.
    pub at: Timestamp,
}

/// The grade that a merchant had, has and will have. What was found is in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grades {
    /// Before the year took effect; until then when the merchant was looked at.
    pub before: Grade,
    /// Now.
    pub now: Grade,
    /// What took effect; until then what would if it did now. None for a preview, and for whoever it gives nothing.
    pub effect: Option<Grade>,
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
pub async fn report_of_year<'a>(
    db: &Db,
    rules: &'a RuleBook,
    city: City,
    id: MerchantId,
    scope: ReportScope,
    now: Timestamp,
) -> Result<ReportRead<'a>, Error> {
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
    let merchant = merchant(db, city, id).await?;
    let by = rules_of(db, rules, &run).await?;
    let Whole { entries, files, versions } = whole(db, rules, city, id).await?;
    let inputs = ReportInputs {
        run: &run,
        rules: by,
        merchant: id,
        name: &merchant.profile.name,
        ledger: &entries,
        files: &files,
    };
    let report = report(inputs, |number| versions.get(&number).copied())?.ok_or_else(none)?;
    let effect = evaluation_results::effects_of(db.read(), run.id, &[id]).await?.remove(&id);
    let found = evaluation_results::of(db.read(), run.id, &[id]).await?.remove(&id).ok_or_else(none)?;
    let grades = Grades {
        before: effect.map_or(found.in_force, |effect| effect.before),
        now: merchant.credit.grade,
        effect: match (effect, &run.state) {
            (Some(effect), _) => Some(effect.after),
            // It left, or came back anew, before the others were graded.
            (None, EvaluationState::InEffect { .. }) => None,
            (None, _) => forecast(&run, by, &merchant, &entries, now),
        },
    };
    let under_objection = merchant.under_objection;
    Ok(ReportRead { run, rules: by, report, effect, grades, under_objection, at: now })
}

/// What everybody may know of a merchant's year, to check a report against.
#[derive(Debug, Clone)]
pub struct YearChecked {
    /// The run.
    pub run: Evaluation,
    /// The merchant's published name.
    pub name: String,
    /// What took effect, once it did.
    pub effect: Option<Effect>,
}

/// Whether there is such a report, and what took effect: once the year is published.
///
/// # Errors
/// [`Error::Unknown`] when there is none or it is not published, or when the database refuses.
pub async fn check_report(db: &Db, city: City, id: MerchantId, year: u16) -> Result<YearChecked, Error> {
    let none = || Error::Unknown("report");
    let run = evaluation_of_year(db, city, year).await?;
    let known = evaluation_results::of(db.read(), run.id, &[id]).await?.contains_key(&id);
    if !run.is_public() || !known {
        return Err(none());
    }
    let name = merchant(db, city, id).await?.profile.name;
    let effect = evaluation_results::effects_of(db.read(), run.id, &[id]).await?.remove(&id);
    Ok(YearChecked { run, name, effect })
}

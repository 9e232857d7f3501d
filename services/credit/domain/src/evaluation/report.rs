//! A merchant's report on its year (年度信用报告): a pure function of its ledger, its proceedings, the rules and what
//! the run found for all.

use kernel::{EntryId, EvaluationId, Grade, MerchantId, Step, Timestamp};
use serde::Serialize;

use super::lines::{
    CallbackLine, DimensionLine, GateLine, Quality, RuleLine, by_month, by_rule, dimensions, gates, quality,
};
use super::{
    Assessed, CALLBACK_LINES_MAX, ENTRIES_NAMED_MAX, Evaluation, Evidenced, Fold, INSTANT, Listed, Order,
    Raise, Standings, listed, raises, year_end,
};
use crate::commands::{Recording, evaluate};
use crate::ledger::{Cause, Entry};
use crate::merchant::{Merchant, Status};
use crate::past::{Moment, UnknownRules, grade_steps};
use crate::process::Proceeding;
use crate::rules::Rules;
use crate::words::{Words, cause_words};

/// What a report is made of.
#[derive(Debug, Clone, Copy)]
pub struct ReportInputs<'a> {
    /// The run.
    pub run: &'a Evaluation,
    /// By which rules it was made.
    pub rules: &'a Rules,
    /// Whose report.
    pub merchant: MerchantId,
    /// Its published name.
    pub name: &'a str,
    /// Its ledger, the first entry first.
    pub ledger: &'a [Entry],
    /// Its proceedings.
    pub files: &'a [Proceeding],
}

/// The grade moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GradeStep {
    /// When.
    pub at: Timestamp,
    /// Before; none at the opening of the ledger.
    pub from: Option<Grade>,
    /// After.
    pub to: Grade,
    /// What made it: the kind of fact and its id.
    pub cause: Cause,
    /// The same in words.
    pub names: Words,
}

impl GradeStep {
    /// One that this made.
    #[must_use]
    pub fn new(at: Timestamp, from: Option<Grade>, to: Grade, cause: Cause) -> Self {
        Self { at, from, to, cause, names: cause_words(cause) }
    }
}

/// The time that a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
}

impl Period {
    /// The year, in the city; of a preview the 365 days before its moment.
    #[must_use]
    pub fn of(order: &Order) -> Self {
        let from = order.scope.year().and_then(|year| year_end(year.checked_sub(1)?));
        let from = from.unwrap_or_else(|| order.as_of.before(core::time::Duration::from_secs(365 * 86_400)));
        Self { from: from.after(INSTANT), until: order.as_of.after(INSTANT) }
    }

    /// Whether the moment lies in it.
    #[must_use]
    pub fn contains(self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

/// The grade that the year would give this merchant if it took effect now, with all that is in its ledger by now; none
/// for a preview, and for whoever the year gives nothing. Nothing is recorded.
#[must_use]
pub fn forecast(
    run: &Evaluation,
    rules: &Rules,
    merchant: &Merchant,
    ledger: &[Entry],
    now: Timestamp,
) -> Option<Grade> {
    let year = run.order.scope.year()?;
    if !matches!(merchant.status, Status::Affiliated | Status::Suspended) {
        return None;
    }
    let mut fold = Fold::new(rules, run.order.as_of);
    ledger.iter().for_each(|entry| fold.add(entry));
    let at = Recording { rules, now, entry: EntryId::from_u128(0) };
    match evaluate(merchant, year, &fold, at) {
        Step::Done(change) if fold.is_evaluated() => Some(change.merchant.credit.grade),
        Step::Done(_) | Step::AlreadyDone(_) => None,
    }
}

/// A report, whole: what is printed and what is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The run.
    pub evaluation: EvaluationId,
    /// Whose.
    pub merchant: MerchantId,
    /// Its published name.
    pub name: String,
    /// The year; none for a preview.
    pub year: Option<u16>,
    /// The moment that is evaluated.
    pub as_of: Timestamp,
    /// What was recorded later is not in it.
    pub known_at: Timestamp,
    /// By which rules.
    pub rules_version: u32,
    /// What was found.
    pub found: Assessed,
    /// The time that it is about.
    pub period: Period,
    /// The measured quality, and what it is worth.
    pub quality: Quality,
    /// What each grade asks, the best first.
    pub gates: Vec<GateLine>,
    /// The share of content citizens of which the evidence makes sure, per mille.
    pub sure_permille: u16,
    /// The four dimensions.
    pub dimensions: Vec<DimensionLine>,
    /// All entries that count, by rule.
    pub rules: Vec<RuleLine>,
    /// The call-backs of the year by month and category, the last month first; at most 500 lines.
    pub callbacks: Vec<CallbackLine>,
    /// Lines that are left out for that.
    pub callbacks_left_out: u32,
    /// All other entries of the year one by one, the last first; at most 500.
    #[serde(skip)]
    pub entries: Vec<Entry>,
    /// Entries that are left out for that.
    pub entries_left_out: u32,
    /// How many entries the year has, call-backs among them.
    pub entries_of_year: u32,
    /// Entries about earlier days that were recorded since the report before this one, call-backs among them, one by
    /// one, the last first; at most 500.
    #[serde(skip)]
    pub late_entries: Vec<Entry>,
    /// Entries that are left out for that.
    pub late_entries_left_out: u32,
    /// How the grade moved in the year.
    pub changes: Vec<GradeStep>,
    /// Where the merchant stands among the others.
    pub peers: Standings,
    /// What would raise its grade.
    pub raises: Vec<Raise>,
}

/// The report; none where there was nobody to evaluate.
///
/// # Errors
/// [`UnknownRules`] when `version` lacks rules that an entry names.
pub fn report<'a>(
    inputs: ReportInputs<'_>,
    version: impl Fn(u32) -> Option<&'a Rules>,
) -> Result<Option<Report>, UnknownRules> {
    let ReportInputs { run, rules, merchant, name, ledger, files } = inputs;
    let order = run.order;
    let known: Vec<&Entry> =
        ledger.iter().filter(|entry| entry.posting.recorded_at <= order.known_at).collect();
    let mut fold = Fold::new(rules, order.as_of);
    known.iter().for_each(|entry| fold.add(entry));
    let Some(found) = fold.assess(rules, files, order.known_at) else { return Ok(None) };
    let period = Period::of(&order);
    let Listed { of_period, mut late } = listed(ledger, &order);
    let (mut callbacks, mut entries) = by_month(of_period.iter().copied());
    let moment = Moment { as_of: order.as_of, known_at: order.known_at };
    let mut changes = grade_steps(ledger, files, moment, version)?;
    changes.retain(|step| period.contains(step.at));
    Ok(Some(Report {
        evaluation: run.id,
        merchant,
        name: name.to_owned(),
        year: order.scope.year(),
        as_of: order.as_of,
        known_at: order.known_at,
        rules_version: rules.version,
        period,
        quality: quality(&found.measured, &known),
        gates: gates(rules, &found),
        sure_permille: rules.sure_permille(found.tally.evidence),
        dimensions: dimensions(rules, &found),
        rules: by_rule(rules, &known, &fold.repaired(), order.as_of),
        entries_of_year: u32::try_from(of_period.len()).unwrap_or(u32::MAX),
        callbacks_left_out: cut(&mut callbacks, CALLBACK_LINES_MAX),
        callbacks,
        entries_left_out: cut(&mut entries, ENTRIES_NAMED_MAX),
        entries: entries.into_iter().cloned().collect(),
        late_entries_left_out: cut(&mut late, ENTRIES_NAMED_MAX),
        late_entries: late.into_iter().cloned().collect(),
        changes,
        peers: run.progress.peers.standings(&found),
        raises: advice(rules, &found, &known, files, moment),
        found,
    }))
}

/// Keeps the first ones; says how many are left out.
fn cut<T>(all: &mut Vec<T>, max: usize) -> u32 {
    let left_out = all.len().saturating_sub(max);
    all.truncate(max);
    u32::try_from(left_out).unwrap_or(u32::MAX)
}

fn advice(
    rules: &Rules,
    found: &Assessed,
    known: &[&Entry],
    files: &[Proceeding],
    moment: Moment,
) -> Vec<Raise> {
    let past = known.iter().filter(|entry| entry.posting.valid_from <= moment.as_of);
    let breaches = past.filter(|entry| matches!(entry.posting.cause, Cause::Breach(_)));
    let breaches: Vec<Entry> = breaches.copied().cloned().collect();
    let reversed: Vec<EntryId> = known
        .iter()
        .filter_map(|entry| match entry.posting.cause {
            Cause::Reversal(of) | Cause::Repair(of) => Some(of),
            _ => None,
        })
        .collect();
    let files: Vec<Proceeding> = files.iter().map(|file| file.as_of(moment.known_at)).collect();
    raises(rules, found, &Evidenced { breaches: &breaches, reversed: &reversed, files: &files }, moment.as_of)
}

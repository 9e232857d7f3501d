//! A merchant's report on its year (年度信用报告): a pure function of its ledger, its proceedings, the rules and what
//! the run found for all.

use std::collections::BTreeMap;

use kernel::{EntryId, EvaluationId, Grade, MerchantId, Timestamp};
use serde::Serialize;

use super::{Assessed, ENTRIES_NAMED_MAX, Evaluation, Evidenced, Fold, Raise, Standings, raises, year_end};
use crate::ledger::{Cause, Entry};
use crate::past::{Moment, UnknownRules, grade_steps};
use crate::process::Proceeding;
use crate::rules::{Bounds, Rules};
use crate::tally::{Dimension, Points};

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

/// One dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DimensionLine {
    /// Which.
    pub dimension: Dimension,
    /// What the entries add up to, with the measured quality.
    pub points: i64,
    /// What of it counts.
    pub counted: i64,
    /// The least that counts.
    pub floor: i64,
    /// The most that counts.
    pub ceiling: i64,
}

/// What one rule gave over the whole ledger, as far as it counts at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleLine {
    /// A JSON pointer into the rules.
    pub rule: String,
    /// By how many entries.
    pub entries: u32,
    /// Points.
    pub points: Points,
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
    /// The measured quality per category, in millionths; none where the evidence names no category.
    pub qualities: Vec<(Option<kernel::CategoryCode>, i64)>,
    /// The four dimensions.
    pub dimensions: Vec<DimensionLine>,
    /// All entries that count, by rule.
    pub rules: Vec<RuleLine>,
    /// The entries of the year one by one, the last first; at most 500.
    #[serde(skip)]
    pub entries: Vec<Entry>,
    /// How many the year has.
    pub entries_of_year: u32,
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
    let from = order.scope.year().and_then(|year| year_end(year.checked_sub(1)?));
    let from = from.unwrap_or_else(|| order.as_of.before(core::time::Duration::from_secs(365 * 86_400)));
    let of_year =
        |entry: &&&Entry| (from < entry.posting.valid_from) && entry.posting.valid_from <= order.as_of;
    let moment = Moment { as_of: order.as_of, known_at: order.known_at };
    let mut changes = grade_steps(ledger, files, moment, version)?;
    changes.retain(|step| step.at > from);
    Ok(Some(Report {
        evaluation: run.id,
        merchant,
        name: name.to_owned(),
        year: order.scope.year(),
        as_of: order.as_of,
        known_at: order.known_at,
        rules_version: rules.version,
        qualities: found.measured.means().map(|(category, mean)| (category.cloned(), mean)).collect(),
        dimensions: dimensions(rules, &found),
        rules: by_rule(&known, &fold.repaired(), order.as_of),
        entries_of_year: u32::try_from(known.iter().filter(of_year).count()).unwrap_or(u32::MAX),
        entries: known.iter().rev().filter(of_year).take(ENTRIES_NAMED_MAX).copied().cloned().collect(),
        changes,
        peers: run.progress.peers.standings(&found),
        raises: advice(rules, &found, &known, files, moment),
        found,
    }))
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

fn dimensions(rules: &Rules, found: &Assessed) -> Vec<DimensionLine> {
    let line = |dimension: Dimension| {
        let Bounds { floor, ceiling } = rules.dimensions.of(dimension);
        let (points, counted) = (found.tally.points.of(dimension), found.counted.of(dimension));
        DimensionLine { dimension, points, counted, floor, ceiling }
    };
    Dimension::ALL.into_iter().map(line).collect()
}

/// What was repaired since gave no points.
fn by_rule(known: &[&Entry], repaired: &[EntryId], as_of: Timestamp) -> Vec<RuleLine> {
    let mut lines: BTreeMap<&str, RuleLine> = BTreeMap::new();
    for Entry { posting, .. } in known.iter().copied() {
        let ended = posting.has_ended(as_of) || matches!(posting.cause, Cause::Expiry(_));
        if ended || posting.valid_from > as_of {
            continue;
        }
        let line = lines.entry(&posting.rule).or_insert_with(|| RuleLine {
            rule: posting.rule.clone(),
            entries: 0,
            points: Points::ZERO,
        });
        line.entries = line.entries.saturating_add(1);
        if !repaired.contains(&posting.id) {
            line.points = line.points + posting.tally.points;
        }
    }
    lines.into_values().collect()
}

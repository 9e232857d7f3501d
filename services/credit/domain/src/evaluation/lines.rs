//! The tables of a report: the dimensions, what each rule gave, the measured quality, what each grade asks, and the
//! call-backs of the year by month.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{CategoryCode, EntryId, Grade, Timestamp};
use serde::Serialize;

use super::Assessed;
use crate::ledger::{Cause, Entry};
use crate::quality::Measured;
use crate::rules::{Bounds, Rules, severity_of};
use crate::tally::{Dimension, Evidence, Points};
use crate::words::{Words, rule_words};

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

/// The four, in their order.
pub(super) fn dimensions(rules: &Rules, found: &Assessed) -> Vec<DimensionLine> {
    let line = |dimension: Dimension| {
        let Bounds { floor, ceiling } = rules.dimensions.of(dimension);
        let (points, counted) = (found.tally.points.of(dimension), found.counted.of(dimension));
        DimensionLine { dimension, points, counted, floor, ceiling }
    };
    Dimension::ALL.into_iter().map(line).collect()
}

/// What one rule gave over the whole ledger, as far as it counts at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleLine {
    /// A JSON pointer into the rules.
    pub rule: String,
    /// What it is called.
    pub names: Words,
    /// By how many entries.
    pub entries: u32,
    /// Points.
    pub points: Points,
}

/// By rule. What was repaired since gave no points; what was taken back is as if it had never been, and so is what took it
/// back.
pub(super) fn by_rule(
    rules: &Rules,
    known: &[&Entry],
    repaired: &[EntryId],
    as_of: Timestamp,
) -> Vec<RuleLine> {
    let mut lines: BTreeMap<&str, RuleLine> = BTreeMap::new();
    let counted: BTreeSet<EntryId> = counting(known, as_of).map(|entry| entry.posting.id).collect();
    let undone: BTreeSet<EntryId> =
        counting(known, as_of).filter_map(undoes).filter(|taken_back| counted.contains(taken_back)).collect();
    for entry in counting(known, as_of) {
        let posting = &entry.posting;
        if undone.contains(&posting.id) || undoes(entry).is_some_and(|of| undone.contains(&of)) {
            continue;
        }
        let line = lines.entry(&posting.rule).or_insert_with(|| RuleLine {
            rule: posting.rule.clone(),
            names: rule_words(rules, &posting.rule),
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

/// The entry that this one takes back, if it does.
fn undoes(entry: &Entry) -> Option<EntryId> {
    match entry.posting.cause {
        Cause::Reversal(of) => Some(of),
        _ => None,
    }
}

/// Entries that count at the moment.
fn counting<'a>(known: &[&'a Entry], as_of: Timestamp) -> impl Iterator<Item = &'a Entry> {
    known.iter().copied().filter(move |Entry { posting, .. }| {
        let ended = posting.has_ended(as_of) || matches!(posting.cause, Cause::Expiry(_));
        !ended && posting.valid_from <= as_of
    })
}

/// The measured quality, and what social evaluation is for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quality {
    /// For how many citizens the mean of a category stands, before anybody was asked.
    pub prior_weight: u16,
    /// After how many days a citizen's word weighs half.
    pub half_life_days: u16,
    /// The quality, per mille, that is worth the floor of social evaluation.
    pub floor_at_permille: u16,
    /// The quality, per mille, that is worth its ceiling.
    pub ceiling_at_permille: u16,
    /// By category.
    pub lines: Vec<QualityLine>,
    /// The points of social evaluation for all categories together; none where nobody was asked, and what was posted
    /// stands.
    pub points: Option<i64>,
    /// What the ledger had in their place.
    pub posted: i64,
}

/// The quality in one category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QualityLine {
    /// Absent where the evidence names no category: a record that was taken over.
    pub category: Option<CategoryCode>,
    /// Call-backs in which the citizen was content.
    pub satisfied: i64,
    /// Call-backs in which the citizen was not.
    pub unsatisfied: i64,
    /// Verified breaches, each of which counts as one more that was not.
    pub breaches: i64,
    /// The share of content citizens that the prior stands for, per mille.
    pub prior_permille: u16,
    /// The quality, in millionths.
    pub mean_ppm: i64,
    /// How much of the whole it is, per mille, by what was said and how long ago.
    pub part_permille: i64,
    /// What social evaluation would be for this quality alone.
    pub points: i64,
}

pub(super) fn quality(measured: &Measured, known: &[&Entry]) -> Quality {
    let rules = &measured.rules;
    let whole: i64 = measured.weights.iter().map(|(_, weights)| weights.total()).sum();
    let line = |(category, weights): &(Option<CategoryCode>, crate::quality::Weights)| {
        let of = |entry: &&Entry| entry.posting.category == *category;
        let (mut asked, mut breaches) = (Evidence::ZERO, 0);
        for Entry { posting, .. } in counting(known, measured.as_of).filter(of) {
            match severity_of(&posting.rule) {
                Some(_) => breaches += posting.tally.evidence.unsatisfied,
                None => asked = asked + posting.tally.evidence,
            }
        }
        let mean_ppm = measured.mean(category.as_ref(), *weights);
        QualityLine {
            category: category.clone(),
            satisfied: asked.satisfied,
            unsatisfied: asked.unsatisfied,
            breaches,
            prior_permille: rules.prior_permille(category.as_ref()),
            mean_ppm,
            part_permille: (weights.total().saturating_mul(1_000)).checked_div(whole).unwrap_or_default(),
            points: measured.worth(mean_ppm),
        }
    };
    Quality {
        prior_weight: rules.prior_weight,
        half_life_days: rules.half_life_days,
        floor_at_permille: rules.floor_at_permille,
        ceiling_at_permille: rules.ceiling_at_permille,
        lines: measured.weights.iter().map(line).collect(),
        points: measured.points(),
        posted: measured.posted,
    }
}

/// What a grade asks for, and whether the merchant has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateLine {
    /// The grade.
    pub grade: Grade,
    /// The least score.
    pub score_min: u16,
    /// Whether the score is enough.
    pub score_reached: bool,
    /// Call-backs that said something, at least.
    pub callbacks_min: u32,
    /// Whether there are as many.
    pub callbacks_reached: bool,
    /// The share of content citizens of which one is to be sure, per mille.
    pub sure_permille_min: u16,
    /// Whether one is as sure.
    pub sure_reached: bool,
}

/// What each grade asks, the best first.
pub(super) fn gates(rules: &Rules, found: &Assessed) -> Vec<GateLine> {
    let evidence = found.tally.evidence;
    let line = |grade: Grade| {
        let band = rules.bands.iter().find(|band| band.grade == grade);
        let gate = rules.gates.iter().find(|gate| gate.grade == grade);
        let score_min = band.map_or(0, |band| band.score_min);
        let (callbacks_min, sure_permille_min) =
            gate.map_or((0, 0), |gate| (gate.callbacks_min, gate.lower_bound_permille));
        GateLine {
            grade,
            score_min,
            score_reached: found.score >= score_min,
            callbacks_min,
            callbacks_reached: evidence.callbacks() >= i64::from(callbacks_min),
            sure_permille_min,
            sure_reached: rules.lower_bound_reaches(evidence, sure_permille_min),
        }
    };
    Grade::ALL.into_iter().rev().map(line).collect()
}

/// Call-backs of one month in one category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallbackLine {
    /// The month in the city, such as 2025-07.
    pub month: String,
    /// The category of the work; absent where the call-back names none.
    pub category: Option<CategoryCode>,
    /// Citizens who were content.
    pub satisfied: u32,
    /// Citizens who were not.
    pub unsatisfied: u32,
    /// Those in which a breach was suspected, which says nothing until it is verified.
    pub suspected: u32,
    /// Those that reached nobody.
    pub unreached: u32,
    /// What they gave.
    pub points: i64,
}

/// Call-backs among these entries, the last month first; the rest of the entries as they come.
pub(super) fn by_month<'a>(entries: impl Iterator<Item = &'a Entry>) -> (Vec<CallbackLine>, Vec<&'a Entry>) {
    let mut lines: BTreeMap<(core::cmp::Reverse<String>, Option<CategoryCode>), CallbackLine> =
        BTreeMap::new();
    let mut others = Vec::new();
    for entry in entries {
        let posting = &entry.posting;
        if !matches!(posting.cause, Cause::Followup(_)) {
            others.push(entry);
            continue;
        }
        let day = posting.valid_from.in_city().day.to_string();
        let month = day.rsplit_once('-').map_or(day.as_str(), |(month, _)| month).to_owned();
        let key = (core::cmp::Reverse(month.clone()), posting.category.clone());
        let line = lines.entry(key).or_insert_with(|| CallbackLine {
            month,
            category: posting.category.clone(),
            satisfied: 0,
            unsatisfied: 0,
            suspected: 0,
            unreached: 0,
            points: 0,
        });
        let Evidence { satisfied, unsatisfied, verified_orders } = posting.tally.evidence;
        let count = match (satisfied, unsatisfied, verified_orders) {
            (1.., _, _) => &mut line.satisfied,
            (_, 1.., _) => &mut line.unsatisfied,
            (_, _, 1..) => &mut line.suspected,
            _ => &mut line.unreached,
        };
        *count = count.saturating_add(1);
        line.points = line.points.saturating_add(posting.tally.points.total());
    }
    (lines.into_values().collect(), others)
}

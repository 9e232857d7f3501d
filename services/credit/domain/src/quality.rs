//! Service quality (服务质量): how content citizens are, measured from call-backs and verified breaches.
//!
//! Per category it is a Beta mean, (r + k m)/(r + s + k): *r* content and *s* discontent citizens, each counted
//! by the weight of its age, *m* the category's mean, and *k* how many citizens that mean stands for. A merchant
//! nobody was asked about is so taken for an average one, and what is long past fades towards the average.
//! Who was not reached is no evidence.
//!
//! Where it enters: social evaluation. Between two evaluations each call-back moves social evaluation at once,
//! by the points of its rule. The evaluation then sets it to the measured quality, with one ledger entry that
//! holds the difference, so that the score stays the fold of the ledger.
//!
//! Exact and the same everywhere: integers alone. A weight is 2^20 at age zero and halves with every half-life;
//! within a half-life it follows [`DECAY`], a table of 64 steps. Ages are counted in whole days and steps round
//! down, halvings drop what is below one unit, and points round down at the very end.

use kernel::{CategoryCode, EntryId, Grade, Timestamp};
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::ledger::{Cause, Entry, Posting};
use crate::rules::{Bounds, PERMILLE, Problems, Rules, severity_of};
use crate::tally::{Evidence, Points, Tally};

/// The weight of a citizen asked just now.
const UNIT: i64 = 1 << 20;
/// 2^20 * 2^(-i/64), rounded to the nearest integer: the weight after *i* of 64 steps of a half-life.
const DECAY: [i64; 64] = [
    1_048_576, 1_037_281, 1_026_107, 1_015_054, 1_004_120, 993_303, 982_604, 972_019, 961_548, 951_191,
    940_944, 930_809, 920_782, 910_863, 901_051, 891_345, 881_744, 872_246, 862_850, 853_555, 844_361,
    835_265, 826_268, 817_367, 808_563, 799_853, 791_237, 782_714, 774_282, 765_942, 757_691, 749_529,
    741_455, 733_468, 725_567, 717_752, 710_020, 702_372, 694_806, 687_321, 679_917, 672_593, 665_348,
    658_181, 651_091, 644_078, 637_140, 630_276, 623_487, 616_771, 610_127, 603_555, 597_053, 590_622,
    584_260, 577_966, 571_740, 565_581, 559_489, 553_462, 547_500, 541_603, 535_768, 529_997,
];
const DAY_US: i64 = 24 * 3_600 * 1_000_000;
const HALF_LIFE_DAYS_MAX: u16 = 3_650;
const PRIOR_WEIGHT_MAX: u16 = 1_000;

/// How service quality is measured, and what it is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QualityRules {
    /// For how many citizens the category's mean stands (*k*).
    #[schemars(range(min = 1, max = PRIOR_WEIGHT_MAX), extend("x-unit" = "citizens"))]
    pub prior_weight: u16,
    /// After how many days a citizen's word weighs half.
    #[schemars(range(min = 1, max = HALF_LIFE_DAYS_MAX), extend("x-unit" = "days"))]
    pub half_life_days: u16,
    /// The share of content citizens in a category that is not named below (*m*), per mille.
    #[schemars(range(max = PERMILLE), extend("x-unit" = "permille"))]
    pub mean_permille: u16,
    /// The same for single categories.
    #[serde(default)]
    #[schemars(transform = each_permille, extend("x-keys" = "category"))]
    pub category_means_permille: BTreeMap<CategoryCode, u16>,
    /// The quality, per mille, at which social evaluation is at its floor; it grows evenly from here.
    #[schemars(range(max = PERMILLE), extend("x-unit" = "permille"))]
    pub floor_at_permille: u16,
    /// The quality, per mille, at which social evaluation reaches its ceiling.
    #[schemars(range(max = PERMILLE), extend("x-unit" = "permille"))]
    pub ceiling_at_permille: u16,
}

impl QualityRules {
    /// The weight of a citizen who was asked `from` then, `at` that moment; 0 for the future.
    #[must_use]
    pub fn weight(&self, from: Timestamp, at: Timestamp) -> i64 {
        let age_us = at.as_micros().saturating_sub(from.as_micros());
        if age_us < 0 {
            return 0;
        }
        let steps = (age_us / DAY_US).saturating_mul(64) / i64::from(self.half_life_days.max(1));
        let within = usize::try_from(steps % 64).unwrap_or_default();
        let halvings = u32::try_from(steps / 64).unwrap_or(u32::MAX);
        DECAY.get(within).copied().unwrap_or(UNIT).checked_shr(halvings).unwrap_or(0)
    }

    /// The share of content citizens that a category is taken for before anybody was asked (*m*), per mille.
    #[must_use]
    pub fn prior_permille(&self, category: Option<&CategoryCode>) -> u16 {
        let named = category.and_then(|category| self.category_means_permille.get(category));
        *named.unwrap_or(&self.mean_permille)
    }

    /// The Beta mean in a category, in millionths, rounded down.
    fn beta_mean(&self, category: Option<&CategoryCode>, weights: Weights) -> i128 {
        let k = i128::from(self.prior_weight) * i128::from(UNIT);
        // A reversal may stand in the ledger before what it takes back; less than nobody is nobody.
        let r = i128::from(weights.satisfied.max(0));
        let s = i128::from(weights.unsatisfied.max(0));
        let mean = i128::from(self.prior_permille(category));
        (r * 1_000_000 + k * mean * 1_000) / (r + s + k).max(1)
    }

    pub(crate) fn check(&self, found: &mut Problems) {
        found.unless(
            (1..=PRIOR_WEIGHT_MAX).contains(&self.prior_weight),
            "/quality/prior_weight",
            "应在 1 至 1000 之间",
            "must be within 1 and 1000",
        );
        found.unless(
            (1..=HALF_LIFE_DAYS_MAX).contains(&self.half_life_days),
            "/quality/half_life_days",
            "应在 1 至 3650 之间",
            "must be within 1 and 3650",
        );
        found.unless(
            self.mean_permille <= PERMILLE,
            "/quality/mean_permille",
            "最多 1000",
            "must be at most 1000",
        );
        for (category, mean) in &self.category_means_permille {
            let pointer = format_args!("/quality/category_means_permille/{category}");
            found.unless(*mean <= PERMILLE, pointer, "最多 1000", "must be at most 1000");
        }
        found.unless(
            self.ceiling_at_permille <= PERMILLE,
            "/quality/ceiling_at_permille",
            "最多 1000",
            "must be at most 1000",
        );
        found.unless(
            self.floor_at_permille < self.ceiling_at_permille,
            "/quality/floor_at_permille",
            "应低于得满分的质量",
            "must be below the quality at which the ceiling is reached",
        );
    }
}

/// Of each category as of all.
fn each_permille(schema: &mut Schema) {
    if let Some(mean) = schema.get_mut("additionalProperties").and_then(|mean| mean.as_object_mut()) {
        mean.insert("maximum".to_owned(), PERMILLE.into());
        mean.insert("x-unit".to_owned(), "permille".into());
    }
}

/// Citizens of one category, by weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Weights {
    /// Content ones.
    pub satisfied: i64,
    /// Those who were not, and verified breaches.
    pub unsatisfied: i64,
}

impl Weights {
    /// What all of them weigh.
    pub(crate) fn total(self) -> i64 {
        self.satisfied.max(0).saturating_add(self.unsatisfied.max(0))
    }
}

/// The quality of a merchant's service as measured at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// The moment.
    pub as_of: Timestamp,
    /// How.
    pub rules: QualityRules,
    /// The bounds of social evaluation then.
    pub bounds: Bounds,
    /// By category; none where the evidence names no category.
    pub weights: Vec<(Option<CategoryCode>, Weights)>,
    /// Social evaluation that the measure replaces, as the ledger had it before: what stands where nobody was
    /// asked.
    pub posted: i64,
    /// What counted at the moment, with the measure in it: what the award was given for.
    pub awarded_for: Tally,
    /// The place of the entry that it was posted with; what stands behind it is not in it.
    pub seq: u64,
    /// Facts in it that were repaired since: their points are out of what the award was given for, their evidence
    /// is not.
    pub repaired: Vec<EntryId>,
    /// Corrections of entries in it that were made since: they are in it, wherever they stand.
    #[serde(default)]
    pub corrected: Vec<EntryId>,
    /// The best grade that it gives: that of entry, once the merchant came back anew.
    pub at_most: Grade,
}

impl Measured {
    /// The points that it is worth in social evaluation; none where nobody was asked. Over the categories it is
    /// the mean, each weighing as much as its evidence.
    #[must_use]
    pub fn points(&self) -> Option<i64> {
        let (mut sum, mut evidence) = (0_i128, 0_i128);
        for (category, weights) in &self.weights {
            let weight = i128::from(weights.total());
            sum += weight * self.rules.beta_mean(category.as_ref(), *weights);
            evidence += weight;
        }
        let quality = sum.checked_div(evidence)?;
        i64::try_from(quality).ok().map(|quality| self.worth(quality))
    }

    /// The points of social evaluation for a quality in millionths.
    pub(crate) fn worth(&self, quality_ppm: i64) -> i64 {
        let from = i128::from(self.rules.floor_at_permille) * 1_000;
        let to = i128::from(self.rules.ceiling_at_permille) * 1_000;
        let (floor, ceiling) = (i128::from(self.bounds.floor), i128::from(self.bounds.ceiling));
        let reached = (i128::from(quality_ppm) - from).clamp(0, (to - from).max(1));
        let points = floor + (ceiling - floor) * reached / (to - from).max(1);
        // Within the bounds, which are such numbers.
        i64::try_from(points).unwrap_or(self.bounds.floor)
    }

    /// The Beta mean in a category with these weights, in millionths.
    pub(crate) fn mean(&self, category: Option<&CategoryCode>, weights: Weights) -> i64 {
        i64::try_from(self.rules.beta_mean(category, weights)).unwrap_or_default()
    }

    /// The Beta means by category, in millionths.
    pub fn means(&self) -> impl Iterator<Item = (Option<&CategoryCode>, i64)> {
        self.weights
            .iter()
            .map(|(category, weights)| (category.as_ref(), self.mean(category.as_ref(), *weights)))
    }

    /// Social evaluation as the measure sets it.
    fn social(&self) -> i64 {
        self.points().unwrap_or(self.posted)
    }

    /// The grade that is awarded for it.
    pub(crate) fn award(&self, rules: &Rules) -> Grade {
        rules.merited(self.awarded_for.points, self.awarded_for.evidence).min(self.at_most)
    }

    /// Whether it was measured and awarded with the entry in it.
    fn has_in_it(&self, entry: &Entry) -> bool {
        let posting = &entry.posting;
        let measured = entry.seq < self.seq || self.corrected.contains(&posting.id);
        measured && posting.valid_from <= self.as_of && !posting.has_ended(self.as_of)
    }

    /// Takes an entry out of what was measured and awarded for, as if it had never been; nothing when it was not
    /// in it. The answer is what social evaluation is to move by, once the entry's own points are taken back.
    pub(crate) fn without(&mut self, entry: &Entry) -> Option<i64> {
        if !self.has_in_it(entry) {
            return None;
        }
        let posting = &entry.posting;
        let step = self.unmeasure(posting);
        let points = if self.repaired.contains(&posting.id) { Points::ZERO } else { posting.tally.points };
        self.awarded_for = self.awarded_for + -Tally { points, ..posting.tally };
        self.awarded_for.points.social_evaluation += step;
        Some(step)
    }

    /// Takes the correction of an entry in: the opposite of [`Self::without`]. Nothing when the entry was not in it.
    pub(crate) fn with_correction(&mut self, correction: &Entry, of: &Entry) -> Option<i64> {
        if !self.has_in_it(of) {
            return None;
        }
        self.corrected.push(correction.posting.id);
        let opposite = Posting { tally: -correction.posting.tally, ..correction.posting.clone() };
        self.without(&Entry { posting: opposite, ..correction.clone() })
    }

    /// The same of a fact that is repaired, as far as a repair goes: its points are out, and its evidence stays.
    /// Says whether it was in it.
    pub(crate) fn without_points_of(&mut self, fact: &Entry) -> bool {
        let counted = self.has_in_it(fact) && !self.repaired.contains(&fact.posting.id);
        if counted {
            self.give_back(fact.posting.id, fact.posting.tally.points);
        }
        counted
    }

    /// Takes the points of a repaired fact out that is in it.
    pub(crate) fn give_back(&mut self, fact: EntryId, points: Points) {
        self.awarded_for.points = self.awarded_for.points + -points;
        self.repaired.push(fact);
    }

    fn unmeasure(&mut self, posting: &Posting) -> i64 {
        let absorbed = absorbed(posting);
        let before = self.social();
        let weight = self.rules.weight(posting.valid_from, self.as_of);
        self.add(posting.category.as_ref(), -posting.tally.evidence, weight);
        self.posted -= absorbed;
        // The measure had replaced the entry's points by its own: only the difference that it made is left.
        absorbed + self.social() - before
    }

    fn add(&mut self, category: Option<&CategoryCode>, evidence: Evidence, weight: i64) {
        let place = match self.weights.iter().position(|(known, _)| known.as_ref() == category) {
            Some(place) => place,
            None => {
                self.weights.push((category.cloned(), Weights::default()));
                self.weights.len() - 1
            }
        };
        if let Some((_, weights)) = self.weights.get_mut(place) {
            weights.satisfied += evidence.satisfied * weight;
            weights.unsatisfied += evidence.unsatisfied * weight;
        }
    }
}

/// What of the entry's social evaluation the measure replaces. What has an end stands beside it until then, and
/// what a breach takes until it is repaired or reversed: both are given back as they were taken.
fn absorbed(posting: &Posting) -> i64 {
    let replaced = posting.valid_until.is_none() && severity_of(&posting.rule).is_none();
    if replaced { posting.tally.points.social_evaluation } else { 0 }
}

/// Measures quality from a ledger, entry by entry and in any order: for ledgers too long to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Measure(Measured);

impl Measure {
    /// By these rules, as of this moment.
    #[must_use]
    pub fn new(rules: &Rules, as_of: Timestamp) -> Self {
        Self(Measured {
            as_of,
            rules: rules.quality.clone(),
            bounds: rules.dimensions.social_evaluation,
            weights: Vec::new(),
            posted: 0,
            awarded_for: Tally::ZERO,
            seq: 0,
            repaired: Vec::new(),
            corrected: Vec::new(),
            at_most: Grade::AAA,
        })
    }

    /// Takes an entry of the ledger in; what does not count at the moment changes nothing.
    pub fn add(&mut self, posting: &Posting) {
        let Self(measured) = self;
        let as_of = measured.as_of;
        let expiry = matches!(posting.cause, Cause::Expiry(_));
        if expiry || posting.valid_from > as_of || posting.has_ended(as_of) {
            return;
        }
        measured.posted += absorbed(posting);
        let evidence = posting.tally.evidence;
        if (evidence.satisfied, evidence.unsatisfied) != (0, 0) {
            let weight = measured.rules.weight(posting.valid_from, as_of);
            measured.add(posting.category.as_ref(), evidence, weight);
        }
    }

    /// What was measured, and how far social evaluation is to move so that it says the same.
    #[must_use]
    pub fn finish(self) -> (Measured, i64) {
        let step = self.0.social() - self.0.posted;
        (self.0, step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_decay_is_two_to_the_minus_a_64th() {
        for (step, weight) in DECAY.iter().enumerate() {
            let exact = f64::from(1_u32 << 20) * (-(step as f64) / 64.0).exp2();
            assert!((*weight as f64 - exact).abs() <= 0.5, "{step}");
        }
    }
}

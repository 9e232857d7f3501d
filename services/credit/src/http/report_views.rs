//! What a merchant's report on its year says, part by part.

use credit_domain::evaluation::{
    Assessed, CallbackLine, DimensionLine, GateLine, GradeStep, PeerStanding, Period, Quality, QualityLine,
    Raise, Report, RuleLine,
};
use credit_domain::simulation::Limit;
use credit_domain::{Dimension, Tally};
use kernel::{
    CaseId, CategoryCode, EntryId, EvaluationId, Grade, MerchantId, ProceedingId, Severity, Timestamp,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::ledger::PointsView;
use super::merchants::FindingView;
use super::words::NamesView;

/// The report itself; its entries stand beside it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YearReportBody)]
pub(super) struct ReportView {
    /// The run.
    evaluation: EvaluationId,
    merchant: MerchantId,
    /// The published name of the merchant.
    name: String,
    /// The year; null for a preview.
    year: Option<u16>,
    /// The moment that is evaluated.
    as_of: Timestamp,
    /// What was recorded later is not in it.
    known_at: Timestamp,
    /// The version of the rules that it goes by.
    rules_version: u32,
    /// Score, grade and what decides it.
    found: FoundView,
    /// The time that it is about.
    period: PeriodView,
    /// How service was measured, by category, and what it is worth.
    quality: QualityView,
    /// What each grade asks, the best first, and whether the merchant has it.
    gates: Vec<GateView>,
    /// The share of content citizens of which the evidence makes sure, per mille.
    sure_permille: u16,
    /// The four dimensions, with what counts of their points.
    dimensions: Vec<DimensionView>,
    /// All entries that count, by rule.
    rules: Vec<RuleView>,
    /// The call-backs of the year by month and category, the last month first; at most 500 lines.
    callbacks: Vec<CallbackView>,
    /// Lines that are left out for that.
    callbacks_left_out: u32,
    /// Entries of the year that are left out of `entries`.
    entries_left_out: u32,
    /// How many entries the year has, call-backs among them.
    entries_of_year: u32,
    /// Entries that are left out of `late_entries`.
    late_entries_left_out: u32,
    /// How the grade moved in the year.
    changes: Vec<ChangeView>,
    /// Where the merchant stands in the city and in its categories.
    peers: Vec<PeerView>,
    /// What would raise its grade.
    raises: Vec<RaiseView>,
}

/// What the evaluation found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportFound)]
struct FoundView {
    /// What counts, added up, with the measured quality.
    points: PointsView,
    /// The points as they count.
    counted: PointsView,
    /// Call-backs in which the citizen was content.
    satisfied: i64,
    /// Call-backs in which the citizen was not, and verified breaches.
    unsatisfied: i64,
    /// Orders that a call-back confirmed.
    verified_orders: i64,
    /// By how much the measured quality moves social evaluation.
    step: i64,
    /// 0 to 1,000.
    score: u16,
    /// What score and evidence merit.
    awarded: Grade,
    /// The same with open serious findings and measures.
    grade: Grade,
    /// What decides the grade.
    limit: LimitWord,
    /// Open serious findings.
    findings: Vec<FindingView>,
    /// Entries that count.
    entries: u64,
}

/// What decides a grade: the band of the score, how much is known about the work, or an open serious finding and what a
/// proceeding holds against the merchant.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = GradeLimit)]
pub(super) enum LimitWord {
    Score,
    Evidence,
    Finding,
}

/// A dimension of the credit model (四个维度).
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CreditDimension)]
enum DimensionWord {
    SocialEvaluation,
    CreditActivities,
    CreditRecord,
    Demonstration,
}

/// The time that a report is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportPeriod)]
struct PeriodView {
    /// Its first moment.
    from: Timestamp,
    /// The first moment after it.
    until: Timestamp,
}

/// The measured quality (服务质量), and what social evaluation is for it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportQuality)]
struct QualityView {
    /// For how many citizens the mean of a category stands, before anybody was asked.
    prior_weight: u16,
    /// After how many days a citizen's word weighs half.
    half_life_days: u16,
    /// The quality, per mille, that is worth the floor of social evaluation.
    floor_at_permille: u16,
    /// The quality, per mille, that is worth its ceiling.
    ceiling_at_permille: u16,
    /// By category.
    lines: Vec<QualityLineView>,
    /// The points of social evaluation for all categories together; null where nobody was asked, and what was posted
    /// stands.
    points: Option<i64>,
    /// What the ledger had in their place.
    posted: i64,
}

/// The quality in one category.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportQualityLine)]
struct QualityLineView {
    /// Null where the evidence names no category: a record that was taken over.
    category: Option<CategoryCode>,
    /// Call-backs in which the citizen was content.
    satisfied: i64,
    /// Call-backs in which the citizen was not.
    unsatisfied: i64,
    /// Verified breaches, each of which counts as one more that was not.
    breaches: i64,
    /// The share of content citizens that the prior stands for, per mille.
    prior_permille: u16,
    /// The quality, in millionths.
    mean_ppm: i64,
    /// How much of the whole it is, per mille, by what was said and how long ago.
    part_permille: i64,
    /// What social evaluation would be for this quality alone.
    points: i64,
}

/// What a grade asks for, and whether the merchant has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportGate)]
struct GateView {
    grade: Grade,
    /// The least score.
    score_min: u16,
    /// Whether the score is enough.
    score_reached: bool,
    /// Call-backs that said something, at least.
    callbacks_min: u32,
    /// Whether there are as many.
    callbacks_reached: bool,
    /// The share of content citizens of which one is to be sure, per mille.
    sure_permille_min: u16,
    /// Whether one is as sure.
    sure_reached: bool,
}

/// One dimension in a report.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportDimension)]
struct DimensionView {
    dimension: DimensionWord,
    /// What the entries add up to, with the measured quality.
    points: i64,
    /// What of it counts.
    counted: i64,
    /// The least that counts.
    floor: i64,
    /// The most that counts.
    ceiling: i64,
}

/// What one rule gave over the whole ledger, as far as it counts at the moment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportRule)]
struct RuleView {
    /// A JSON pointer into the rules.
    rule: String,
    names: NamesView,
    /// By how many entries.
    entries: u32,
    points: PointsView,
}

/// Call-backs of one month in one category.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportCallbacks)]
struct CallbackView {
    /// The month in the city, such as 2025-07.
    month: String,
    /// The category of the work; null where the call-back names none.
    category: Option<CategoryCode>,
    /// Citizens who were content.
    satisfied: u32,
    /// Citizens who were not.
    unsatisfied: u32,
    /// Those in which a breach was suspected, which says nothing until it is verified.
    suspected: u32,
    /// Those that reached nobody.
    unreached: u32,
    /// What they gave.
    points: i64,
}

/// How the grade moved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GradeStep)]
struct ChangeView {
    at: Timestamp,
    /// Before; null at the opening of the ledger.
    from: Option<Grade>,
    to: Grade,
    /// What made it: the kind of fact, and after a colon its id.
    cause: String,
    names: NamesView,
}

/// Where a merchant stands among others, or how these stand. Among fewer than five only how many they are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PeerStanding)]
pub(super) struct PeerView {
    /// In which category; null for the whole city.
    category: Option<CategoryCode>,
    /// How many there are.
    merchants: u32,
    /// Which part scores lower than the merchant, per mille.
    below_permille: Option<u32>,
    /// A part per mille, and the score that it does not exceed, to the nearest ten below: a tenth, a quarter, half,
    /// three quarters, nine tenths.
    quantiles: Vec<(u32, u16)>,
    /// The lowest score of a step of ten, and how many have such a score.
    bins: Vec<(u16, u32)>,
    /// A grade, and how many hold it.
    grades: Vec<(Grade, u32)>,
}

/// One thing that would raise the grade, or that keeps it down.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
#[schema(as = Raise)]
enum RaiseView {
    /// The score lacks this much for a better grade.
    Points {
        /// Which grade.
        grade: Grade,
        /// How many points.
        missing: u16,
        /// A dimension, and what it can still give before its ceiling.
        room: Vec<(DimensionWord, i64)>,
    },
    /// Too little is known about the work for a better grade.
    Evidence {
        /// Which grade.
        grade: Grade,
        /// So many more content citizens in a row would do; null where ten thousand would not.
        content_callbacks: Option<u32>,
    },
    /// A breach takes points.
    Breach {
        /// The case.
        case: CaseId,
        /// The entry, for an objection.
        entry: EntryId,
        /// How grave.
        severity: Severity,
        /// What it takes from the score, as a negative number.
        points: i64,
        /// When it stops; null: never by itself.
        ends_at: Option<Timestamp>,
        /// Whether it caps the grade until it is repaired.
        until_repaired: bool,
    },
    /// A proceeding holds the grade down.
    Measure {
        /// The proceeding.
        proceeding: ProceedingId,
        /// The best grade beside it.
        cap: Grade,
        /// When it ends by itself; null: it does not.
        ends_at: Option<Timestamp>,
        /// Whether an application for repair is open.
        repair_applied: bool,
    },
}

fn all<T, V: From<T>>(parts: Vec<T>) -> Vec<V> {
    parts.into_iter().map(V::from).collect()
}

/// Its entries are shown by the ledger's own view.
impl From<Report> for ReportView {
    fn from(report: Report) -> Self {
        Self {
            evaluation: report.evaluation,
            merchant: report.merchant,
            name: report.name,
            year: report.year,
            as_of: report.as_of,
            known_at: report.known_at,
            rules_version: report.rules_version,
            found: report.found.into(),
            period: report.period.into(),
            quality: report.quality.into(),
            gates: all(report.gates),
            sure_permille: report.sure_permille,
            dimensions: all(report.dimensions),
            rules: all(report.rules),
            callbacks: all(report.callbacks),
            callbacks_left_out: report.callbacks_left_out,
            entries_left_out: report.entries_left_out,
            entries_of_year: report.entries_of_year,
            late_entries_left_out: report.late_entries_left_out,
            changes: all(report.changes),
            peers: all(report.peers),
            raises: all(report.raises),
        }
    }
}

impl From<Assessed> for FoundView {
    fn from(assessed: Assessed) -> Self {
        let Assessed { tally, counted, step, measured: _, score, awarded, grade, limit, findings, entries } =
            assessed;
        let Tally { points, evidence } = tally;
        Self {
            points: points.into(),
            counted: counted.into(),
            satisfied: evidence.satisfied,
            unsatisfied: evidence.unsatisfied,
            verified_orders: evidence.verified_orders,
            step,
            score,
            awarded,
            grade,
            limit: limit.into(),
            findings: all(findings),
            entries,
        }
    }
}

impl From<Limit> for LimitWord {
    fn from(limit: Limit) -> Self {
        match limit {
            Limit::Score => Self::Score,
            Limit::Evidence => Self::Evidence,
            Limit::Finding => Self::Finding,
        }
    }
}

impl From<Dimension> for DimensionWord {
    fn from(dimension: Dimension) -> Self {
        match dimension {
            Dimension::SocialEvaluation => Self::SocialEvaluation,
            Dimension::CreditActivities => Self::CreditActivities,
            Dimension::CreditRecord => Self::CreditRecord,
            Dimension::Demonstration => Self::Demonstration,
        }
    }
}

impl From<Period> for PeriodView {
    fn from(Period { from, until }: Period) -> Self {
        Self { from, until }
    }
}

impl From<Quality> for QualityView {
    fn from(quality: Quality) -> Self {
        let Quality { prior_weight, half_life_days, floor_at_permille, ceiling_at_permille, .. } = quality;
        let Quality { lines, points, posted, .. } = quality;
        let lines = all(lines);
        Self { prior_weight, half_life_days, floor_at_permille, ceiling_at_permille, lines, points, posted }
    }
}

impl From<QualityLine> for QualityLineView {
    fn from(line: QualityLine) -> Self {
        let QualityLine { category, satisfied, unsatisfied, breaches, .. } = line;
        let QualityLine { prior_permille, mean_ppm, part_permille, points, .. } = line;
        Self { category, satisfied, unsatisfied, breaches, prior_permille, mean_ppm, part_permille, points }
    }
}

impl From<GateLine> for GateView {
    fn from(gate: GateLine) -> Self {
        let GateLine { grade, score_min, score_reached, callbacks_min, callbacks_reached, .. } = gate;
        let GateLine { sure_permille_min, sure_reached, .. } = gate;
        Self {
            grade,
            score_min,
            score_reached,
            callbacks_min,
            callbacks_reached,
            sure_permille_min,
            sure_reached,
        }
    }
}

impl From<DimensionLine> for DimensionView {
    fn from(DimensionLine { dimension, points, counted, floor, ceiling }: DimensionLine) -> Self {
        Self { dimension: dimension.into(), points, counted, floor, ceiling }
    }
}

impl From<RuleLine> for RuleView {
    fn from(RuleLine { rule, names, entries, points }: RuleLine) -> Self {
        Self { rule, names: names.into(), entries, points: points.into() }
    }
}

impl From<CallbackLine> for CallbackView {
    fn from(line: CallbackLine) -> Self {
        let CallbackLine { month, category, satisfied, unsatisfied, suspected, unreached, points } = line;
        Self { month, category, satisfied, unsatisfied, suspected, unreached, points }
    }
}

impl From<GradeStep> for ChangeView {
    fn from(GradeStep { at, from, to, cause, names }: GradeStep) -> Self {
        Self { at, from, to, cause: cause.to_string(), names: names.into() }
    }
}

impl From<PeerStanding> for PeerView {
    fn from(standing: PeerStanding) -> Self {
        let PeerStanding { category, merchants, below_permille, quantiles, bins, grades } = standing;
        Self { category, merchants, below_permille, quantiles, bins, grades }
    }
}

impl From<Raise> for RaiseView {
    fn from(raise: Raise) -> Self {
        match raise {
            Raise::Points { grade, missing, room } => Self::Points {
                grade,
                missing,
                room: room.into_iter().map(|(dimension, points)| (dimension.into(), points)).collect(),
            },
            Raise::Evidence { grade, content_callbacks } => Self::Evidence { grade, content_callbacks },
            Raise::Breach { case, entry, severity, points, ends_at, until_repaired } => {
                Self::Breach { case, entry, severity, points, ends_at, until_repaired }
            }
            Raise::Measure { proceeding, cap, ends_at, repair_applied } => {
                Self::Measure { proceeding, cap, ends_at, repair_applied }
            }
        }
    }
}

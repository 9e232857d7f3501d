//! What is shown of runs of the yearly evaluation.

use chassis::auth::{Permission, Staff};
use chassis::http::Tagged;
use credit_domain::Status;
use credit_domain::evaluation::{Assessed, Evaluation, EvaluationState, Move, Order, Progress, Summary};
use kernel::{ActorId, City, EvaluationId, Grade, MerchantId, ObjectionId, Timestamp, Version};
use serde::Serialize;
use utoipa::ToSchema;

use super::ledger::PointsView;
use super::names::is_of_a_merchant;
use super::report_views::{LimitWord, PeerView};
use super::{person, words};
use crate::usecases::evaluation::{Corrected, Effect, Evaluated, Found};

/// What can be done with a run, as clients are told.
pub(super) const ACTIONS: [&str; 2] = ["publish", "anew"];

/// A run of the yearly evaluation over a city (年度评价), or a preview that changes no grade (试评).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Evaluation)]
pub(super) struct View {
    pub(super) id: EvaluationId,
    city: City,
    #[schema(schema_with = words::evaluation_kind)]
    kind: &'static str,
    /// The year that it evaluates; absent for a preview.
    #[serde(skip_serializing_if = "Option::is_none")]
    year: Option<u16>,
    /// The moment that is evaluated.
    as_of: Timestamp,
    /// What was recorded later was not known to it.
    known_at: Timestamp,
    /// The version of the rules that it goes by.
    rules_version: u32,
    /// Who began it; absent when its day did.
    #[serde(skip_serializing_if = "Option::is_none")]
    begun_by: Option<ActorId>,
    #[schema(schema_with = words::evaluation_state)]
    state: &'static str,
    /// Why it cannot come to an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// Merchants looked at so far.
    merchants: u32,
    /// Of how many.
    of: u32,
    /// Ledger entries read so far.
    entries: u64,
    /// Merchants that were evaluated and were with us when they were looked at: the others came later, or are out.
    evaluated: u32,
    /// A hash over all results so far, 64 hex digits: run again, it is the same.
    digest: String,
    /// From the grade in force to the one found, so far.
    moves: Vec<MoveView>,
    #[serde(flatten)]
    dates: Dates,
    /// What it did, once its grades are in effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<SummaryView>,
    #[schema(schema_with = words::evaluation_actions)]
    allowed_actions: Vec<&'static str>,
    version: Version,
}

/// The days of a run, as far as they are known.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = EvaluationDates)]
pub(super) struct Dates {
    #[serde(skip_serializing_if = "Option::is_none")]
    computed_at: Option<Timestamp>,
    /// Until when somebody is to publish it.
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_by: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_by: Option<ActorId>,
    /// The last day in the city on which merchants may object (异议期), such as 2026-02-14.
    #[serde(skip_serializing_if = "Option::is_none")]
    objections_until: Option<String>,
    /// From then on the grades are in effect, all at one moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_at: Option<Timestamp>,
}

/// Merchants that went from one grade to another, or stayed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvaluationMove)]
pub(super) struct MoveView {
    from: Grade,
    to: Grade,
    /// How many they are.
    merchants: u32,
}

/// What a run did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvaluationSummary)]
pub(super) struct SummaryView {
    /// Merchants whose year was evaluated.
    merchants: u32,
    /// Those graded better than before.
    raised: u32,
    /// Those graded worse.
    lowered: u32,
    /// Those computed anew, because something was recorded since.
    recomputed: u32,
    /// Those that are no longer affiliated, or were admitted anew.
    left_out: u32,
    /// From which grade to which, and how many.
    moves: Vec<MoveView>,
}

/// What a run found for one merchant, and what took effect.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvaluationResult)]
pub(super) struct ResultView {
    pub(super) merchant: MerchantId,
    /// Its published name; absent where it was never admitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_name: Option<String>,
    /// How it stands with us now: whoever was removed or left is in no figure of the year, and nothing takes effect for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::merchant_status, required = false)]
    status: Option<&'static str>,
    /// Its grade in force when it was looked at.
    in_force: Grade,
    /// 0 to 1,000.
    score: u16,
    /// What score and evidence merit.
    awarded: Grade,
    /// The same with open serious findings and measures.
    grade: Grade,
    /// What decides the grade.
    limit: LimitWord,
    /// The points as they count.
    counted: PointsView,
    /// By how much the measured quality moves social evaluation.
    step: i64,
    /// Entries that count.
    entries: u64,
    /// What was found anew, because the merchant's objection to it was upheld; what was found first stays above.
    #[serde(skip_serializing_if = "Option::is_none")]
    corrected: Option<CorrectedView>,
    /// What took effect, once it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    effect: Option<EffectView>,
}

/// What was found anew for a merchant before its grade took effect.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvaluationCorrection)]
pub(super) struct CorrectedView {
    /// The objection that was upheld.
    objection: ObjectionId,
    /// With what was known then.
    known_at: Timestamp,
    /// 0 to 1,000.
    score: u16,
    /// What score and evidence merit.
    awarded: Grade,
    /// The same with open serious findings and measures.
    grade: Grade,
}

/// What took effect for a merchant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvaluationEffect)]
pub(super) struct EffectView {
    before: Grade,
    after: Grade,
    /// What the year merited, with what was recorded since it was computed.
    awarded: Grade,
    /// The score of the whole ledger then.
    score: u16,
    /// Whether anything was recorded since.
    recomputed: bool,
}

/// A published year of a city, in a line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublishedYear)]
pub(super) struct YearLine {
    /// The year.
    pub(super) year: u16,
    #[schema(schema_with = words::evaluation_state)]
    state: &'static str,
    #[serde(flatten)]
    dates: Dates,
    /// Merchants that were evaluated.
    evaluated: u32,
}

impl YearLine {
    /// None for a preview: it is of no year.
    pub(super) fn of(run: &Evaluation) -> Option<Self> {
        let dates = Dates { published_by: None, ..Dates::of(&run.state) };
        let (state, evaluated) = (run.state.word(), run.progress.evaluated);
        run.order.scope.year().map(|year| Self { year, state, dates, evaluated })
    }
}

/// The year of a city for everybody: numbers alone, nobody is named.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YearSummary)]
pub(super) struct YearView {
    city: City,
    /// The year.
    year: u16,
    as_of: Timestamp,
    /// The version of the rules that it went by.
    rules_version: u32,
    #[schema(schema_with = words::evaluation_state)]
    state: &'static str,
    #[serde(flatten)]
    dates: Dates,
    /// Merchants that were evaluated.
    evaluated: u32,
    /// From which grade to which: as announced, and once the grades are in effect as they took it.
    moves: Vec<MoveView>,
    /// SHA-256 over all results in their order: the same year computed again has the same.
    digest: String,
    /// Distributions: of the city, then of each category; with fewer than five merchants only how many.
    distributions: Vec<PeerView>,
}

impl View {
    pub(super) fn tagged(run: Evaluation, staff: &Staff) -> Tagged<Self> {
        Tagged { version: run.version, body: Self::of(run, staff), known: None }
    }

    pub(super) fn of(run: Evaluation, staff: &Staff) -> Self {
        let allowed_actions = allowed(&run, staff);
        let dates = Dates::of(&run.state);
        let Evaluation { id, order, progress, state, version } = run;
        let Order { city, scope, as_of, known_at, rules_version, by } = order;
        let Progress { merchants, of, entries, evaluated, digest, moves, after: _, peers: _ } = progress;
        let word = state.word();
        let (failure, summary) = match state {
            EvaluationState::Failed { reason } => (Some(reason), None),
            EvaluationState::InEffect { summary, .. } => (None, Some(SummaryView::from(summary))),
            EvaluationState::Running
            | EvaluationState::Computed { .. }
            | EvaluationState::Published { .. } => (None, None),
        };
        Self {
            id,
            city,
            kind: scope.word(),
            year: scope.year(),
            as_of,
            known_at,
            rules_version,
            begun_by: by,
            state: word,
            failure,
            merchants,
            of,
            entries,
            evaluated,
            digest: digest.to_string(),
            moves: moves.into_iter().map(MoveView::from).collect(),
            dates,
            summary,
            allowed_actions,
            version,
        }
    }
}

fn allowed(run: &Evaluation, staff: &Staff) -> Vec<&'static str> {
    let publishes =
        person(staff, Permission::PublishEvaluations).is_ok_and(|reviewer| run.order.by != Some(reviewer));
    let runs = person(staff, Permission::RunEvaluations).is_ok();
    let [publish, anew] = ACTIONS;
    let yearly = run.order.scope.year().is_some();
    match run.state {
        EvaluationState::Computed { .. } if yearly && publishes => vec![publish],
        EvaluationState::Computed { .. } | EvaluationState::Failed { .. } if yearly && runs => vec![anew],
        EvaluationState::Running
        | EvaluationState::Computed { .. }
        | EvaluationState::Published { .. }
        | EvaluationState::InEffect { .. }
        | EvaluationState::Failed { .. } => Vec::new(),
    }
}

impl Dates {
    pub(super) fn of(state: &EvaluationState) -> Self {
        match *state {
            EvaluationState::Running | EvaluationState::Failed { .. } => Self::default(),
            EvaluationState::Computed { at, publish_by, .. } => {
                Self { computed_at: Some(at), publish_by, ..Self::default() }
            }
            EvaluationState::Published { computed_at, at, by, effective_at } => Self {
                computed_at: Some(computed_at),
                published_at: Some(at),
                published_by: Some(by),
                objections_until: Some(effective_at.last_day().to_string()),
                effective_at: Some(effective_at),
                publish_by: None,
            },
            EvaluationState::InEffect { computed_at, published_at, by, objections_ended_at, at, .. } => {
                Self {
                    computed_at: Some(computed_at),
                    published_at: Some(published_at),
                    published_by: Some(by),
                    objections_until: Some(objections_ended_at.last_day().to_string()),
                    effective_at: Some(at),
                    publish_by: None,
                }
            }
        }
    }
}

impl YearView {
    pub(super) fn of(run: Evaluation, year: u16) -> Self {
        // Who published it is for those who work with it.
        let dates = Dates { published_by: None, ..Dates::of(&run.state) };
        let state = run.state.word();
        let Evaluation { order, progress, .. } = run;
        let moves = match run.state {
            EvaluationState::InEffect { summary, .. } => summary.moves,
            EvaluationState::Running
            | EvaluationState::Computed { .. }
            | EvaluationState::Published { .. }
            | EvaluationState::Failed { .. } => progress.moves,
        };
        Self {
            city: order.city,
            year,
            as_of: order.as_of,
            rules_version: order.rules_version,
            state,
            dates,
            evaluated: progress.evaluated,
            moves: moves.into_iter().map(MoveView::from).collect(),
            digest: progress.digest.to_string(),
            distributions: progress.peers.all().into_iter().map(PeerView::from).collect(),
        }
    }
}

impl From<Move> for MoveView {
    fn from(Move { from, to, merchants }: Move) -> Self {
        Self { from, to, merchants }
    }
}

impl From<Summary> for SummaryView {
    fn from(summary: Summary) -> Self {
        let Summary { merchants, raised, lowered, recomputed, left_out, moves } = summary;
        let moves = moves.into_iter().map(MoveView::from).collect();
        Self { merchants, raised, lowered, recomputed, left_out, moves }
    }
}

is_of_a_merchant!(ResultView);

impl From<Found> for ResultView {
    fn from(Found { evaluated, corrected, effect, status }: Found) -> Self {
        let Evaluated { merchant, in_force, found, fold: _ } = evaluated;
        let Assessed { score, awarded, grade, limit, counted, step, entries, .. } = found;
        Self {
            merchant,
            merchant_name: None,
            status: status.map(Status::as_str),
            in_force,
            score,
            awarded,
            grade,
            limit: limit.into(),
            counted: counted.into(),
            step,
            entries,
            corrected: corrected.map(CorrectedView::from),
            effect: effect.map(EffectView::from),
        }
    }
}

impl From<Corrected> for CorrectedView {
    fn from(Corrected { merchant: _, objection, known_at, found }: Corrected) -> Self {
        let Assessed { score, awarded, grade, .. } = found;
        Self { objection, known_at, score, awarded, grade }
    }
}

impl From<Effect> for EffectView {
    fn from(Effect { merchant: _, before, after, awarded, score, recomputed }: Effect) -> Self {
        Self { before, after, awarded, score, recomputed }
    }
}

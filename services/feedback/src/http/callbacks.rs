//! Call-back tasks: the worklist, claiming one, recording what came of the call.

use std::sync::Arc;

use axum::extract::State;
use chassis::auth::{FORBIDDEN, Permission, Staff, permits};
use chassis::http::{Cursor, IfMatch, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, refuses};
use feedback_domain::{
    Answer, Answers, Attempt, AttemptResult, CallResult, Callback, Clause, Due, Outcome, Refusal, Report,
    State as Stands, Verdict,
};
use kernel::{
    ActorId, Area, AssignmentId, CallbackId, CategoryCode, City, ItemCode, MerchantId, PersonalText,
    RequestId, Step, Timestamp, Version,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, Stepped, admit, judge};
use crate::App;
use crate::error::Error;
use crate::problems::{
    ALREADY_RECORDED, CLAIMED_BY_ANOTHER, CLAUSE_UNSUSPECTED, HANDLED_THE_CASE, NOT_CLAIMED, NOT_DUE,
    NOT_FOUND, NOTHING_SUSPECTED, OUTSIDE_CALLING_HOURS, TEXT_MISSING, TEXT_TOO_LONG, UNKNOWN_CLAUSE,
};
use crate::usecases::{ClaimCallback, OpenCalls, RecordOutcome, Told, Worklist};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(claim)).routes(routes!(outcome))
}

/// A call-back task (回访任务).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Callback)]
struct View {
    id: CallbackId,
    city: City,
    /// The request it asks about; who asked, and the phone number, are intake's to tell.
    request: RequestId,
    assignment: AssignmentId,
    merchant: MerchantId,
    /// What was asked for.
    item: ItemCode,
    /// The category the item belongs to.
    category: CategoryCode,
    /// Where: a street or town.
    area: Area,
    completed_at: Timestamp,
    /// Not to be called before.
    due_at: Timestamp,
    state: StateWord,
    /// Who is calling, while it is claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimed_by: Option<ActorId>,
    /// Until when nobody else may, while it is claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimed_until: Option<Timestamp>,
    /// How it ended, once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<OutcomeWord>,
    /// The tries so far.
    attempts: Vec<AttemptView>,
    /// What was answered, once somebody was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    answers: Option<AnswersBody>,
    /// What you may do with it now.
    allowed_actions: Vec<Action>,
    version: Version,
}

/// Where a call-back stands: to be made, in work, or done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CallbackState)]
enum StateWord {
    Waiting,
    Claimed,
    Done,
}

/// How a call-back ended; unreached after the last try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CallbackOutcome)]
enum OutcomeWord {
    Satisfied,
    Unsatisfied,
    Unreached,
    SuspectedBreach,
}

/// A step that may be taken with a call-back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CallbackAction)]
enum Action {
    Claim,
    Outcome,
}

/// One try.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CallbackAttempt)]
struct AttemptView {
    /// Who called.
    by: ActorId,
    /// When.
    at: Timestamp,
    /// Whether the citizen was reached.
    reached: bool,
}

/// The questions that every citizen is asked.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = CallbackAnswers)]
pub(super) struct AnswersBody {
    /// Did the worker arrive on time (准时上门)?
    arrived_on_time: AnswerWord,
    /// Was the price as posted (明码标价)?
    price_as_posted: AnswerWord,
    /// Was the work good (服务质量)?
    quality: AnswerWord,
    /// Was the worker polite (服务态度)?
    attitude: AnswerWord,
    /// Did the worker show the code (出示安心码)?
    code_shown: AnswerWord,
}

/// What was answered to one question.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CallbackAnswer)]
enum AnswerWord {
    Yes,
    No,
    #[default]
    NotAsked,
}

/// What came of one call. No `Debug`: the note is personal.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "result", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = CallResult)]
enum ResultBody {
    /// The citizen was reached.
    Reached {
        /// On the whole.
        verdict: VerdictWord,
        /// Question by question.
        #[serde(default)]
        answers: AnswersBody,
        /// What else was said, in the citizen's words; at most 2,000 characters.
        #[serde(default)]
        note: String,
        /// With `suspected_breach` alone: what you think is broken, a code of the commitment or `number#clause` of a
        /// standard, at most 120 characters. Only whoever verifies it has credit confirm that there is this clause.
        #[serde(default)]
        clause: Option<String>,
    },
    /// Nobody was.
    Unreached {},
}

/// What the citizen says on the whole.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CallbackVerdict)]
enum VerdictWord {
    Satisfied,
    Unsatisfied,
    SuspectedBreach,
}

/// The day on which a call-back is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DueWord {
    Overdue,
    Today,
}

/// Whose claims are asked for: one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Whose {
    Me,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Due by then. By now when nothing else says which: neither `due` nor `claimed_by`.
    due_by: Option<Timestamp>,
    /// Due today in the city, whether or not the hour has come; or on a day before, and overdue.
    #[param(inline)]
    due: Option<DueWord>,
    /// Only those that you have claimed, also where the claim has run out and nobody took over.
    #[param(inline)]
    claimed_by: Option<Whose>,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
    /// With `true` the first page says how long the list is.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    total: bool,
}

/// Call-backs to be made, the longest due first. Of those that `due_by`, `due` and `claimed_by` say, all that hold for.
#[utoipa::path(get, path = "/v1/callbacks", tag = "callbacks", params(ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadCallbacks])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    admit(&staff, Permission::ReadCallbacks, query.city)?;
    let reading = Reading::asked(query.limit, query.after.as_ref())?;
    let now = app.clock.now();
    let of = query.of(&staff, now)?;
    let worklist = Worklist { city: query.city, of, after: reading.after, limit: reading.rows() };
    let found = worklist.page(&app.db).await.map_err(Error::from)?;
    let total = reading.total(query.total, worklist.total(&app.db)).await.map_err(Error::from)?;
    let page = reading.page(found, |callback| (callback.due_at, callback.id)).counted(total);
    Ok(Json(page.map(|callback| View::of(&callback, &app, &staff, now))))
}

/// Take on a call. Repeated, it is answered with the claim that stands.
#[utoipa::path(post, path = "/v1/callbacks/{id}/claim", tag = "callbacks",
    params(("id" = CallbackId, Path, description = "The task."), InCity),
    responses((status = 200, body = Stepped<View>,
        headers(("ETag" = String, description = "The version after the step, such as \"3\".")))), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::WorkCallbacks]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, HANDLED_THE_CASE, NOT_DUE, OUTSIDE_CALLING_HOURS, CLAIMED_BY_ANOTHER, ALREADY_RECORDED])))))]
async fn claim(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<CallbackId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Tagged<Stepped<View>>, Problem> {
    let by = admit(&staff, Permission::WorkCallbacks, city)?;
    let policy = Arc::clone(&app.policy);
    let told = app.db.write(&ClaimCallback { policy, city, id, by }).await?;
    Ok(View::stepped(&told, &app, &staff))
}

/// Record what came of a call. The first record stands: repeated it is answered as then, another one is refused and told
/// who was first.
#[utoipa::path(post, path = "/v1/callbacks/{id}/outcome", tag = "callbacks",
    params(("id" = CallbackId, Path, description = "The task."), InCity,
        ("If-Match" = String, Header, description = "The version the caller looked at, such as \"2\".")),
    request_body = ResultBody, responses((status = 200, body = Stepped<View>,
        headers(("ETag" = String, description = "The version after the step, such as \"3\".")))), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::WorkCallbacks]))),
        ("x-problems" = json!(refuses(&[
            NOT_FOUND, HANDLED_THE_CASE, NOT_CLAIMED, ALREADY_RECORDED, NOTHING_SUSPECTED, CLAUSE_UNSUSPECTED, UNKNOWN_CLAUSE,
            TEXT_MISSING, TEXT_TOO_LONG
        ])))))]
async fn outcome(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<CallbackId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
    Json(body): Json<ResultBody>,
) -> Result<Tagged<Stepped<View>>, Problem> {
    let by = admit(&staff, Permission::WorkCallbacks, city)?;
    let policy = Arc::clone(&app.policy);
    let result = body.try_into().map_err(Error::from)?;
    let record = RecordOutcome { policy, city, id, by, result, expected };
    let told = app.db.write(&record).await?;
    Ok(View::stepped(&told, &app, &staff))
}

impl ListQuery {
    fn of(&self, staff: &Staff, now: Timestamp) -> Result<OpenCalls, Problem> {
        let &Self { due_by, due, claimed_by, .. } = self;
        let me = || {
            judge(staff, Permission::ReadCallbacks).ok_or_else(|| FORBIDDEN.detail("only staff has claims"))
        };
        let is_said = due.is_some() || claimed_by.is_some();
        Ok(OpenCalls {
            due_by: due_by.or((!is_said).then_some(now)),
            due: due.map(|due| (due.into(), now)),
            claimed_by: claimed_by.map(|Whose::Me| me()).transpose()?,
        })
    }
}

impl View {
    fn stepped(told: &Told<Callback>, app: &App, staff: &Staff) -> Tagged<Stepped<Self>> {
        let now = Self::of(&told.now, app, staff, app.clock.now());
        Stepped { now, already: told.already }.tagged(told.now.version)
    }

    fn of(callback: &Callback, app: &App, staff: &Staff, now: Timestamp) -> Self {
        let mut view = Self {
            id: callback.id,
            city: callback.city,
            request: callback.request,
            assignment: callback.assignment,
            merchant: callback.merchant,
            item: callback.item.clone(),
            category: callback.category.clone(),
            area: callback.area,
            completed_at: callback.completed_at,
            due_at: callback.due_at,
            state: StateWord::Waiting,
            claimed_by: None,
            claimed_until: None,
            outcome: None,
            attempts: callback.attempts.iter().map(AttemptView::from).collect(),
            answers: callback.answers.map(AnswersBody::from),
            allowed_actions: allowed(callback, app, staff, now),
            version: callback.version,
        };
        match callback.state {
            Stands::Waiting => {}
            Stands::Claimed { by, until } => {
                view.state = StateWord::Claimed;
                (view.claimed_by, view.claimed_until) = (Some(by), Some(until));
            }
            Stands::Done { outcome, .. } => {
                view.state = StateWord::Done;
                view.outcome = Some(outcome.into());
            }
        }
        view
    }
}

/// Asks the domain instead of repeating its rules.
fn allowed(callback: &Callback, app: &App, staff: &Staff, now: Timestamp) -> Vec<Action> {
    let Some(me) = judge(staff, Permission::WorkCallbacks) else { return Vec::new() };
    let mut actions = Vec::new();
    if matches!(callback.claim(me, &app.policy, now), Ok(Step::Done(_))) {
        actions.push(Action::Claim);
    }
    let mine = matches!(callback.state, Stands::Claimed { by, .. } if by == me);
    if mine && callback.handlers.may_judge(me) {
        actions.push(Action::Outcome);
    }
    actions
}

impl From<&Attempt> for AttemptView {
    fn from(attempt: &Attempt) -> Self {
        Self { by: attempt.by, at: attempt.at, reached: attempt.result == AttemptResult::Reached }
    }
}

impl From<Outcome> for OutcomeWord {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Satisfied => Self::Satisfied,
            Outcome::Unsatisfied => Self::Unsatisfied,
            Outcome::Unreached => Self::Unreached,
            Outcome::SuspectedBreach => Self::SuspectedBreach,
        }
    }
}

impl TryFrom<ResultBody> for CallResult {
    type Error = Refusal;

    fn try_from(body: ResultBody) -> Result<Self, Refusal> {
        Ok(match body {
            ResultBody::Unreached {} => Self::Unreached,
            ResultBody::Reached { verdict, answers, note, clause } => Self::Reached(Report {
                verdict: match verdict {
                    VerdictWord::Satisfied => Verdict::Satisfied,
                    VerdictWord::Unsatisfied => Verdict::Unsatisfied,
                    VerdictWord::SuspectedBreach => Verdict::SuspectedBreach,
                },
                answers: answers.into(),
                note: PersonalText::new(note),
                suspected_clause: clause.map(Clause::try_new).transpose()?,
            }),
        })
    }
}

impl From<DueWord> for Due {
    fn from(word: DueWord) -> Self {
        match word {
            DueWord::Overdue => Self::Overdue,
            DueWord::Today => Self::Today,
        }
    }
}

impl From<Answers> for AnswersBody {
    fn from(answers: Answers) -> Self {
        let Answers { arrived_on_time, price_as_posted, quality, attitude, code_shown } = answers;
        Self {
            arrived_on_time: arrived_on_time.into(),
            price_as_posted: price_as_posted.into(),
            quality: quality.into(),
            attitude: attitude.into(),
            code_shown: code_shown.into(),
        }
    }
}

impl From<AnswersBody> for Answers {
    fn from(body: AnswersBody) -> Self {
        let AnswersBody { arrived_on_time, price_as_posted, quality, attitude, code_shown } = body;
        Self {
            arrived_on_time: arrived_on_time.into(),
            price_as_posted: price_as_posted.into(),
            quality: quality.into(),
            attitude: attitude.into(),
            code_shown: code_shown.into(),
        }
    }
}

impl From<Answer> for AnswerWord {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Yes => Self::Yes,
            Answer::No => Self::No,
            Answer::NotAsked => Self::NotAsked,
        }
    }
}

impl From<AnswerWord> for Answer {
    fn from(word: AnswerWord) -> Self {
        match word {
            AnswerWord::Yes => Self::Yes,
            AnswerWord::No => Self::No,
            AnswerWord::NotAsked => Self::NotAsked,
        }
    }
}

//! Dead letters (死信) for the operations team: list, look, drive again, discard.

use core::time::Duration;
use std::collections::BTreeMap;

use axum::extract::{FromRef, State};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{Actor, EventId, Step, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Ops, admit};
use crate::auth::{Auth, Permission, Staff, permits};
use crate::bus::letters::{self, LetterError};
use crate::http::problem::{INVALID_BODY, ProblemBody};
use crate::http::{Cursor, Json, Limit, Page, Path, Problem, Query, Reading, refuses};
use crate::store::StoreError;
use crate::store::dead_letters::{Chosen, Effect, Model, State as LetterState};

/// Letters driven again by one request.
const BULK_MAX: usize = 100;
/// Longest reason.
const REASON_CHARS_MAX: usize = 500;
/// When to try again while the database is away.
const RETRY_AFTER: Duration = Duration::from_secs(1);

crate::problems! {
    /// The types of problems that dead letters have.
    pub(crate) PROBLEMS;

    /// No such letter.
    NO_SUCH_LETTER = NOT_FOUND, "no-such-dead-letter", "there is no such dead letter" / "没有这封死信",
        "请从 /v1/dead-letters 取编号；每个服务只有自己的死信。",
        "Take ids from /v1/dead-letters; each service has its own letters only.";
    /// It was discarded before it was to be driven again, or the other way round.
    LETTER_SEEN_TO = CONFLICT, "dead-letter-seen-to",
        "somebody saw to the dead letter in another way" / "死信已用另一种方式处理",
        "该死信已重投或已放弃，首个处理结果有效。",
        "It was driven again or discarded before, and that stands.";
    /// Its consumer runs here no more.
    NO_SUCH_CONSUMER = CONFLICT, "no-such-consumer", "the consumer runs here no more" / "消费者已不存在",
        "放弃该消息的消费者已不在此服务运行。只能放弃这封死信。",
        "The consumer that gave it up runs in this service no more. It can only be discarded.";
    /// It still has no effect.
    STILL_REFUSED = CONFLICT, "still-refused", "the dead letter still has no effect" / "重投仍未生效",
        "原因见 detail。请先消除原因，再重投。",
        "The detail says why. See to that first, then drive it again.";
}

/// The routes of this resource.
pub(super) fn routes<S>() -> OpenApiRouter<S>
where
    Ops: FromRef<S>,
    Auth: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
        .routes(routes!(redrive))
        .routes(routes!(redrive_many))
        .routes(routes!(discard))
}

/// A message that could not take effect.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeadLetter)]
struct View {
    /// Its id.
    id: Uuid,
    /// The durable consumer that gave it up.
    consumer: String,
    /// The stream that it came by.
    stream: String,
    /// Its place in the stream.
    stream_seq: i64,
    /// The subject that it was sent to.
    subject: String,
    /// The event's id, where the headers name one.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<EventId>,
    /// Why it has no effect.
    reason: String,
    /// How often it was delivered.
    deliveries: i64,
    /// When it was given up.
    died_at: Timestamp,
    state: LetterState,
    /// When it was driven again with success.
    #[serde(skip_serializing_if = "Option::is_none")]
    redriven_at: Option<Timestamp>,
    /// What driving it again came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Effect>)]
    effect: Option<String>,
    /// When it was discarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    discarded_at: Option<Timestamp>,
    /// Why it was discarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    discard_reason: Option<String>,
    /// Who drove it again or discarded it.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_by: Option<Actor>,
    /// What the caller may do with it now.
    allowed_actions: Vec<Action>,
}

/// A way to see to a dead letter.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeadLetterAction)]
enum Action {
    /// Through its consumer once more.
    Redrive,
    /// Given up for good.
    Discard,
}

/// The same with the message itself. It holds ids and no personal data (I7).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeadLetterWithMessage)]
struct Whole {
    #[serde(flatten)]
    letter: View,
    /// Its headers: the attributes of a CloudEvent.
    headers: BTreeMap<String, Vec<String>>,
    /// The payload, where it is JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<serde_json::Value>,
    /// The payload in base64, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload_base64: Option<String>,
}

/// A letter after somebody saw to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SettledDeadLetter)]
struct Settled {
    letter: View,
    /// Whether it had been done before: the first result stands.
    already: bool,
}

/// Whose eyes a letter is shown to.
#[derive(Clone, Copy)]
struct Viewer<'a> {
    ops: &'a Ops,
    acts: bool,
}

impl<'a> Viewer<'a> {
    fn of(ops: &'a Ops, staff: &Staff) -> Self {
        Self { ops, acts: staff.require(Permission::ManageDeadLetters).is_ok() }
    }

    fn view(self, letter: Model) -> View {
        let state = letter.state();
        let runs = || self.ops.subscriptions().iter().any(|one| one.durable() == letter.consumer);
        let allowed_actions = match (self.acts, state) {
            (true, LetterState::Open) if runs() => vec![Action::Redrive, Action::Discard],
            (true, LetterState::Open) => vec![Action::Discard],
            (true, LetterState::Redriven | LetterState::Discarded) | (false, _) => Vec::new(),
        };
        View {
            id: letter.id,
            consumer: letter.consumer,
            stream: letter.stream,
            stream_seq: letter.stream_seq,
            subject: letter.subject,
            event: letter.event_id.map(EventId::new),
            reason: letter.reason,
            deliveries: letter.deliveries,
            died_at: Timestamp::from_micros(letter.died_at),
            state,
            redriven_at: letter.redriven_at.map(Timestamp::from_micros),
            effect: letter.effect,
            discarded_at: letter.discarded_at.map(Timestamp::from_micros),
            discard_reason: letter.discard_reason,
            // Written by us alone.
            settled_by: letter.settled_by.and_then(|by| by.parse().ok()),
            allowed_actions,
        }
    }

    fn settled(self, step: Step<Model>) -> Settled {
        let already = step.is_already_done();
        let (Step::Done(letter) | Step::AlreadyDone(letter)) = step;
        Settled { letter: self.view(letter), already }
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Only those of this durable consumer.
    consumer: Option<String>,
    /// Only those in this state: open, redriven or discarded.
    #[param(inline)]
    state: Option<LetterState>,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    #[param(value_type = Option<String>)]
    after: Option<Cursor>,
}

/// Dead letters, oldest first.
#[utoipa::path(get, path = "/v1/dead-letters", tag = "operations", params(ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadDeadLetters])))))]
async fn list(
    State(ops): State<Ops>,
    staff: Staff,
    Query(asked): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    admit(&staff, Permission::ReadDeadLetters)?;
    let reading = Reading::asked(asked.limit, asked.after.as_ref())?;
    let chosen = Chosen { consumer: asked.consumer, state: asked.state };
    let found = ops.db.dead_letters_page(&chosen, reading.after, reading.rows()).await;
    let viewer = Viewer::of(&ops, &staff);
    let views = found.map_err(LetterError::from)?.into_iter().map(|letter| viewer.view(letter)).collect();
    Ok(Json(reading.page(views, |view: &View| view.id)))
}

/// One dead letter with its message.
#[utoipa::path(get, path = "/v1/dead-letters/{id}", tag = "operations",
    params(("id" = Uuid, Path, description = "The letter.")),
    responses((status = 200, body = Whole)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadDeadLetters]))),
        ("x-problems" = json!(refuses(&[NO_SUCH_LETTER])))))]
async fn read(State(ops): State<Ops>, staff: Staff, Path(id): Path<Uuid>) -> Result<Json<Whole>, Problem> {
    admit(&staff, Permission::ReadDeadLetters)?;
    let found = ops.db.dead_letter(id).await.map_err(LetterError::from)?;
    let letter = found.ok_or(LetterError::Unknown)?;
    let headers =
        serde_json::from_str(&letter.headers).map_err(|error| LetterError::from(StoreError::from(error)))?;
    let payload: Option<serde_json::Value> = serde_json::from_slice(&letter.payload).ok();
    let payload_base64 = payload.is_none().then(|| STANDARD.encode(&letter.payload));
    let letter = Viewer::of(&ops, &staff).view(letter);
    Ok(Json(Whole { letter, headers, payload, payload_base64 }))
}

/// Drives a dead letter again through its consumer; again: the first result.
#[utoipa::path(post, path = "/v1/dead-letters/{id}/redrive", tag = "operations",
    params(("id" = Uuid, Path, description = "The letter.")),
    responses((status = 200, body = Settled)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ManageDeadLetters]))),
        ("x-problems" = json!(refuses(&[NO_SUCH_LETTER, LETTER_SEEN_TO, NO_SUCH_CONSUMER, STILL_REFUSED])))))]
async fn redrive(
    State(ops): State<Ops>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Json<Settled>, Problem> {
    let by = admit(&staff, Permission::ManageDeadLetters)?;
    Ok(Json(again(&ops, &staff, id, by).await?))
}

async fn again(ops: &Ops, staff: &Staff, id: Uuid, by: Actor) -> Result<Settled, Problem> {
    let step = letters::redrive(&ops.db, &ops.subscriptions(), id, by, ops.instance.wall.now()).await?;
    Ok(Viewer::of(ops, staff).settled(step))
}

/// Which letters.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RedriveMany)]
struct ManyBody {
    /// 1 to 100 letters.
    ids: Vec<Uuid>,
}

/// What became of one of them: the letter, or why not.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RedrivenOne)]
struct One {
    /// The letter's id.
    id: Uuid,
    /// As if it had been asked for alone.
    status: u16,
    /// The letter, where it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Settled>,
    /// Why not, where it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

/// What became of each, in the order asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RedrivenMany)]
struct Many {
    /// Each letter asked for, in that order.
    items: Vec<One>,
}

/// Drives many dead letters again, each on its own: one that is still refused holds up none of the others.
#[utoipa::path(post, path = "/v1/dead-letters/redrive", tag = "operations", request_body = ManyBody,
    responses((status = 200, body = Many)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ManageDeadLetters])))))]
async fn redrive_many(
    State(ops): State<Ops>,
    staff: Staff,
    Json(ManyBody { ids }): Json<ManyBody>,
) -> Result<Json<Many>, Problem> {
    let by = admit(&staff, Permission::ManageDeadLetters)?;
    if ids.is_empty() || ids.len() > BULK_MAX {
        let unfit = Problem::new(INVALID_BODY);
        return Err(unfit.at("#/ids", "invalid-value", format!("expected 1 to {BULK_MAX} ids")));
    }
    let mut items = Vec::with_capacity(ids.len());
    for id in ids {
        items.push(match again(&ops, &staff, id, by).await {
            Ok(result) => One { id, status: 200, result: Some(result), problem: None },
            Err(problem) => {
                let status = problem.kind().status.as_u16();
                One { id, status, result: None, problem: Some(problem.body()) }
            }
        });
    }
    Ok(Json(Many { items }))
}

/// Why it is given up for good.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DiscardDeadLetter)]
struct DiscardBody {
    /// 1 to 500 characters, without personal data.
    reason: String,
}

/// Gives a dead letter up for good; it stays, with the reason. Again: the first result.
#[utoipa::path(post, path = "/v1/dead-letters/{id}/discard", tag = "operations",
    params(("id" = Uuid, Path, description = "The letter.")), request_body = DiscardBody,
    responses((status = 200, body = Settled)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ManageDeadLetters]))),
        ("x-problems" = json!(refuses(&[NO_SUCH_LETTER, LETTER_SEEN_TO])))))]
async fn discard(
    State(ops): State<Ops>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Json(DiscardBody { reason }): Json<DiscardBody>,
) -> Result<Json<Settled>, Problem> {
    let by = admit(&staff, Permission::ManageDeadLetters)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX {
        let unfit = Problem::new(INVALID_BODY);
        return Err(unfit.at(
            "#/reason",
            "invalid-value",
            format!("expected 1 to {REASON_CHARS_MAX} characters"),
        ));
    }
    let step = letters::discard(&ops.db, id, reason, by).await?;
    Ok(Json(Viewer::of(&ops, &staff).settled(step)))
}

impl From<LetterError> for Problem {
    fn from(error: LetterError) -> Self {
        match error {
            LetterError::Unknown => NO_SUCH_LETTER.into(),
            LetterError::NoConsumer(_) => NO_SUCH_CONSUMER.detail(error.to_string()),
            LetterError::SeenTo(_) => LETTER_SEEN_TO.detail(error.to_string()),
            LetterError::Again(why) => STILL_REFUSED.detail(why),
            LetterError::Store(error) if error.is_unavailable() => Self::unavailable(&error, RETRY_AFTER),
            LetterError::Store(error) => Self::internal(&error),
        }
    }
}

//! How this instance is: one answer with what the operations team looks at first.
//!
//! Of several instances one answers: it says which, since when it runs, and since when each window counts. What the
//! database and the bus are asked for is as the sampler found it last, with the moment; all else is read from memory.

use axum::extract::{FromRef, State};
use kernel::{Channel, Timestamp};
use sea_orm::DbBackend;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sample::{Fill, Flow, Outbox, Sample};
use super::sampler::milliseconds;
use super::{Gauge, Ops, Projection, admit};
use crate::auth::{Auth, Permission, Staff, permits};
use crate::bus::subscription::Subscription;
use crate::health::{Report, Status};
use crate::http::{Json, Problem};
use crate::telemetry::recent::{Buckets, Each, Figures, Lately};
use crate::telemetry::{CallOutcome, Stage};

/// The routes of this resource.
pub(super) fn routes<S>() -> OpenApiRouter<S>
where
    Ops: FromRef<S>,
    Auth: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    OpenApiRouter::new().routes(routes!(overview))
}

/// How one instance of a service is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Operations)]
struct View {
    /// The service.
    service: &'static str,
    /// Which instance answers: the `service_instance_id` of its metrics. Another one may answer next.
    instance: String,
    /// The version that runs.
    version: &'static str,
    /// Since when it runs, by the wall clock.
    since: Timestamp,
    /// When this was answered, by the wall clock.
    as_of: Timestamp,
    /// Whether requests are to go to it: every check is ready, and no stop has begun.
    ready: bool,
    /// Its checks by name.
    checks: Vec<CheckView>,
    database: DatabaseView,
    bus: BusView,
    /// Absent before it was first looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    outbox: Option<Outbox>,
    /// The streams that the service owns, as far as they were looked at.
    streams: Vec<Fill>,
    /// Its durable consumers.
    consumers: Vec<ConsumerView>,
    /// What this instance keeps in memory of a stream.
    projections: Vec<ProjectionView>,
    windows: Windows,
    http: HttpView,
    /// How long changes of standing took to the stages that this instance measures.
    downgrades: Vec<StageView>,
    /// Calls of channels to this instance, as far as there were any within the day.
    calls: Vec<CallsView>,
    /// What the service shows beside what all have.
    gauges: Vec<GaugeView>,
}

/// How a part is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CheckState)]
enum CheckState {
    /// It works.
    Ready,
    /// It does not work now and may again.
    NotReady,
    /// It will not work again before a restart.
    Failed,
}

/// A part of the instance.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Check)]
struct CheckView {
    /// Its name, such as `bus`.
    name: String,
    state: CheckState,
    /// Why it does not work.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// A kind of database.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DatabaseKind)]
enum DatabaseKind {
    /// SQLite: one file, one instance.
    Sqlite,
    /// PostgreSQL.
    Postgresql,
}

/// The service's database.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DatabaseState)]
struct DatabaseView {
    kind: DatabaseKind,
    /// Whether it answered when it was last asked; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    answers: Option<bool>,
}

/// The connection to the bus.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BusState)]
struct BusView {
    /// Whether it stands now.
    connected: bool,
}

/// A durable consumer, which all instances of the service share.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConsumerState)]
struct ConsumerView {
    /// Its name.
    consumer: &'static str,
    /// Its stream.
    stream: &'static str,
    /// Dead letters that wait for someone; absent before they were first counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    dead_letters: Option<u64>,
    /// Absent before the bus first said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    flow: Option<Flow>,
}

/// A projection in memory, such as the ranking of dispatch.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProjectionState)]
struct ProjectionView {
    /// The stream that it follows.
    stream: &'static str,
    /// Whether it had all that was in the stream at the start; without it the instance is not ready.
    caught_up: bool,
    /// Sequences of the stream that it has not seen, as far as the stream was last asked.
    behind: u64,
    /// Since it was last known to have everything; absent before the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    age_ms: Option<u64>,
    /// How often it started over.
    restarts: u64,
    /// Messages that it could not read and passed over.
    malformed: u64,
}

/// Since when each window counts, by the wall clock: since the start, where the instance is younger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Windows)]
struct Windows {
    /// The last five minutes, which the alerts look at.
    five_minutes: Timestamp,
    /// The last hour.
    hour: Timestamp,
    /// The last 24 hours.
    day: Timestamp,
}

/// How many within each window.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Counts)]
struct Counts {
    /// Within the last five minutes.
    five_minutes: u64,
    /// Within the last hour.
    hour: u64,
    /// Within the last 24 hours.
    day: u64,
}

/// Requests over HTTP to this instance.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HttpFigures)]
struct HttpView {
    /// Answered in any way.
    answered: Counts,
    /// Of these, with an error of ours.
    failed: Counts,
    /// Of these, turned away because too many were in work.
    shed: Counts,
}

/// A stage on the way of a change of standing from credit's commit to the front ends.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DowngradeLatency)]
struct StageView {
    stage: Stage,
    /// Above it `p99_ms` is an alert.
    limit_ms: u64,
    /// Within the last five minutes.
    five_minutes: Took,
    /// Within the last hour.
    hour: Took,
    /// Within the last 24 hours.
    day: Took,
}

/// How long they took.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Took)]
struct Took {
    /// How many changes.
    count: u64,
    /// Half of them took no longer, in milliseconds; reckoned from the buckets, absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    p50_ms: Option<f64>,
    /// All but one in a hundred took no longer; above the last bound it counts as that.
    #[serde(skip_serializing_if = "Option::is_none")]
    p99_ms: Option<f64>,
    /// How many took how long, ascending.
    buckets: Vec<Bucket>,
}

/// Those that took longer than the bucket before, and no longer than this one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LatencyBucket)]
struct Bucket {
    /// In milliseconds; absent for those above every bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    up_to_ms: Option<f64>,
    /// How many.
    count: u64,
}

/// Calls of one channel with one outcome.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelCalls)]
struct CallsView {
    /// The channel; absent where none of ours was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<Channel>,
    outcome: CallOutcome,
    calls: Counts,
}

/// A gauge of the service's own.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnGauge)]
struct GaugeView {
    /// As in its metrics, such as `platform.calendar.left`.
    name: &'static str,
    /// `s`, or a word in braces.
    unit: &'static str,
    /// As it stands now.
    value: f64,
}

/// How this instance is: its parts, bus, outbox, consumers, projections, and what it measured lately.
#[utoipa::path(get, path = "/v1/operations", tag = "operations",
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadDeadLetters])))))]
async fn overview(State(ops): State<Ops>, staff: Staff) -> Result<Json<View>, Problem> {
    admit(&staff, Permission::ReadDeadLetters)?;
    Ok(Json(view(&ops)))
}

fn view(ops: &Ops) -> View {
    let (instance, sample, now) = (&ops.instance, ops.sample(), ops.instance.wall.now());
    let Report { ready, checks, .. } = instance.health.report();
    let Lately { windows } = instance.recent.lately();
    let [five_minutes, hour, day] = windows.each_ref().map(|(since, _)| *since);
    let figures = windows.each_ref().map(|(_, figures)| figures);
    View {
        service: instance.service,
        instance: instance.id.clone(),
        version: env!("CARGO_PKG_VERSION"),
        since: instance.since,
        as_of: now,
        ready,
        checks: checks.into_iter().map(|(name, status)| check(name, status)).collect(),
        database: DatabaseView { kind: kind_of(ops.db.backend()), answers: sample.database_answers },
        bus: BusView { connected: ops.bus.is_connected() },
        outbox: sample.outbox,
        streams: sample.streams.values().copied().collect(),
        consumers: ops.subscriptions().iter().map(|one| consumer(one, &sample)).collect(),
        projections: ops.projections().iter().map(|one| projection(one, now)).collect(),
        windows: Windows { five_minutes, hour, day },
        http: HttpView {
            answered: counts(figures.map(|one| one.answered)),
            failed: counts(figures.map(|one| one.failed)),
            shed: counts(figures.map(|one| one.shed)),
        },
        downgrades: Stage::ALL.into_iter().filter_map(|stage| stage_view(stage, &figures)).collect(),
        calls: calls(&figures),
        gauges: ops.gauges().iter().map(gauge).collect(),
    }
}

fn check(name: String, status: Status) -> CheckView {
    let (state, why) = match status {
        Status::Ready => (CheckState::Ready, None),
        Status::NotReady(why) => (CheckState::NotReady, Some(why)),
        Status::Failed(why) => (CheckState::Failed, Some(why)),
    };
    CheckView { name, state, why }
}

const fn kind_of(backend: DbBackend) -> DatabaseKind {
    match backend {
        DbBackend::Postgres => DatabaseKind::Postgresql,
        // No other is opened.
        _ => DatabaseKind::Sqlite,
    }
}

fn consumer(subscription: &Subscription, sample: &Sample) -> ConsumerView {
    let consumer = subscription.durable();
    ConsumerView {
        consumer,
        stream: subscription.stream().spec().name,
        dead_letters: sample.letters.get(consumer).copied(),
        flow: sample.flows.get(consumer).copied(),
    }
}

fn projection(Projection { stream, progress }: &Projection, now: Timestamp) -> ProjectionView {
    ProjectionView {
        stream,
        caught_up: progress.is_caught_up(),
        behind: progress.behind(),
        age_ms: progress.current_at().map(|at| milliseconds(now.since(at))),
        restarts: progress.restarts(),
        malformed: progress.malformed(),
    }
}

const fn counts([five_minutes, hour, day]: Each<u64>) -> Counts {
    Counts { five_minutes, hour, day }
}

/// None where this instance does not measure it.
fn stage_view(stage: Stage, figures: &Each<&Figures>) -> Option<StageView> {
    let [five_minutes, hour, day] = figures.map(|one| one.stages.get(&stage).map(took));
    Some(StageView {
        stage,
        limit_ms: milliseconds(stage.limit()),
        five_minutes: five_minutes?,
        hour: hour?,
        day: day?,
    })
}

fn took(buckets: &Buckets) -> Took {
    Took {
        count: buckets.count(),
        p50_ms: buckets.quantile_ms(0.5),
        p99_ms: buckets.quantile_ms(0.99),
        buckets: buckets.counts().map(|(up_to_ms, count)| Bucket { up_to_ms, count }).collect(),
    }
}

fn calls(figures: &Each<&Figures>) -> Vec<CallsView> {
    let [.., day] = figures;
    let some = day.calls.iter().filter(|(_, count)| **count > 0).map(|(key, _)| key);
    some.map(|key| {
        let each = figures.map(|one| one.calls.get(key).copied().unwrap_or_default());
        CallsView { channel: key.0, outcome: key.1, calls: counts(each) }
    })
    .collect()
}

fn gauge(Gauge { name, unit, read }: &Gauge) -> GaugeView {
    GaugeView { name, unit, value: read() }
}

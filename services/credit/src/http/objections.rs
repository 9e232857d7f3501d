//! Objections of merchants to entries of their ledger, and to what a yearly evaluation found for them.

use core::slice;
use std::collections::HashSet;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{
    Cursor, IfMatch, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, etag, refuses,
};
use chassis::store::clear_reads::ClearRead;
use credit_domain::objection::{Objection, Subject, Word};
use credit_domain::remedy::{Named, Remedy, RemedyKind};
use kernel::{Actor, City, EntryId, EvaluationId, MerchantId, ObjectionId, Timestamp, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::names::{all_named, is_of_a_merchant, named};
use super::proceedings::{StepView, VerdictView, reader, readings_of, steps_of};
use super::{InCity, admit, whose, words};
use crate::App;
use crate::problems::{
    APPEAL_FIRST, CONFLICT, NO_BETTER, NOT_EXAMINED, NOT_FOUND, NOT_NOW, NOT_THEIRS, NOTHING_EVALUATED,
    POINTS_UNFIT, REMEDY_UNFIT, SAME_PERSON, TEXT_MISSING, TEXT_TOO_LONG, TOO_LATE,
};
use crate::usecases::process::{
    self, DecideObjection, ExamineObjection, FileObjection, ObjectionList, ObjectionState, ReadObjection,
};

/// What can be done with an objection, as clients are told.
pub(super) const ACTIONS: [&str; 2] = ["examine", "decide"];

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(file))
        .routes(routes!(read))
        .routes(routes!(steps))
        .routes(routes!(readings))
        .routes(routes!(examine))
        .routes(routes!(decide))
}

/// An objection to an entry or to a yearly result (异议), without what the merchant says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Objection)]
struct View {
    id: ObjectionId,
    city: City,
    merchant: MerchantId,
    /// Its published name; absent where it was never admitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_name: Option<String>,
    /// The entry of its ledger that it objects to.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<EntryId>,
    /// The run whose result for it it objects to.
    #[serde(skip_serializing_if = "Option::is_none")]
    evaluation: Option<EvaluationId>,
    /// What can come of it.
    #[schema(schema_with = words::remedy_kind)]
    admits: &'static str,
    #[schema(schema_with = words::objection_state)]
    state: &'static str,
    filed_at: Timestamp,
    decide_by: Timestamp,
    /// Whether the day by which it is to be decided has passed.
    overdue: bool,
    /// What an officer found: granted proposes to uphold.
    #[serde(skip_serializing_if = "Option::is_none")]
    examination: Option<VerdictView>,
    /// What comes of it when it is upheld, once that was proposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<RemedyBody>,
    /// How it was decided; upheld, the remedy was carried out at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<VerdictView>,
    /// Whether whoever asks has to keep out of what is to be done now (回避): they had a part in what is objected to.
    recused: bool,
    #[schema(schema_with = words::objection_actions)]
    allowed_actions: Vec<&'static str>,
    version: Version,
}

/// An objection with what the merchant says. No `Debug`: the words are personal.
#[derive(Serialize, ToSchema)]
#[schema(as = ObjectionInTheClear)]
struct ClearView {
    #[serde(flatten)]
    objection: View,
    /// What the merchant says is wrong.
    grounds: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only this one: to see it without reading what the merchant says.
    id: Option<ObjectionId>,
    /// Only of this merchant; a merchant's account sees its own alone.
    merchant: Option<MerchantId>,
    /// Only those that stand here.
    #[param(value_type = words::ObjectionStates, inline, required = false)]
    state: Option<String>,
    /// Only those whose decision is overdue.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    overdue: bool,
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

/// Objections of a city, the oldest first, without what the merchants say.
#[utoipa::path(get, path = "/v1/objections", tag = "objections", params(ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadProceedings, Permission::ReadOwnMerchant])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    let merchant = whose(&staff, Permission::ReadProceedings, query.city, query.merchant)?;
    let reading = Reading::asked(query.limit, query.after.as_ref())?;
    let list = ObjectionList {
        city: query.city,
        id: query.id,
        merchant,
        state: query.state.as_deref().map(|text| super::word("state", text)).transpose()?,
        due_until: query.overdue.then(|| app.clock.now()),
        after: reading.after,
        limit: reading.rows(),
    };
    let found = process::objections(&app.db, list).await?;
    let views = views(&app, query.city, &found, &staff).await?;
    let total = reading.total(query.total, process::objections_total(&app.db, list)).await?;
    Ok(Json(reading.page(views, |view: &View| view.id).counted(total)))
}

/// No `Debug`: the words are personal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FileBody {
    /// The entry of the ledger. Either this or `evaluation`.
    #[serde(default)]
    entry: Option<EntryId>,
    /// The run of a yearly evaluation, as long as it is published and not in effect: its result for the merchant.
    #[serde(default)]
    evaluation: Option<EvaluationId>,
    /// Why it is wrong.
    grounds: String,
}

/// Object to any entry of one's own ledger, or to one's result of a published evaluation. The standing shows it until it is decided. Again: the first objection.
#[utoipa::path(post, path = "/v1/merchants/{id}/objections", tag = "objections",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity),
    request_body = FileBody, responses((status = 201, body = View, headers(
        ("Location" = String, description = "The objection, relative to what was asked."),
        ("ETag" = String, description = "The version, such as \"1\"."))), (status = 200, body = View)),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::AnswerProceedings]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, APPEAL_FIRST, TOO_LATE, NOTHING_EVALUATED, TEXT_MISSING, TEXT_TOO_LONG])))))]
async fn file(
    State(app): State<App>,
    staff: Staff,
    Path(merchant): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
    Json(FileBody { entry, evaluation, grounds }): Json<FileBody>,
) -> Result<Response, Problem> {
    admit(&staff, Permission::AnswerProceedings, city)?;
    if staff.0.merchant != Some(merchant) {
        return Err(chassis::auth::FORBIDDEN.detail("a merchant objects to its own ledger"));
    }
    let subject = match (entry, evaluation) {
        (Some(entry), None) => Subject::Entry(entry),
        (None, Some(run)) => Subject::Evaluation(run),
        (None, None) | (Some(_), Some(_)) => {
            return Err(super::invalid_at("#/entry", "either an entry or an evaluation is objected to"));
        }
    };
    let procedure = app.procedure.clone();
    let (grounds, by) = (grounds.into(), staff.0.actor);
    let told = app.db.write(&FileObjection { procedure, city, merchant, subject, grounds, by }).await?;
    let status = if told.already { StatusCode::OK } else { StatusCode::CREATED };
    let view = view(&app, &told.now, &staff).await?;
    let tag = [(header::ETAG, etag(told.now.version))];
    let place = format!("../../objections/{}?city={city}", told.now.id);
    Ok((status, [(header::LOCATION, place)], tag, Json(view)).into_response())
}

/// One objection with what the merchant says. Each reading by staff is recorded, an auditor's too.
#[utoipa::path(get, path = "/v1/objections/{id}", tag = "objections",
    params(("id" = ObjectionId, Path, description = "The objection."), InCity),
    responses((status = 200, body = ClearView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::AnswerProceedings, Permission::ReadStatements]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ObjectionId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Tagged<ClearView>, Problem> {
    let by = reader(&staff, city)?;
    let found = app.db.write(&ReadObjection { city, id, by }).await?;
    let grounds = found.grounds.text.in_the_clear().to_owned();
    let objection = view(&app, &found, &staff).await?;
    let body = ClearView { objection, grounds };
    Ok(Tagged { version: found.version, body, known: None })
}

/// Who did what in it, the first first.
#[utoipa::path(get, path = "/v1/objections/{id}/steps", tag = "objections",
    params(("id" = ObjectionId, Path, description = "The objection."), super::ListQuery),
    responses((status = 200, body = Page<StepView>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadProceedings])))))]
async fn steps(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ObjectionId>,
    Query(query): Query<super::ListQuery>,
) -> Result<Json<Page<StepView>>, Problem> {
    admit(&staff, Permission::ReadProceedings, query.city)?;
    steps_of(&app, id.uuid(), &query).await
}

/// Who has read what the merchant says, the first first.
#[utoipa::path(get, path = "/v1/objections/{id}/clear-reads", tag = "objections",
    params(("id" = ObjectionId, Path, description = "The objection."), super::ListQuery),
    responses((status = 200, body = Page<ClearRead>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadClearReads])))))]
async fn readings(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ObjectionId>,
    Query(query): Query<super::ListQuery>,
) -> Result<Json<Page<ClearRead>>, Problem> {
    admit(&staff, Permission::ReadClearReads, query.city)?;
    readings_of(&app, id.uuid(), &query).await
}

/// What comes of an objection that is upheld (救济).
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Remedy)]
struct RemedyBody {
    /// Its kind: the one that the objection admits.
    #[schema(schema_with = words::remedy_kind)]
    kind: RemedyKind,
    /// Of a correction: the points that the entry should have given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    points: Option<PointsBody>,
}

/// Points in each dimension that the entry is about; one left out is refused, and not taken for 0.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = CorrectPoints)]
struct PointsBody {
    /// 社会评价.
    #[serde(skip_serializing_if = "Option::is_none")]
    social_evaluation: Option<i64>,
    /// 信用建设活动.
    #[serde(skip_serializing_if = "Option::is_none")]
    credit_activities: Option<i64>,
    /// 信用记录.
    #[serde(skip_serializing_if = "Option::is_none")]
    credit_record: Option<i64>,
    /// 示范引领.
    #[serde(skip_serializing_if = "Option::is_none")]
    demonstration: Option<i64>,
}

impl RemedyBody {
    /// As the domain has it: points belong to a correction and to nothing else.
    fn read(self) -> Result<Remedy, Problem> {
        match (self.kind, self.points) {
            (RemedyKind::Correct, Some(points)) => Ok(Remedy::Correct { points: points.into() }),
            (kind, None) => Ok(Remedy::plain(kind).map_err(crate::error::Error::from)?),
            (_, Some(_)) => Err(super::invalid_at("#/remedy/points", "only a correction names points")),
        }
    }

    fn of(remedy: Remedy) -> Self {
        let points = match remedy {
            Remedy::Correct { points } => Some(points.into()),
            Remedy::TakeBack | Remedy::Reassess | Remedy::Overturn => None,
        };
        Self { kind: remedy.kind(), points }
    }
}

impl From<PointsBody> for Named {
    fn from(body: PointsBody) -> Self {
        let PointsBody { social_evaluation, credit_activities, credit_record, demonstration } = body;
        Self { social_evaluation, credit_activities, credit_record, demonstration }
    }
}

impl From<Named> for PointsBody {
    fn from(points: Named) -> Self {
        let Named { social_evaluation, credit_activities, credit_record, demonstration } = points;
        Self { social_evaluation, credit_activities, credit_record, demonstration }
    }
}

/// What an officer proposes, or another person decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WordBody {
    /// Whether the objection holds.
    upheld: bool,
    /// What is to come of it. Needed where it is a correction; where the examination named one, the decision is on that.
    #[serde(default)]
    remedy: Option<RemedyBody>,
    /// Why; names nobody.
    reason: String,
}

/// An officer examines it, who had no part in what is objected to, and proposes how to decide and what is to come of it. Done before: the first examination stands, and another one is a conflict.
#[utoipa::path(post, path = "/v1/objections/{id}/examine", tag = "objections",
    params(("id" = ObjectionId, Path, description = "The objection."), InCity,
        ("If-Match" = String, Header, description = "The version that was looked at, such as \"1\".")),
    request_body = WordBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::InvestigateProceedings]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, NOT_NOW, CONFLICT, SAME_PERSON, NOT_THEIRS, REMEDY_UNFIT, POINTS_UNFIT, NO_BETTER, TEXT_MISSING, TEXT_TOO_LONG])))))]
async fn examine(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ObjectionId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
    Json(body): Json<WordBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::InvestigateProceedings, city)?;
    let (procedure, word, by) = (app.procedure.clone(), body.read()?, staff.0.actor);
    let told = app.db.write(&ExamineObjection { procedure, city, id, word, by, expected }).await?;
    shown(&app, &told.now, &staff).await
}

/// Another person decides on what was proposed: upheld, the remedy is carried out at once. Done before: the first decision stands, and another one is a conflict.
#[utoipa::path(post, path = "/v1/objections/{id}/decide", tag = "objections",
    params(("id" = ObjectionId, Path, description = "The objection."), InCity,
        ("If-Match" = String, Header, description = "The version that was looked at, such as \"2\".")),
    request_body = WordBody, responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::DecideProceedings]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, NOT_NOW, CONFLICT, NOT_EXAMINED, SAME_PERSON, NOT_THEIRS, REMEDY_UNFIT, POINTS_UNFIT, NO_BETTER, NOTHING_EVALUATED, TEXT_MISSING, TEXT_TOO_LONG])))))]
async fn decide(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ObjectionId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
    Json(body): Json<WordBody>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::DecideProceedings, city)?;
    let (procedure, word, by) = (app.procedure.clone(), body.read()?, staff.0.actor);
    let told = app.db.write(&DecideObjection { procedure, city, id, word, by, expected }).await?;
    shown(&app, &told.now, &staff).await
}

impl WordBody {
    fn read(self) -> Result<Word, Problem> {
        let Self { upheld, remedy, reason } = self;
        Ok(Word { upheld, remedy: remedy.map(RemedyBody::read).transpose()?, reason })
    }
}

is_of_a_merchant!(View);

async fn shown(app: &App, it: &Objection, staff: &Staff) -> Result<Tagged<View>, Problem> {
    Ok(Tagged { body: view(app, it, staff).await?, version: it.version, known: None })
}

async fn view(app: &App, it: &Objection, staff: &Staff) -> Result<View, Problem> {
    let recused = !recusals(app, slice::from_ref(it), staff).await?.is_empty();
    named(app, it.city, View::of(it, staff, recused, app.clock.now())).await
}

async fn views(app: &App, city: City, all: &[Objection], staff: &Staff) -> Result<Vec<View>, Problem> {
    let recusals = recusals(app, all, staff).await?;
    let view = |it: &Objection| View::of(it, staff, recusals.contains(&it.id), app.clock.now());
    all_named(app, city, all.iter().map(view).collect()).await
}

/// Those among these that would be theirs to act on, had they had no part in what is objected to.
async fn recusals(app: &App, among: &[Objection], staff: &Staff) -> Result<HashSet<ObjectionId>, Problem> {
    let Actor::Staff { id } = staff.0.actor else { return Ok(HashSet::new()) };
    let theirs = among.iter().filter(|it| next(it, staff).is_some());
    Ok(process::recusals(&app.db, theirs, id).await?)
}

impl View {
    fn of(it: &Objection, staff: &Staff, recused: bool, now: Timestamp) -> Self {
        Self {
            id: it.id,
            city: it.city,
            merchant: it.merchant,
            merchant_name: None,
            entry: it.entry(),
            evaluation: match it.subject {
                Subject::Evaluation(run) => Some(run),
                Subject::Entry(_) => None,
            },
            admits: it.admits.as_str(),
            state: ObjectionState::of(it).as_str(),
            filed_at: it.grounds.at,
            decide_by: it.decide_by,
            overdue: it.is_open() && it.decide_by <= now,
            examination: it.examination.as_ref().map(VerdictView::from),
            remedy: it.remedy.map(RemedyBody::of),
            decision: it.decision.as_ref().map(VerdictView::from),
            recused,
            allowed_actions: next(it, staff).filter(|_| !recused).into_iter().collect(),
            version: it.version,
        }
    }
}

/// What is to be done with it now, where the roles of staff allow it to them.
fn next(it: &Objection, staff: &Staff) -> Option<&'static str> {
    let [examine, decide] = ACTIONS;
    let may = |permission| it.is_open() && staff.require(permission).is_ok();
    match &it.examination {
        None => may(Permission::InvestigateProceedings).then_some(examine),
        Some(first) if staff.0.actor == (Actor::Staff { id: first.by }) => None,
        Some(_) => may(Permission::DecideProceedings).then_some(decide),
    }
}

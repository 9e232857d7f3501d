//! Cases of suspected breaches: the list, one in the clear, and the ruling.

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::{
    Cursor, IfMatch, IfNoneMatch, Json, Limit, Page, Path, Problem, Query, Reading, Tagged, refuses,
};
use chassis::store::clear_reads::ClearRead;
use feedback_domain::{Breach, Case, CaseState, Clause, Ruling};
use kernel::{
    ActorId, Area, CallbackId, CaseId, CategoryCode, City, ItemCode, MerchantId, RequestId, Severity,
    Timestamp, Version,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::callbacks::AnswersBody;
use super::{InCity, Stepped, admit, judge, party, whose};
use crate::App;
use crate::error::Error;
use crate::problems::{
    ALREADY_RULED, CASE_CLOSED, CREDIT_SILENT, HANDLED_THE_CASE, NOT_FOUND, TEXT_MISSING, TEXT_TOO_LONG,
    UNKNOWN_CLAUSE,
};
use crate::usecases::{
    AnswerCase, CaseFilter, CaseList, CaseReadings, DismissCase, ReadCase, ReadOwnCase, Stage, Told,
    VerifyCase,
};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
        .routes(routes!(readings))
        .routes(routes!(answer))
        .routes(routes!(verify))
        .routes(routes!(dismiss))
}

/// A suspected breach under verification (失信核查).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Case)]
struct View {
    id: CaseId,
    city: City,
    merchant: MerchantId,
    request: RequestId,
    callback: CallbackId,
    /// What was asked for.
    item: ItemCode,
    /// The category whose commitment may be broken.
    category: CategoryCode,
    /// Where it was done: a street or town.
    area: Area,
    /// When the work was completed: a clause that was in force then can be broken by it.
    completed_at: Timestamp,
    /// What the citizen answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answers: Option<AnswersBody>,
    /// Which clause the caller thinks is broken, if one was named; credit has not been asked whether there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    suspected_clause: Option<String>,
    opened_by: ActorId,
    opened_at: Timestamp,
    /// When the merchant said its side of it, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<Timestamp>,
    state: StageWord,
    /// Once it is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    ruling: Option<RulingView>,
    /// What you may do with it now.
    allowed_actions: Vec<Action>,
    version: Version,
}

/// A case with what people said, for those who rule on it; with its own words alone for the merchant under suspicion.
/// No `Debug`: the words are personal.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseInTheClear)]
struct ClearView {
    #[serde(flatten)]
    case: View,
    /// What else the citizen said; not for the merchant.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What the merchant says to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_answer: Option<String>,
}

/// Where a case stands: under verification, or ruled on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CaseState)]
enum StageWord {
    Open,
    Verified,
    Dismissed,
}

/// What became of the suspicion: verified by a clause, or dismissed with a reason.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseRuling)]
struct RulingView {
    /// Who ruled.
    by: ActorId,
    /// When.
    at: Timestamp,
    /// What of the commitment was broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<String>,
    /// Whether credit confirmed that there is this clause; false only where it was silent and the settings allow it.
    #[serde(skip_serializing_if = "Option::is_none")]
    clause_confirmed: Option<bool>,
    /// How grave it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<Severity>,
    /// Why the suspicion did not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// What may be done with a case: the merchant says its side, an officer rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CaseAction)]
enum Action {
    Answer,
    Verify,
    Dismiss,
}

/// The merchant's side of it. No `Debug`: the words are personal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerBody {
    /// What the merchant says to the suspicion.
    answer: String,
}

/// The breach as it is verified.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VerifyBody {
    /// What was broken: a code of the commitment, or `number#clause` of a standard that was in force for the category
    /// at `completed_at`.
    clause: String,
    /// How grave it is.
    severity: Severity,
}

/// Why it is no breach.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DismissBody {
    /// Why the suspicion did not hold; no personal data.
    reason: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only this one: to see it without reading what people said.
    id: Option<CaseId>,
    /// Only of this merchant; a merchant's account sees its own alone.
    merchant: Option<MerchantId>,
    /// Only those in this state.
    #[param(inline)]
    state: Option<StageWord>,
    /// Only those to which the merchant has said nothing.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    unanswered: bool,
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

/// Cases of a city, the oldest first, without what people said.
#[utoipa::path(get, path = "/v1/cases", tag = "cases", params(ListQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadCallbacks, Permission::AnswerCases])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<View>>, Problem> {
    let ListQuery { city, id, merchant, state, unanswered, limit, after, .. } = query;
    let merchant = whose(&staff, Permission::ReadCallbacks, city, merchant)?;
    let reading = Reading::asked(limit, after.as_ref())?;
    let of =
        CaseFilter { city, id, merchant, stage: state.map(Stage::from), unanswered, after: reading.after };
    let list = CaseList { of, limit: reading.rows() };
    let found = list.page(&app.db).await.map_err(Error::from)?;
    let total = reading.total(query.total, list.total(&app.db)).await.map_err(Error::from)?;
    let page = reading.page(found, |case| case.id).counted(total);
    Ok(Json(page.map(|case| View::of(&case, &staff))))
}

/// One case with what people said. The reading is recorded, but not that of the merchant, who reads its own words alone.
#[utoipa::path(get, path = "/v1/cases/{id}", tag = "cases",
    params(("id" = CaseId, Path, description = "The case."), InCity),
    responses((status = 200, body = ClearView), (status = 304, description = "As the client has it")),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::RuleOnCases, Permission::AnswerCases]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<CaseId>,
    Query(InCity { city }): Query<InCity>,
    IfNoneMatch(known): IfNoneMatch,
) -> Result<Tagged<ClearView>, Problem> {
    let is_party = staff.0.merchant.is_some();
    let case = if is_party {
        ReadOwnCase { city, id, merchant: party(&staff, city)? }.case(&app.db).await?
    } else {
        let by = admit(&staff, Permission::RuleOnCases, city)?;
        app.db.write(&ReadCase { city, id, by }).await?
    };
    let version = case.version;
    let body = ClearView {
        case: View::of(&case, &staff),
        note: case.note.filter(|_| !is_party).map(|note| note.in_the_clear().to_owned()),
        merchant_answer: case.merchant_answer.map(|answer| answer.text.in_the_clear().to_owned()),
    };
    Ok(Tagged { body, version, known })
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReadingsQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
}

/// Who has read the case with what people said, the first first.
#[utoipa::path(get, path = "/v1/cases/{id}/clear-reads", tag = "cases",
    params(("id" = CaseId, Path, description = "The case."), ReadingsQuery),
    responses((status = 200, body = Page<ClearRead>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadClearReads])))))]
async fn readings(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<CaseId>,
    Query(ReadingsQuery { city, limit, after }): Query<ReadingsQuery>,
) -> Result<Json<Page<ClearRead>>, Problem> {
    admit(&staff, Permission::ReadClearReads, city)?;
    let reading = Reading::asked(limit, after.as_ref())?;
    let list = CaseReadings { city, id, after: reading.after, limit: reading.rows() };
    let found = list.page(&app.db).await.map_err(Error::from)?;
    Ok(Json(reading.page(found, |read| read.id)))
}

/// Say the merchant's side of it, before the ruling. The first answer stands: sent again, whatever it says, it is answered
/// with that.
#[utoipa::path(post, path = "/v1/cases/{id}/answer", tag = "cases",
    params(("id" = CaseId, Path, description = "The case."), InCity),
    request_body = AnswerBody, responses((status = 200, body = Stepped<View>,
        headers(("ETag" = String, description = "The version after the step, such as \"2\".")))), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::AnswerCases]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CASE_CLOSED, TEXT_MISSING, TEXT_TOO_LONG])))))]
async fn answer(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<CaseId>,
    Query(InCity { city }): Query<InCity>,
    Json(AnswerBody { answer }): Json<AnswerBody>,
) -> Result<Tagged<Stepped<View>>, Problem> {
    let merchant = party(&staff, city)?;
    let told = app.db.write(&AnswerCase { city, id, merchant, text: answer.into() }).await?;
    Ok(View::stepped(&told, &staff))
}

/// Verify the breach: credit lowers the merchant's standing. The first ruling stands: repeated it is answered as then,
/// another one is refused and told who was first.
#[utoipa::path(post, path = "/v1/cases/{id}/verify", tag = "cases",
    params(("id" = CaseId, Path, description = "The case."), InCity,
        ("If-Match" = String, Header, description = "The version the officer looked at, such as \"1\".")),
    request_body = VerifyBody, responses((status = 200, body = Stepped<View>,
        headers(("ETag" = String, description = "The version after the step, such as \"3\".")))), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::RuleOnCases]))),
        ("x-problems" = json!(refuses(&[
            NOT_FOUND, HANDLED_THE_CASE, ALREADY_RULED, TEXT_MISSING, UNKNOWN_CLAUSE, CREDIT_SILENT
        ])))))]
async fn verify(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<CaseId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
    Json(VerifyBody { clause, severity }): Json<VerifyBody>,
) -> Result<Tagged<Stepped<View>>, Problem> {
    let by = admit(&staff, Permission::RuleOnCases, city)?;
    let clause = Clause::try_new(clause).map_err(Error::from)?;
    let breach = Breach { clause, clause_confirmed: false, severity };
    let verify = VerifyCase { city, id, by, breach, expected };
    let told = verify.with_its_clause(&app.db, &app.bus, &app.clauses, app.clock.now()).await?;
    Ok(View::stepped(&told, &staff))
}

/// Dismiss the suspicion. The first ruling stands: repeated it is answered as then, another one is refused and told who
/// was first.
#[utoipa::path(post, path = "/v1/cases/{id}/dismiss", tag = "cases",
    params(("id" = CaseId, Path, description = "The case."), InCity,
        ("If-Match" = String, Header, description = "The version the officer looked at, such as \"1\".")),
    request_body = DismissBody, responses((status = 200, body = Stepped<View>,
        headers(("ETag" = String, description = "The version after the step, such as \"3\".")))), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::RuleOnCases]))),
        ("x-problems" = json!(refuses(&[
            NOT_FOUND, HANDLED_THE_CASE, ALREADY_RULED, TEXT_MISSING, TEXT_TOO_LONG
        ])))))]
async fn dismiss(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<CaseId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
    Json(DismissBody { reason }): Json<DismissBody>,
) -> Result<Tagged<Stepped<View>>, Problem> {
    let by = admit(&staff, Permission::RuleOnCases, city)?;
    let told = app.db.write(&DismissCase { city, id, by, reason, expected }).await?;
    Ok(View::stepped(&told, &staff))
}

impl View {
    fn stepped(told: &Told<Case>, staff: &Staff) -> Tagged<Stepped<Self>> {
        Stepped { now: Self::of(&told.now, staff), already: told.already }.tagged(told.now.version)
    }

    fn of(case: &Case, staff: &Staff) -> Self {
        Self {
            id: case.id,
            city: case.city,
            merchant: case.merchant,
            request: case.request,
            callback: case.callback,
            item: case.item.clone(),
            category: case.category.clone(),
            area: case.area,
            answers: case.answers.map(AnswersBody::from),
            suspected_clause: case.suspected_clause.clone().map(String::from),
            opened_by: case.opened_by,
            completed_at: case.completed_at,
            opened_at: case.opened_at,
            answered_at: case.merchant_answer.as_ref().map(|answer| answer.at),
            state: Stage::of(case).into(),
            ruling: match &case.state {
                CaseState::Open => None,
                CaseState::Ruled(ruling) => Some(ruling.into()),
            },
            allowed_actions: allowed(case, staff),
            version: case.version,
        }
    }
}

fn allowed(case: &Case, staff: &Staff) -> Vec<Action> {
    let is_party = staff.require(Permission::AnswerCases).is_ok() && staff.0.merchant == Some(case.merchant);
    if is_party && case.state == CaseState::Open && case.merchant_answer.is_none() {
        return vec![Action::Answer];
    }
    let judge = judge(staff, Permission::RuleOnCases).is_some_and(|me| case.handlers.may_judge(me));
    if judge && case.state == CaseState::Open { vec![Action::Verify, Action::Dismiss] } else { Vec::new() }
}

impl From<&Ruling> for RulingView {
    fn from(ruling: &Ruling) -> Self {
        match ruling {
            Ruling::Verified { breach, by, at } => Self {
                by: *by,
                at: *at,
                clause: Some(breach.clause.as_str().to_owned()),
                clause_confirmed: Some(breach.clause_confirmed),
                severity: Some(breach.severity),
                reason: None,
            },
            Ruling::Dismissed { reason, by, at } => Self {
                by: *by,
                at: *at,
                clause: None,
                clause_confirmed: None,
                severity: None,
                reason: Some(reason.clone()),
            },
        }
    }
}

impl From<Stage> for StageWord {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Open => Self::Open,
            Stage::Verified => Self::Verified,
            Stage::Dismissed => Self::Dismissed,
        }
    }
}

impl From<StageWord> for Stage {
    fn from(word: StageWord) -> Self {
        match word {
            StageWord::Open => Self::Open,
            StageWord::Verified => Self::Verified,
            StageWord::Dismissed => Self::Dismissed,
        }
    }
}

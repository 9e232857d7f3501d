//! The ledger behind a standing: anybody who may see it can recompute score and hash chain from it.

use axum::extract::State;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::problem::INVALID_QUERY;
use chassis::http::{Cursor, Json, Limit, Page, Path, Problem, Query, Reading, refuses};
use credit_domain::evaluation::year_begin;
use credit_domain::{Cause, Entry, Points, Posting, Rules, Tally, cause_words, posting_words};
use kernel::{CategoryCode, City, EntryId, MerchantId, ObjectionId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::words::NamesView;
use super::{InCity, admit_to, words};
use crate::App;
use crate::error::Error;
use crate::problems::NOT_FOUND;
use crate::usecases::{self, Contest, EntrySearch, LedgerCheck, Span};

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(check))
}

/// An entry of the ledger (信用台账). Never edited.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerEntry)]
pub(super) struct View {
    id: EntryId,
    /// Its place: 1 for the first, without gaps.
    seq: u64,
    points: PointsView,
    /// Call-backs in which the citizen was content.
    satisfied: i64,
    /// Call-backs in which the citizen was not, and verified breaches.
    unsatisfied: i64,
    /// Orders that a call-back confirmed.
    verified_orders: i64,
    /// The category of the work, where the fact is of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<CategoryCode>,
    /// What it is about.
    names: NamesView,
    /// The kind of fact, and after a colon its id.
    cause: String,
    /// The rule that set the points: a JSON pointer into the rules of `rules_version`.
    rule: String,
    /// The version of the rules that were in force.
    rules_version: u32,
    /// The clause of the commitment that was broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<String>,
    /// When the fact happened.
    valid_from: Timestamp,
    /// The first moment at which it no longer counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Timestamp>,
    /// When the ledger learned of it.
    recorded_at: Timestamp,
    /// The hash of the entry before it, 64 hex digits.
    prev: String,
    /// Its own.
    hash: String,
    /// Whether the merchant objects to it, and nobody has decided yet (异议中).
    under_objection: bool,
    /// The merchant's objection to it, decided or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    objection: Option<ObjectionId>,
}

/// Credit points in the four dimensions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditPoints)]
pub(super) struct PointsView {
    /// 社会评价.
    social_evaluation: i64,
    /// 信用建设活动.
    credit_activities: i64,
    /// 信用记录.
    credit_record: i64,
    /// 示范引领.
    demonstration: i64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EntriesQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only entries that count since this moment or later, such as the first of a year. It is about the day of the
    /// fact (`valid_from`), not about when the ledger learned of it: an honour of last year that is recorded today
    /// counts since last year.
    #[param(value_type = Option<String>)]
    from: Option<Timestamp>,
    /// Only entries that count since before this moment, such as the first of the next year; about the day of the fact
    /// too.
    #[param(value_type = Option<String>)]
    until: Option<Timestamp>,
    /// Only entries that were recorded by this moment (`recorded_at`).
    #[param(value_type = Option<String>)]
    known_at: Option<Timestamp>,
    /// Only entries that count since a moment of this year, in the city; together with `from` and `until`, of what lies
    /// in both.
    year: Option<u16>,
    /// Only entries with points in this dimension.
    #[param(value_type = words::Dimensions, inline, required = false)]
    dimension: Option<String>,
    /// Only entries of this kind of fact: what `cause` says before the colon.
    #[param(value_type = words::EntryCauses, inline, required = false)]
    cause: Option<String>,
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

/// Where the entries of this span are read, page by page.
pub(super) fn address(merchant: MerchantId, city: City, span: Span) -> String {
    let Span { from, until, known_at } = span;
    let mut address = format!("/v1/merchants/{merchant}/ledger?city={city}");
    for (name, at) in [("from", from), ("until", until), ("known_at", known_at)] {
        if let Some(at) = at {
            address.push_str(&format!("&{name}={at}"));
        }
    }
    address
}

/// Entries of a merchant's ledger, first entry first; all, or those that fit.
#[utoipa::path(get, path = "/v1/merchants/{id}/ledger", tag = "merchants",
    params(("id" = MerchantId, Path, description = "The merchant."), EntriesQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadLedger, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<MerchantId>,
    Query(query): Query<EntriesQuery>,
) -> Result<Json<Page<View>>, Problem> {
    let city = query.city;
    admit_to(&staff, Permission::ReadLedger, city, id)?;
    let reading = Reading::asked(query.limit, query.after.as_ref())?;
    let (after, search) = (reading.after.unwrap_or(0), query.search()?);
    let found = usecases::entries_found(&app.db, city, id, search, after, reading.rows()).await?;
    let contests = usecases::contests(&app.db, city, id, &found).await?;
    let mut views = Vec::with_capacity(found.len());
    for entry in found {
        let rules = app.rules.version(app.db.read(), entry.posting.rules_version).await;
        let rules = rules.map_err(Error::from)?;
        let contest = contests.get(&entry.posting.id).copied();
        views.push(View::of(entry, rules, contest));
    }
    let total = reading.total(query.total, usecases::entries_total(&app.db, city, id, search)).await?;
    Ok(Json(reading.page(views, |view: &View| view.seq).counted(total)))
}

impl EntriesQuery {
    fn search(&self) -> Result<EntrySearch, Problem> {
        if self.from.zip(self.until).is_some_and(|(from, until)| from > until) {
            return Err(unfit("until", "must not be before `from`"));
        }
        let mut span = Span { from: self.from, until: self.until, known_at: self.known_at };
        if let Some(year) = self.year {
            let ends = year_begin(year).zip(year.checked_add(1).and_then(year_begin));
            let (first, next) = ends.ok_or_else(|| unfit("year", "expected a year of the calendar"))?;
            span.from = span.from.max(Some(first));
            span.until = Some(span.until.map_or(next, |until| until.min(next)));
        }
        let kind = |text: &str| {
            let found = Cause::OF_ENTRIES.into_iter().find(|word| *word == text);
            found.ok_or_else(|| unfit("cause", "expected a kind of fact that makes entries"))
        };
        Ok(EntrySearch {
            span,
            dimension: self.dimension.as_deref().map(|text| super::word("dimension", text)).transpose()?,
            cause: self.cause.as_deref().map(kind).transpose()?,
        })
    }
}

fn unfit(parameter: &'static str, says: &str) -> Problem {
    Problem::new(INVALID_QUERY).at(parameter, "invalid-value", says.to_owned())
}

/// Whether a ledger holds (I3).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerCheck)]
struct CheckView {
    /// Whether all below is as it should be.
    holds: bool,
    /// Entries that were read.
    entries: u64,
    /// Place and hash of the end that the merchant's row keeps.
    tip_seq: u64,
    /// The hash of that end.
    tip_hash: String,
    /// Whether the chain ends there.
    complete: bool,
    /// Whether tally and score are what the entries add up to.
    folds: bool,
    /// The place of the first entry that does not hold, and what is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken_at: Option<u64>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

/// Recompute a merchant's whole hash chain and its score, and compare them with what is kept.
#[utoipa::path(get, path = "/v1/merchants/{id}/ledger/check", tag = "merchants",
    params(("id" = MerchantId, Path, description = "The merchant."), InCity),
    responses((status = 200, body = CheckView)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadLedger, Permission::ReadOwnMerchant]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn check(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<MerchantId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Json<CheckView>, Problem> {
    admit_to(&staff, Permission::ReadLedger, city, id)?;
    Ok(Json(CheckView::from(usecases::check_ledger(&app.db, &app.rules, city, id).await?)))
}

impl From<LedgerCheck> for CheckView {
    fn from(check: LedgerCheck) -> Self {
        Self {
            holds: check.holds(),
            entries: check.entries,
            tip_seq: check.tip.seq,
            tip_hash: check.tip.hash.to_string(),
            complete: check.complete,
            folds: check.folds,
            broken_at: check.broken.as_ref().map(|broken| broken.seq),
            fault: check.broken.map(|broken| broken.fault.to_string()),
        }
    }
}

impl View {
    /// With the names that the rules give, those by which it was made where they are there.
    pub(super) fn of(entry: Entry, rules: Option<&Rules>, contest: Option<Contest>) -> Self {
        let names = match rules {
            Some(rules) => posting_words(rules, &entry.posting),
            None => cause_words(entry.posting.cause),
        };
        let Entry { merchant: _, seq, posting, prev, hash } = entry;
        let Posting {
            id,
            tally,
            category,
            cause,
            rule,
            rules_version,
            clause,
            valid_from,
            valid_until,
            recorded_at,
        } = posting;
        let Tally { points, evidence } = tally;
        Self {
            id,
            seq,
            points: points.into(),
            satisfied: evidence.satisfied,
            unsatisfied: evidence.unsatisfied,
            verified_orders: evidence.verified_orders,
            category,
            names: names.into(),
            cause: cause.to_string(),
            rule,
            rules_version,
            clause,
            valid_from,
            valid_until,
            recorded_at,
            prev: prev.to_string(),
            hash: hash.to_string(),
            under_objection: contest.is_some_and(|contest| contest.is_open),
            objection: contest.map(|contest| contest.objection),
        }
    }
}

impl From<Points> for PointsView {
    fn from(points: Points) -> Self {
        let Points { social_evaluation, credit_activities, credit_record, demonstration } = points;
        Self { social_evaluation, credit_activities, credit_record, demonstration }
    }
}

//! Tables that come in as files: tried out, then carried out at somebody's word.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::problem::OVERLOADED;
use chassis::http::{
    Binary, Cursor, IdempotencyKey, IfMatch, Json, Limit, Page, Path, Problem, Query, Raw, Reading, Tagged,
    etag, refuses,
};
use chassis::store::idempotency::Key;
use core::time::Duration;
use credit_domain::exchange::{
    Counts, Fault, HeaderFault, Import, ImportState, Layout, LoadMode, REASON, ROW, TableKind,
};
use kernel::{ActorId, City, ImportId, Timestamp, Version};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, admit, download, person, words};
use crate::App;
use crate::problems::{COLUMNS_UNFIT, CONFLICT, NOT_FOUND, ROWS_BAD, SAME_PERSON, UNREADABLE_FILE};
use crate::sheets::{self, Sheet, csv_lines};
use crate::usecases::exchange::{self, BeginImport, ImportStep, Kept, StepImport};

/// Where files are handed in: its bodies have a limit of their own.
pub(crate) const IMPORTS_PATH: &str = "/v1/imports";
/// Before a file that found no place is handed in again.
const COME_BACK: Duration = Duration::from_secs(2);
/// Rows read at once for the file to be mended.
const ROWS_PER_READ: u64 = 200;
/// What can be done with an import.
pub(super) const ACTIONS: [&str; 3] = ["load", "approve", "discard"];

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, begin))
        .routes(routes!(read))
        .routes(routes!(bad_rows))
        .routes(routes!(bad_rows_file))
        .routes(routes!(load))
        .routes(routes!(approve))
        .routes(routes!(discard))
}

/// A file that is imported (导入): tried out row by row, and carried out at somebody's word.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
struct View {
    id: ImportId,
    city: City,
    /// What is in it.
    #[schema(schema_with = words::table_kind)]
    kind: TableKind,
    #[schema(schema_with = words::import_state)]
    state: ImportState,
    /// What kind of file it was found to be.
    #[schema(schema_with = words::file_format)]
    format: &'static str,
    /// SHA-256 of the file, as hex digits.
    digest: String,
    uploaded_by: ActorId,
    uploaded_at: Timestamp,
    /// When its rows are forgotten.
    expires_at: Timestamp,
    /// Whether another person has to agree: somebody would be let in by it.
    needs_second_person: bool,
    /// Who asked to have it carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    loaded_by: Option<ActorId>,
    /// Who agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_by: Option<ActorId>,
    /// How many rows came out how.
    counts: CountsView,
    /// What can be done with it now, by whoever may.
    #[schema(schema_with = words::import_actions)]
    allowed_actions: Vec<&'static str>,
    version: Version,
}

/// Rows of an import, by how they came out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportCounts)]
struct CountsView {
    /// In the file.
    rows: u32,
    /// Tried out so far, or bad at first sight.
    checked: u32,
    /// Bad.
    bad: u32,
    /// Would bring something new.
    new: u32,
    /// Would change something.
    changed: u32,
    /// Would change nothing: it is there already.
    unchanged: u32,
    /// Carried out so far.
    loaded: u32,
    /// Good, and could not be carried out any more.
    failed: u32,
}

/// A row that is bad, or could not be carried out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BadRow)]
struct BadRowView {
    /// Its number, as a spreadsheet shows it beside the row.
    row: u32,
    /// All that is wrong with it.
    faults: Vec<FaultView>,
}

/// Something that is wrong with a row.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RowFault)]
struct FaultView {
    /// The column; absent where it is the row as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    /// What stands there, shortened; empty where it names a person.
    value: String,
    /// In one word.
    code: String,
    /// What to mend, in Chinese.
    zh: String,
    /// The same in English.
    en: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BeginQuery {
    /// The city's code, such as 330200.
    city: City,
    /// What is in the file.
    #[param(value_type = words::TableKinds, inline)]
    kind: TableKind,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LoadQuery {
    /// The city's code, such as 330200.
    city: City,
    /// `all-rows` (when absent): nothing while a row is bad; `good-rows`: the good ones without the bad ones.
    #[param(value_type = words::LoadModes, inline, required = false)]
    load: Option<ModeWord>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ModeWord {
    AllRows,
    GoodRows,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BadRowsQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next` of the page before; the first page when absent.
    after: Option<Cursor>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ImportsQuery {
    /// The city's code, such as 330200.
    city: City,
    /// Only those that stand here.
    #[param(value_type = words::ImportStates, inline, required = false)]
    state: Option<ImportState>,
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

/// Imports of a city, or those in one state, by id.
#[utoipa::path(get, path = "/v1/imports", tag = "exchange", params(ImportsQuery),
    responses((status = 200, body = Page<View>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadImports])))))]
async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(query): Query<ImportsQuery>,
) -> Result<Json<Page<View>>, Problem> {
    admit(&staff, Permission::ReadImports, query.city)?;
    let ImportsQuery { city, state, limit, after, total } = query;
    let reading = Reading::asked(limit, after.as_ref())?;
    let found = exchange::imports_after(&app.db, city, state, reading.after, reading.rows()).await?;
    let total = reading.total(total, exchange::imports_total(&app.db, city, state)).await?;
    let views = found.into_iter().map(View::from).collect();
    Ok(Json(reading.page(views, |view: &View| view.id).counted(total)))
}

/// Hand in a file: CSV in UTF-8 or GB 18030, or .xlsx, told apart by its content. Its columns are known by their
/// Chinese or English names, in any order. Every row is tried out, and nothing is carried out. The permission for what
/// is in it is needed too.
#[utoipa::path(post, path = "/v1/imports", tag = "exchange",
    params(BeginQuery, ("Idempotency-Key" = String, Header, description = "One per intent.")),
    request_body(content = Binary, content_type = "application/octet-stream", description = "The file."),
    responses((status = 201, body = View, headers(
        ("Location" = String, description = "The import, relative to what was asked."),
        ("ETag" = String, description = "The version, such as \"1\".")))),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ImportTables]))),
        ("x-problems" = json!(refuses(&[COLUMNS_UNFIT, UNREADABLE_FILE])))))]
async fn begin(
    State(app): State<App>,
    staff: Staff,
    Query(BeginQuery { city, kind }): Query<BeginQuery>,
    key: IdempotencyKey,
    Raw(file): Raw,
) -> Result<Response, Problem> {
    let by = may_import(&staff, kind, city)?;
    let scope = format!("{} POST {IMPORTS_PATH} {city} {kind}", staff.0.actor);
    let key = Key::new(scope, key.0, &file);
    let digest = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
    let place = app.exchange.files.try_acquire();
    let _place = place.map_err(|_| OVERLOADED.detail("other files are being read").retry_after(COME_BACK))?;
    let reading = tokio::task::spawn_blocking(move || read_file(kind, &file));
    let (format, rows) = reading.await.map_err(|error| Problem::internal(&error))??;
    let keep = app.exchange.keep;
    let begun = app.db.write(&BeginImport { key, city, kind, digest, format, by, keep, rows }).await?;
    let tag = [(header::ETAG, etag(begun.version))];
    let place = [(header::LOCATION, format!("imports/{}?city={city}", begun.id))];
    Ok((StatusCode::CREATED, place, tag, Json(View::from(begun))).into_response())
}

type FileRead = (credit_domain::exchange::FileFormat, Vec<Kept>);

fn read_file(kind: TableKind, file: &Bytes) -> Result<FileRead, Problem> {
    let sheet = sheets::read(file).map_err(|error| UNREADABLE_FILE.detail(error.to_string()))?;
    let Sheet { format, header, lines } = sheet;
    let layout = Layout::of(kind.columns(), &header).map_err(|faults| columns_unfit(&faults))?;
    if lines.is_empty() {
        return Err(UNREADABLE_FILE.detail("the file has no row below its first line"));
    }
    let lines = lines.into_iter().map(|(number, cells)| (number, layout.pick(&cells)));
    Ok((format, BeginImport::read_rows(kind, lines)))
}

fn columns_unfit(faults: &[HeaderFault]) -> Problem {
    let told = Problem::new(COLUMNS_UNFIT);
    let at = |fault: &HeaderFault| credit_domain::exchange::shortened(fault.name());
    faults.iter().fold(told, |told, fault| told.at(at(fault), fault.code(), fault.to_string()))
}

/// Whoever may import, and may do what the rows lead to.
fn may_import(staff: &Staff, kind: TableKind, city: City) -> Result<ActorId, Problem> {
    admit(staff, Permission::ImportTables, city)?;
    person(
        staff,
        match kind {
            TableKind::Merchants => Permission::ApplyForAdmission,
            TableKind::Workers => Permission::ManageWorkers,
            TableKind::Prices => Permission::PostPrices,
            TableKind::Standards => Permission::KeepStandards,
            TableKind::Honours => Permission::ProposeHonours,
        },
    )
}

/// An import, and how far it is.
#[utoipa::path(get, path = "/v1/imports/{id}", tag = "exchange",
    params(("id" = ImportId, Path, description = "The import."), InCity),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadImports]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn read(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ImportId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::ReadImports, city)?;
    Ok(tagged(exchange::import(&app.db, city, id).await?))
}

/// The rows that are bad or could not be carried out, by their numbers, each with all that is wrong with it.
#[utoipa::path(get, path = "/v1/imports/{id}/bad-rows", tag = "exchange",
    params(("id" = ImportId, Path, description = "The import."), BadRowsQuery),
    responses((status = 200, body = Page<BadRowView>)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadImports]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn bad_rows(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ImportId>,
    Query(query): Query<BadRowsQuery>,
) -> Result<Json<Page<BadRowView>>, Problem> {
    admit(&staff, Permission::ReadImports, query.city)?;
    exchange::import(&app.db, query.city, id).await?;
    let reading: Reading<u32> = Reading::asked(query.limit, query.after.as_ref())?;
    let after = reading.after.unwrap_or_default();
    let found = exchange::bad_rows_after(&app.db, id, after, reading.rows()).await?;
    let views = found.into_iter().map(BadRowView::from).collect();
    Ok(Json(reading.page(views, |view: &BadRowView| view.row)))
}

/// The same as a file (CSV): the columns of the table, with what is wrong beside each row, to be mended and handed in
/// again. Names are masked in it, and numbers of persons left out: they are to be filled in anew.
#[utoipa::path(get, path = "/v1/imports/{id}/bad-rows.csv", tag = "exchange",
    params(("id" = ImportId, Path, description = "The import."), InCity),
    responses((status = 200, body = String, content_type = "text/csv")), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadImports]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND])))))]
async fn bad_rows_file(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ImportId>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Response, Problem> {
    admit(&staff, Permission::ReadImports, city)?;
    let import = exchange::import(&app.db, city, id).await?;
    let titles = [REASON, ROW].iter().chain(import.kind.columns()).map(|column| column.title());
    let first = download::head(&titles.collect::<Vec<_>>())?;
    let rows = futures::stream::try_unfold((app.db.clone(), 0), move |(db, after)| async move {
        let found =
            exchange::bad_rows_after(&db, id, after, ROWS_PER_READ).await.map_err(download::broken)?;
        let Some(last) = found.last().map(|kept| kept.number) else { return Ok(None) };
        let lines = csv_lines(found.iter().map(mend_line).collect::<Vec<_>>().iter().map(Vec::as_slice))?;
        Ok(Some((Bytes::from(lines), (db, last))))
    });
    Ok(download::csv(&format!("bad-rows-{id}.csv"), first, rows))
}

/// What is wrong, the row's number, and its cells.
fn mend_line(kept: &Kept) -> Vec<String> {
    let told = |fault: &Fault| match &fault.column {
        Some(column) => format!("{column}：{} / {}", fault.zh, fault.en),
        None => format!("{} / {}", fault.zh, fault.en),
    };
    let reason = kept.faults.iter().map(told).collect::<Vec<_>>().join("\n");
    [reason, kept.number.to_string()].into_iter().chain(kept.cells.iter().cloned()).collect()
}

/// Have the rows carried out. While rows are bad, only when `good-rows` says so. Where somebody would be let in,
/// another person has to agree first.
#[utoipa::path(post, path = "/v1/imports/{id}/load", tag = "exchange",
    params(("id" = ImportId, Path, description = "The import."), LoadQuery,
        ("If-Match" = String, Header, description = "The version that was looked at.")),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ImportTables]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, ROWS_BAD])))))]
async fn load(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ImportId>,
    Query(LoadQuery { city, load }): Query<LoadQuery>,
    IfMatch(expected): IfMatch,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::ImportTables, city)?;
    let kind = exchange::import(&app.db, city, id).await?.kind;
    let by = may_import(&staff, kind, city)?;
    let mode = match load {
        Some(ModeWord::GoodRows) => LoadMode::GoodRows,
        Some(ModeWord::AllRows) | None => LoadMode::AllRows,
    };
    let step = ImportStep::Load(mode);
    Ok(tagged(app.db.write(&StepImport { city, id, step, by, expected }).await?.now))
}

/// Be the second person for an import that lets somebody in. Nobody who handed it in or asked for it may.
#[utoipa::path(post, path = "/v1/imports/{id}/approve", tag = "exchange",
    params(("id" = ImportId, Path, description = "The import."), InCity,
        ("If-Match" = String, Header, description = "The version that was looked at.")),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ApproveImports]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT, SAME_PERSON])))))]
async fn approve(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ImportId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::ApproveImports, city)?;
    let by = person(&staff, Permission::ApproveImports)?;
    let step = ImportStep::Approve;
    Ok(tagged(app.db.write(&StepImport { city, id, step, by, expected }).await?.now))
}

/// Think better of it, before it is carried out.
#[utoipa::path(post, path = "/v1/imports/{id}/discard", tag = "exchange",
    params(("id" = ImportId, Path, description = "The import."), InCity,
        ("If-Match" = String, Header, description = "The version that was looked at.")),
    responses((status = 200, body = View)), security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ImportTables]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, CONFLICT])))))]
async fn discard(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<ImportId>,
    Query(InCity { city }): Query<InCity>,
    IfMatch(expected): IfMatch,
) -> Result<Tagged<View>, Problem> {
    admit(&staff, Permission::ImportTables, city)?;
    let by = person(&staff, Permission::ImportTables)?;
    let step = ImportStep::Discard;
    Ok(tagged(app.db.write(&StepImport { city, id, step, by, expected }).await?.now))
}

/// How far it is moves without the version: it is never taken from a copy.
fn tagged(import: Import) -> Tagged<View> {
    Tagged { version: import.version, body: import.into(), known: None }
}

impl From<Import> for View {
    fn from(import: Import) -> Self {
        let allowed_actions = match import.state {
            ImportState::Checking => vec!["discard"],
            ImportState::Checked => vec!["load", "discard"],
            ImportState::Proposed => vec!["approve", "discard"],
            ImportState::Loading | ImportState::Loaded | ImportState::Discarded | ImportState::Expired => {
                Vec::new()
            }
        };
        Self {
            id: import.id,
            city: import.city,
            kind: import.kind,
            state: import.state,
            format: import.format.as_str(),
            digest: import.digest,
            uploaded_by: import.uploaded_by,
            uploaded_at: import.uploaded_at,
            expires_at: import.expires_at,
            needs_second_person: import.needs_second,
            loaded_by: import.loaded_by,
            approved_by: import.approved_by,
            counts: import.counts.into(),
            allowed_actions,
            version: import.version,
        }
    }
}

impl From<Counts> for CountsView {
    fn from(counts: Counts) -> Self {
        let Counts { rows, checked, bad, new, changed, unchanged, loaded, failed } = counts;
        Self { rows, checked, bad, new, changed, unchanged, loaded, failed }
    }
}

impl From<Kept> for BadRowView {
    fn from(kept: Kept) -> Self {
        let fault = |fault| {
            let Fault { column, value, code, zh, en } = fault;
            FaultView { column, value, code, zh, en }
        };
        Self { row: kept.number, faults: kept.faults.into_iter().map(fault).collect() }
    }
}

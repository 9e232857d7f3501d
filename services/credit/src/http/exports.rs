//! Tables that go out as files: the same columns as come in.

use core::time::Duration;
use std::io::{Seek as _, SeekFrom};

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use chassis::auth::{Permission, Staff, permits};
use chassis::http::problem::OVERLOADED;
use chassis::http::{Binary, Path, Problem, Query, refuses};
use kernel::City;
use tokio_util::io::ReaderStream;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{InCity, admit, download};
use crate::App;
use crate::problems::{EXPORT_TOO_LARGE, NOT_FOUND};
use crate::sheets::{XlsxWriter, csv_lines};
use crate::usecases::exchange::{Exporting, Going, export_page};

/// Rows of a workbook at most: it is put together before it goes out.
const XLSX_ROWS_MAX: usize = 100_000;
/// Before a workbook that found no place is asked for again.
const COME_BACK: Duration = Duration::from_secs(2);
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(export))
}

/// A table of a city as a file: `merchants.csv`, `workers.xlsx` and so on, with the columns that an import takes; and
/// `standings`, how the merchants stand. It holds no name and no number of a person; no cell of it is a formula.
#[utoipa::path(get, path = "/v1/exports/{file}", tag = "exchange",
    params(("file" = String, Path,
        description = "`merchants`, `workers`, `prices`, `standards`, `honours` or `standings`, with `.csv` or `.xlsx`."), InCity),
    responses((status = 200, content((String = "text/csv"),
        (Binary = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))),
    security(("bearer" = [])),
    extensions(
        ("x-permission" = json!(permits(&[Permission::ReadImports]))),
        ("x-problems" = json!(refuses(&[NOT_FOUND, EXPORT_TOO_LARGE])))))]
async fn export(
    State(app): State<App>,
    staff: Staff,
    Path(file): Path<String>,
    Query(InCity { city }): Query<InCity>,
) -> Result<Response, Problem> {
    admit(&staff, Permission::ReadImports, city)?;
    let (what, form) = file.split_once('.').ok_or(NOT_FOUND)?;
    let what = Going::named(what).ok_or(NOT_FOUND)?;
    let name = format!("{}-{city}.{form}", what.as_str());
    match form {
        "csv" => csv(app, what, city, &name),
        "xlsx" => xlsx(&app, what, city, &name).await,
        _ => Err(NOT_FOUND.into()),
    }
}

fn csv(app: App, what: Going, city: City, name: &str) -> Result<Response, Problem> {
    let first = download::head(&what.titles())?;
    let rows = futures::stream::try_unfold((app.db, Exporting::default()), move |(db, at)| async move {
        let Some((rows, next)) = export_page(&db, city, what, at).await.map_err(download::broken)? else {
            return Ok(None);
        };
        let lines = csv_lines(rows.iter().map(Vec::as_slice))?;
        Ok(Some((Bytes::from(lines), (db, next))))
    });
    Ok(download::csv(name, first, rows))
}

/// Page by page into a file, and from there out.
async fn xlsx(app: &App, what: Going, city: City, name: &str) -> Result<Response, Problem> {
    let place = app.exchange.files.try_acquire();
    let _place =
        place.map_err(|_| OVERLOADED.detail("other files are put together").retry_after(COME_BACK))?;
    let internal = |error: &(dyn std::error::Error + 'static)| Problem::internal(error);
    let mut writer = XlsxWriter::new(what.as_str()).map_err(|error| internal(&error))?;
    writer.line(&what.titles()).map_err(|error| internal(&error))?;
    let (mut at, mut count) = (Exporting::default(), 0);
    while let Some((rows, next)) = export_page(&app.db, city, what, at).await? {
        count += rows.len();
        if count > XLSX_ROWS_MAX {
            return Err(EXPORT_TOO_LARGE.detail(format!("it has more than {XLSX_ROWS_MAX} rows")));
        }
        for row in &rows {
            writer.line(row).map_err(|error| internal(&error))?;
        }
        at = next;
    }
    let finishing = tokio::task::spawn_blocking(move || {
        let mut file = tempfile::tempfile()?;
        writer.finish(&mut file).map_err(std::io::Error::other)?;
        file.seek(SeekFrom::Start(0))?;
        Ok::<_, std::io::Error>(file)
    });
    let file = finishing.await.map_err(|error| internal(&error))?.map_err(|error| internal(&error))?;
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    Ok(download::file(name, XLSX, body))
}

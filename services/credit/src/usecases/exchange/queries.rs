use chassis::store::{Db, Total};
use credit_domain::exchange::{Import, ImportState};
use kernel::{City, ImportId};

use super::Kept;
use crate::error::Error;
use crate::store::import_rows::RowState;
use crate::store::{import_rows, imports};

/// One import.
///
/// # Errors
/// [`Error::Unknown`], or when the database refuses.
pub async fn import(db: &Db, city: City, id: ImportId) -> Result<Import, Error> {
    imports::find(db.read(), city, id).await?.ok_or(Error::Unknown("import"))
}

/// Imports of the city, or those in one state, by id, after this one, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn imports_after(
    db: &Db,
    city: City,
    state: Option<ImportState>,
    after: Option<ImportId>,
    limit: u64,
) -> Result<Vec<Import>, Error> {
    Ok(imports::page(db.read(), city, state, after, limit).await?)
}

/// How many of them there are on all pages.
///
/// # Errors
/// When the database refuses.
pub async fn imports_total(db: &Db, city: City, state: Option<ImportState>) -> Result<Total, Error> {
    Ok(imports::total(db.read(), city, state).await?)
}

/// Rows that are bad, or could not be carried out, after this number, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn bad_rows_after(db: &Db, id: ImportId, after: u32, limit: u64) -> Result<Vec<Kept>, Error> {
    let states = [RowState::Bad, RowState::Failed];
    Ok(import_rows::page(db.read(), id, &states, after, limit).await?)
}

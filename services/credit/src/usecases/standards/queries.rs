use chassis::store::Db;
use credit_domain::standards::{Standard, StandardKind};
use kernel::City;

use crate::error::Error;
use crate::store::standards;

/// One standard of the library.
///
/// # Errors
/// [`Error::Unknown`], or when the database refuses.
pub async fn standard(db: &Db, city: City, slug: &str) -> Result<Standard, Error> {
    standards::find(db.read(), city, slug).await?.ok_or(Error::Unknown("standard"))
}

/// Standards of the city by slug, after this one, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn standards_after(
    db: &Db,
    city: City,
    kind: Option<StandardKind>,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Standard>, Error> {
    Ok(standards::page(db.read(), city, kind, after, limit).await?)
}

/// The versions of an entry after this one (0 begins), the first first, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn standard_versions_after(
    db: &Db,
    city: City,
    slug: &str,
    after: u64,
    limit: u64,
) -> Result<Vec<Standard>, Error> {
    Ok(standards::history(db.read(), city, slug, after, limit).await?)
}

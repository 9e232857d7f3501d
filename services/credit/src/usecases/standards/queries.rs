use chassis::store::{Db, Tx};
use credit_domain::admission::AdmissionPolicy;
use credit_domain::standards::{Standard, StandardKind, StandardNumber};
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

/// Whether a finding can be one of this clause now: a code of the commitment, or `number#clause` of a standard in
/// force in the city.
pub(crate) async fn is_citable(
    tx: &Tx,
    policy: &AdmissionPolicy,
    city: City,
    cite: &str,
) -> Result<bool, Error> {
    if policy.rules.commitment.clauses.iter().any(|clause| clause.code == cite) {
        return Ok(true);
    }
    let Some((number, clause)) = cite.rsplit_once('#') else { return Ok(false) };
    let Ok(number) = StandardNumber::try_new(number) else { return Ok(false) };
    let found = standards::find(tx.conn(), city, &number.slug()).await?;
    Ok(found.is_some_and(|standard| {
        standard.in_force(tx.now()) && standard.says.clauses.iter().any(|it| it.number == clause)
    }))
}

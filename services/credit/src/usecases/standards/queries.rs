use chassis::store::Db;
use credit_domain::admission::AdmissionPolicy;
use credit_domain::publicity::ClauseWords;
use credit_domain::standards::{Clause, Standard, StandardKind, StandardNumber};
use kernel::{CategoryCode, City, Timestamp};
use sea_orm::ConnectionTrait;

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

/// What a finding says was broken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cited<'a> {
    /// The category of the work; none where the finding is about the merchant as a whole.
    pub(crate) category: Option<&'a CategoryCode>,
    /// A code of the commitment, or `number#clause` of a standard.
    pub(crate) clause: &'a str,
    /// When it was broken.
    pub(crate) at: Timestamp,
}

/// Whether a finding can be one of this clause: a code of the commitment, or a clause of a standard that was in force in
/// the city when it was broken, and is about the category. What was superseded since stays in the library with its end.
pub(crate) async fn is_citable(
    conn: &impl ConnectionTrait,
    policy: &AdmissionPolicy,
    city: City,
    cited: Cited<'_>,
) -> Result<bool, Error> {
    if policy.rules.commitment.clauses.iter().any(|clause| clause.code == cited.clause) {
        return Ok(true);
    }
    let found = clause_of_standard(conn, city, cited.clause).await?;
    Ok(found.is_some_and(|(standard, _)| {
        standard.in_force(cited.at) && cited.category.is_none_or(|category| standard.concerns(category))
    }))
}

/// What a clause says, for people to read; none when nothing by this name is left.
pub(crate) async fn clause_in_words(
    conn: &impl ConnectionTrait,
    policy: &AdmissionPolicy,
    city: City,
    cite: &str,
) -> Result<Option<ClauseWords>, Error> {
    if let Some(own) = policy.rules.commitment.clauses.iter().find(|clause| clause.code == cite) {
        return Ok(Some(ClauseWords::of_commitment(own)));
    }
    let found = clause_of_standard(conn, city, cite).await?;
    Ok(found.map(|(standard, clause)| ClauseWords::of_standard(&standard.says.number, &clause)))
}

/// The clause that is cited as `number#clause`, with its standard.
async fn clause_of_standard(
    conn: &impl ConnectionTrait,
    city: City,
    cite: &str,
) -> Result<Option<(Standard, Clause)>, Error> {
    let Some((number, clause)) = cite.rsplit_once('#') else { return Ok(None) };
    let Ok(number) = StandardNumber::try_new(number) else { return Ok(None) };
    let found = standards::find(conn, city, &number.slug()).await?;
    Ok(found.and_then(|standard| {
        let clause = standard.says.clauses.iter().find(|it| it.number == clause).cloned();
        clause.map(|clause| (standard, clause))
    }))
}

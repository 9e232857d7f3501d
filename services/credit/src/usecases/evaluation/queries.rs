//! What can be asked about evaluations. Reads only.

use chassis::store::Db;
use credit_domain::Status;
use credit_domain::evaluation::Evaluation;
use kernel::{City, EvaluationId, MerchantId};

use super::{Corrected, Effect, Evaluated};
use crate::error::Error;
use crate::store::{evaluation_results, evaluations, merchants};

/// What a run found for a merchant, and what took effect, once it did.
#[derive(Debug, Clone)]
pub struct Found {
    /// What was found.
    pub evaluated: Evaluated,
    /// What was found anew, where an objection to it was upheld.
    pub corrected: Option<Corrected>,
    /// What took effect.
    pub effect: Option<Effect>,
    /// How the merchant stands with us now: nothing takes effect for whoever is out.
    pub status: Option<Status>,
}

/// A run.
///
/// # Errors
/// [`Error::Unknown`], or when the database refuses.
pub async fn evaluation(db: &Db, id: EvaluationId) -> Result<Evaluation, Error> {
    evaluations::find(db.read(), id).await?.ok_or(Error::Unknown("evaluation"))
}

/// The run of a year.
///
/// # Errors
/// [`Error::Unknown`], or when the database refuses.
pub async fn evaluation_of_year(db: &Db, city: City, year: u16) -> Result<Evaluation, Error> {
    evaluations::of_year(db.read(), city, year).await?.ok_or(Error::Unknown("evaluation"))
}

/// Runs of a city, the last begun first, before this one, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn evaluations_before(
    db: &Db,
    city: City,
    before: Option<EvaluationId>,
    limit: u64,
) -> Result<Vec<Evaluation>, Error> {
    Ok(evaluations::page(db.read(), city, before, limit).await?)
}

/// The published runs of a city's years, the last first, before this year, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn published_years(
    db: &Db,
    city: City,
    before: Option<u16>,
    limit: u64,
) -> Result<Vec<Evaluation>, Error> {
    Ok(evaluations::published(db.read(), city, before, limit).await?)
}

/// What a run found by merchant, after this one; all, or only those whose grade would move.
///
/// # Errors
/// [`Error::Unknown`], or when the database refuses.
pub async fn found_after(
    db: &Db,
    run: EvaluationId,
    moved_only: bool,
    after: Option<MerchantId>,
    limit: u64,
) -> Result<Vec<Found>, Error> {
    let city = evaluation(db, run).await?.order.city;
    let page = evaluation_results::page(db.read(), run, moved_only, after, limit).await?;
    let ids: Vec<MerchantId> = page.iter().map(|found| found.merchant).collect();
    let mut effects = evaluation_results::effects_of(db.read(), run, &ids).await?;
    let mut corrections = evaluation_results::corrections_of(db.read(), run, &ids).await?;
    let statuses = merchants::statuses(db.read(), city, ids).await?;
    let found = page.into_iter().map(|evaluated| {
        let effect = effects.remove(&evaluated.merchant);
        let corrected = corrections.remove(&evaluated.merchant);
        let status = statuses.get(&evaluated.merchant).copied();
        Found { evaluated, corrected, effect, status }
    });
    Ok(found.collect())
}

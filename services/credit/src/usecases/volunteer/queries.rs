//! What can be asked about volunteering. Reads only.

use chassis::store::Db;
use credit_domain::volunteer::{Need, NeedState, Report};
use kernel::{City, Day, MerchantId, VolunteerNeedId, VolunteerReportId};

use crate::error::Error;
use crate::store::reconciliations::{self, Reconciliation};
use crate::store::{needs, volunteering};

/// Reports of the city, or of one merchant or day, by id.
///
/// # Errors
/// When the database refuses.
pub async fn reports_after(
    db: &Db,
    city: City,
    merchant: Option<MerchantId>,
    day: Option<Day>,
    after: Option<VolunteerReportId>,
    limit: u64,
) -> Result<Vec<Report>, Error> {
    Ok(volunteering::page(db.read(), city, merchant, day, after, limit).await?)
}

/// One need.
///
/// # Errors
/// [`Error::Unknown`], or when the database refuses.
pub async fn need(db: &Db, city: City, id: VolunteerNeedId) -> Result<Need, Error> {
    needs::find(db.read(), city, id).await?.ok_or(Error::Unknown("need"))
}

/// Needs of the city, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn needs_after(
    db: &Db,
    city: City,
    state: Option<NeedState>,
    after: Option<VolunteerNeedId>,
    limit: u64,
) -> Result<Vec<Need>, Error> {
    Ok(needs::page(db.read(), city, state, after, limit).await?)
}

/// The last comparison of a day.
///
/// # Errors
/// [`Error::Unknown`] when there is none yet, or when the database refuses.
pub async fn reconciliation(db: &Db, city: City, day: Day) -> Result<Reconciliation, Error> {
    let found = reconciliations::last(db.read(), city, day).await?;
    found.ok_or(Error::Unknown("comparison of that day"))
}

/// Comparisons of the city, the last day first.
///
/// # Errors
/// When the database refuses.
pub async fn reconciliations_before(
    db: &Db,
    city: City,
    before: Option<(Day, u32)>,
    limit: u64,
) -> Result<Vec<Reconciliation>, Error> {
    Ok(reconciliations::page(db.read(), city, before, limit).await?)
}

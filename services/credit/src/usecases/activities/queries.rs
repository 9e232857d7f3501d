//! What can be asked about honours and activities. Reads only.

use chassis::store::{Db, Total};
use credit_domain::activities::{Activity, Honour, HonourState, Participant};
use kernel::{ActivityId, City, HonourId, MerchantId, Timestamp};

use crate::error::Error;
use crate::store::{activities as rows, honours, worker_records};

/// One honour.
///
/// # Errors
/// [`Error::Unknown`], or when the database refuses.
pub async fn honour(db: &Db, city: City, id: HonourId) -> Result<Honour, Error> {
    honours::find(db.read(), city, id).await?.ok_or(Error::Unknown("honour"))
}

/// Honours of the city, or of one merchant, after this one.
///
/// # Errors
/// When the database refuses.
pub async fn honours_after(
    db: &Db,
    city: City,
    merchant: Option<MerchantId>,
    state: Option<HonourState>,
    after: Option<HonourId>,
    limit: u64,
) -> Result<Vec<Honour>, Error> {
    Ok(honours::page(db.read(), city, merchant, state, after, limit).await?)
}

/// How many of them there are on all pages.
///
/// # Errors
/// When the database refuses.
pub async fn honours_total(
    db: &Db,
    city: City,
    merchant: Option<MerchantId>,
    state: Option<HonourState>,
) -> Result<Total, Error> {
    Ok(honours::total(db.read(), city, merchant, state).await?)
}

/// One activity.
///
/// # Errors
/// [`Error::Unknown`], or when the database refuses.
pub async fn activity(db: &Db, city: City, id: ActivityId) -> Result<Activity, Error> {
    rows::find(db.read(), city, id).await?.ok_or(Error::Unknown("activity"))
}

/// Activities of the city, the last to begin first.
///
/// # Errors
/// When the database refuses.
pub async fn activities(
    db: &Db,
    city: City,
    kind: Option<&str>,
    after: Option<(Timestamp, ActivityId)>,
    limit: u64,
) -> Result<Vec<Activity>, Error> {
    Ok(rows::page(db.read(), city, kind, after, limit).await?)
}

/// Who takes part in an activity, by merchant.
///
/// # Errors
/// When the database refuses.
pub async fn participants_after(
    db: &Db,
    city: City,
    activity: ActivityId,
    after: Option<MerchantId>,
    limit: u64,
) -> Result<Vec<Participant>, Error> {
    Ok(rows::participants(db.read(), city, activity, after, limit).await?)
}

/// What a merchant takes part in.
///
/// # Errors
/// When the database refuses.
pub async fn activities_of(
    db: &Db,
    city: City,
    merchant: MerchantId,
    before: Option<ActivityId>,
    limit: u64,
) -> Result<Vec<Participant>, Error> {
    Ok(rows::of_merchant(db.read(), city, merchant, before, limit).await?)
}

/// How many workers' trainings are recorded under the number of this activity.
///
/// # Errors
/// When the database refuses.
pub async fn trained_workers(db: &Db, activity: &Activity) -> Result<Option<u64>, Error> {
    let Some(number) = &activity.says.training else { return Ok(None) };
    Ok(Some(worker_records::trained(db.read(), activity.city, number).await?))
}

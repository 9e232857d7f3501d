//! Reads a request and its timeline.

use chassis::store::Db;
use intake_domain::{Request, TimelineEntry, Tracked, TrackingCode, tracked};
use kernel::{City, RequestId, Version};

use crate::error::Error;
use crate::store::{requests, timeline as entries};
use crate::tracking::digest;

/// Entries on one page of a timeline, at most.
pub const PAGE_MAX: u64 = 200;

/// The request.
///
/// # Errors
/// [`Error::Unknown`] when the city has none with this id.
pub async fn find(db: &Db, city: City, request: RequestId) -> Result<Request, Error> {
    requests::find(db.read(), city, request).await?.ok_or(Error::Unknown("request"))
}

/// The entries of its timeline after `after`, oldest first, at most [`PAGE_MAX`].
///
/// # Errors
/// When the database refuses.
pub async fn timeline(
    db: &Db,
    city: City,
    request: RequestId,
    after: Version,
) -> Result<Vec<TimelineEntry>, Error> {
    Ok(entries::after(db.read(), city, request, after, PAGE_MAX).await?)
}

/// The versions of these requests, for those that there are.
///
/// # Errors
/// When the database refuses.
pub async fn versions(
    db: &Db,
    of: Vec<(City, RequestId)>,
) -> Result<Vec<((City, RequestId), Version)>, Error> {
    Ok(requests::versions(db.read(), of).await?)
}

/// What the code shows of its request.
///
/// # Errors
/// [`Error::UnknownCode`] when the city has none with this code.
pub async fn track(db: &Db, city: City, code: &TrackingCode) -> Result<Tracked, Error> {
    let request = requests::tracked(db.read(), city, digest(code)).await?.ok_or(Error::UnknownCode)?;
    let entries = timeline(db, city, request.id, Version(0)).await?;
    Ok(tracked(&request, &entries))
}

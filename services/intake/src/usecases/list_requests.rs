//! Lists requests for those who work on them, and finds those of a caller: by the number (来电查询), or one by its code.

use chassis::store::{Command, Db, Total, Tx, clear_reads};
use intake_domain::{FieldCode, FieldError, Request, TrackingCode, TrackingCodeError, check_phone};
use kernel::{Actor, City, PersonalText, RequestId};

use crate::error::Error;
use crate::store::requests::{self, Filter, Place, Sort};
use crate::tracking::digest;

/// What the trace says of a request that was found.
const REASON: &str = "found by its phone number";

/// The city's requests that pass the filter in this order, after this place of it, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn list(
    db: &Db,
    city: City,
    filter: &Filter,
    sort: Sort,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<Request>, Error> {
    Ok(requests::list(db.read(), city, filter, sort, after, limit).await?)
}

/// How many of the city's requests pass the filter.
///
/// # Errors
/// When the database refuses.
pub async fn total(db: &Db, city: City, filter: &Filter) -> Result<Total, Error> {
    Ok(requests::total(db.read(), city, filter).await?)
}

/// Somebody looks for the requests of a caller. Whose number it is becomes known by it, though the answer is masked:
/// each request that is shown gets a trace, in the transaction that reads.
#[derive(Debug, Clone)]
pub struct SearchByPhone {
    /// The city.
    pub city: City,
    /// The number, as people write it.
    pub phone: PersonalText,
    /// Who looks.
    pub by: Actor,
    /// The last request of the page before.
    pub before: Option<RequestId>,
    /// Rows to read: one more than is shown, by which it is known whether there are more.
    pub rows: u64,
}

impl Command for SearchByPhone {
    type Out = Vec<Request>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<Request>, Error> {
        let phone = check_phone("/phone", &self.phone).map_err(|field| Error::Invalid(vec![field]))?;
        let filter = Filter { phone: Some(phone), ..Filter::default() };
        let before = self.before.map(Place::Received);
        let found = requests::list(tx.conn(), self.city, &filter, Sort::NEWEST, before, self.rows).await?;
        let shown = usize::try_from(self.rows.saturating_sub(1)).unwrap_or(usize::MAX);
        let shown = found.iter().take(shown).map(|request| request.id);
        clear_reads::note_all(tx, self.city, shown, self.by, REASON).await?;
        Ok(found)
    }
}

/// The request whose code a caller reads out, as people write it. A code is in the hand of whoever follows the request
/// and tells nothing about anybody: what it leads to stands masked in the list as well, so unlike a search by the number
/// this leaves no trace.
///
/// # Errors
/// [`Error::Invalid`] when the text is no code.
pub async fn find_by_code(db: &Db, city: City, text: &str) -> Result<Option<Request>, Error> {
    let malformed = |why: TrackingCodeError| FieldError {
        pointer: "/tracking_code",
        code: FieldCode::Malformed,
        mend: why.to_string(),
    };
    let code: TrackingCode = text.parse().map_err(|why| Error::Invalid(vec![malformed(why)]))?;
    Ok(requests::tracked(db.read(), city, digest(&code)).await?)
}

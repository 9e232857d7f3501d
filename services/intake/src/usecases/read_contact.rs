//! Shows how to reach the citizen, in the clear (明文查阅联系方式).

use core::time::Duration;

use chassis::store::clear_reads::{self, ClearRead};
use chassis::store::{Command, Db, Tx};
use intake_domain::{Disclosure, Request, check_reason, disclosure};
use kernel::{Actor, City, MerchantId, PersonalText, RequestId};
use uuid::Uuid;

use crate::error::Error;
use crate::store::requests;

/// In which capacity somebody reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Staff whose work it is.
    Staff,
    /// A merchant: only while it holds the request.
    Merchant(MerchantId),
}

/// Somebody needs the contact of a request. Nobody reads it without a trace: the reading is kept in the transaction
/// that reads.
#[derive(Debug, Clone)]
pub struct ReadContact {
    /// The city.
    pub city: City,
    /// The request.
    pub request: RequestId,
    /// Who reads.
    pub by: Actor,
    /// In which capacity.
    pub reader: Reader,
    /// Why.
    pub reason: PersonalText,
    /// How long after completion a merchant may.
    pub grace: Duration,
}

impl Command for ReadContact {
    type Out = Request;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Request, Error> {
        check_reason(&self.reason).map_err(|field| Error::Invalid(vec![field]))?;
        let found = requests::find(tx.conn(), self.city, self.request).await?;
        let request = found.ok_or(Error::Unknown("request"))?;
        if let Reader::Merchant(merchant) = self.reader {
            match disclosure(&request, merchant, self.grace, tx.now()) {
                Disclosure::Open => {}
                Disclosure::Closed => return Err(Error::ContactClosed),
                Disclosure::Unknown => return Err(Error::Unknown("request")),
            }
        }
        clear_reads::note(tx, self.city, self.request, self.by, self.reason.in_the_clear()).await?;
        Ok(request)
    }
}

/// Who read the contact, the first first, after this reading.
///
/// # Errors
/// When the database refuses.
pub async fn clear_reads(
    db: &Db,
    city: City,
    request: RequestId,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<ClearRead>, Error> {
    Ok(clear_reads::of(db.read(), city, request, after, limit).await?)
}

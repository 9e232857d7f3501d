use chassis::store::Db;
use credit_domain::certificate::{Certificate, Verdict};
use credit_domain::process::{Hold, Proceeding, Suspension};
use credit_domain::{Merchant, Status};
use kernel::Timestamp;

use crate::error::Error;
use crate::store::{certificates, proceedings};

/// What everybody may know of a merchant beside its prices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// The newest certificate that it was given, however it stands.
    pub certificate: Option<Certificate>,
    /// Why it takes no orders, where a proceeding is why.
    pub suspension: Option<Suspension>,
}

impl Beside {
    /// The certificate, where it is to be relied on at this moment.
    #[must_use]
    pub fn valid_certificate(&self, at: Timestamp) -> Option<&Certificate> {
        self.certificate.as_ref().filter(|held| held.verdict(at) == Verdict::Valid)
    }
}

/// What stands beside the prices of this merchant now.
///
/// # Errors
/// When the database refuses.
pub(super) async fn beside(db: &Db, merchant: &Merchant) -> Result<Beside, Error> {
    let held = certificates::holding(db.read(), merchant.profile.city, merchant.profile.id).await?;
    Ok(Beside { certificate: held.and_then(|held| held.last), suspension: suspension(db, merchant).await? })
}

/// Of several the first: since then it takes no orders.
async fn suspension(db: &Db, merchant: &Merchant) -> Result<Option<Suspension>, Error> {
    if merchant.status != Status::Suspended {
        return Ok(None);
    }
    let mut first: Option<Suspension> = None;
    let holds = merchant.credit.restraints.iter().filter(|restraint| restraint.hold == Hold::Suspended);
    for restraint in holds {
        let file = proceedings::find(db.read(), merchant.profile.city, restraint.proceeding).await?;
        let Some(found) = file.as_ref().and_then(Proceeding::suspension) else { continue };
        first = Some(first.filter(|first| first.since <= found.since).unwrap_or(found));
    }
    Ok(first)
}

use core::time::Duration;

use chassis::store::Db;
use credit_domain::certificate::{
    Certificate, CertificateNumber, CertificateRefusal, Checked, REVOCATIONS_MAX, Revocations, Verdict, read,
};
use kernel::{City, MerchantId, Timestamp};

use super::CertificatesDesk;
use crate::error::Error;
use crate::store::{certificates, merchants};

/// How often a list of revocations is dated anew where nothing changed.
const DATED_EVERY: Duration = Duration::from_secs(900);
const REVOCATIONS_READ: u64 = REVOCATIONS_MAX as u64 + 1;

/// A certificate with what its merchant contests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The certificate.
    pub certificate: Certificate,
    /// Whether the merchant objects to an entry behind its grade now.
    pub under_objection: bool,
}

/// The certificate of this number.
///
/// # Errors
/// [`Error::Unknown`], or when the database refuses.
pub async fn certificate(db: &Db, number: CertificateNumber) -> Result<Seen, Error> {
    let found = certificates::find(db.read(), number).await?.ok_or(Error::Unknown("certificate"))?;
    seen(db, found).await
}

/// The certificate of a merchant that is to be relied on now.
///
/// # Errors
/// [`Error::Unknown`] when there is none, or when the database refuses.
pub async fn certificate_of(
    db: &Db,
    city: City,
    merchant: MerchantId,
    now: Timestamp,
) -> Result<Seen, Error> {
    let held = certificates::holding(db.read(), city, merchant).await?.and_then(|held| held.last);
    let valid = held.filter(|last| last.verdict(now) == Verdict::Valid);
    seen(db, valid.ok_or(Error::Unknown("valid certificate"))?).await
}

/// All certificates of a merchant, the newest first, before this one.
///
/// # Errors
/// When the database refuses.
pub async fn certificates_before(
    db: &Db,
    merchant: (City, MerchantId),
    before: Option<(u16, u32)>,
    limit: u64,
) -> Result<Vec<Certificate>, Error> {
    Ok(certificates::page(db.read(), merchant, before, limit).await?)
}

/// The list of revocations of a city, signed, with what it says.
///
/// # Errors
/// [`CertificateRefusal`] when no key signs or the list is too long, or when the database refuses.
pub async fn revocations(
    db: &Db,
    desk: &CertificatesDesk,
    city: City,
    now: Timestamp,
) -> Result<(Revocations, Vec<u8>), Error> {
    let key = desk.ring.signer().ok_or(CertificateRefusal::NoKey)?;
    // First, so that a change which comes meanwhile can only make the list newer than it says.
    let changed = certificates::changed_at(db.read(), city).await?;
    let revoked = certificates::revoked(db.read(), city, now, REVOCATIONS_READ).await?;
    let contested = certificates::contested(db.read(), city, REVOCATIONS_READ).await?;
    let every = i64::try_from(DATED_EVERY.as_micros()).unwrap_or(i64::MAX);
    let dated = Timestamp::from_micros(now.as_micros().div_euclid(every).saturating_mul(every));
    let issued_at = changed.map_or(dated, |changed| changed.max(dated).min(now));
    let list = Revocations {
        city,
        issuer: desk.issuer.zh.clone(),
        issued_at,
        next_update: issued_at.after(desk.good_for),
        revoked: revoked.into_iter().collect(),
        contested: contested.into_iter().collect(),
    };
    let signed = list.seal(key).map_err(|_| CertificateRefusal::NotSigned)?;
    Ok((list, signed))
}

/// Checks the text of a certificate's code with all that the register knows.
///
/// # Errors
/// When the database refuses.
pub async fn verify(
    db: &Db,
    desk: &CertificatesDesk,
    text: &str,
    now: Timestamp,
) -> Result<(Checked, Option<Certificate>), Error> {
    let refused = |verdict| (Checked { verdict, says: None, contested: false }, None);
    let says = match read(text, desk.ring.trusted()) {
        Ok((says, _)) => says,
        Err(error) => return Ok(refused(error.into())),
    };
    // Signed by a key of ours, and not by us: the register has the last word.
    let found = certificates::find(db.read(), says.number).await?;
    let Some(found) = found.filter(|found| found.code == text) else { return Ok(refused(Verdict::Forged)) };
    let Seen { certificate, under_objection } = seen(db, found).await?;
    let checked = Checked { verdict: certificate.verdict(now), says: Some(says), contested: under_objection };
    Ok((checked, Some(certificate)))
}

async fn seen(db: &Db, certificate: Certificate) -> Result<Seen, Error> {
    let says = &certificate.says;
    let merchant = merchants::find(db.read(), says.city(), says.merchant).await?;
    Ok(Seen { under_objection: merchant.is_some_and(|merchant| merchant.under_objection), certificate })
}

//! Certificates of merchants' grades (信用等级证书).
//!
//! A certificate is issued when a merchant is admitted, to one that was taken over when its file is whole, and to one of
//! a sample city when it or an officer asks. From then on the merchant goes on holding one: [`settle`] runs in the transaction of every change of a
//! merchant and revokes what became untrue, and the turn issues the next one where the standing allows it, when the
//! last one was revoked or ran out. Whoever touches a certificate holds its merchant.

mod config;
mod desk;
mod follow_up;
mod issue;
mod queries;

use chassis::store::Tx;
use contracts::credit::{CertificateIssued, CertificateRevoked};
use credit_domain::Merchant;
use credit_domain::certificate::{Certificate, Holding, State};
use kernel::{City, MerchantId, Step};

use crate::error::Error;
use crate::store::certificates;
use crate::wire;

pub use config::CertificatesConfig;
pub use desk::{CertificatesDesk, Issuer};
pub use follow_up::follow_up;
pub use issue::IssueCertificate;
pub use queries::{Seen, certificate, certificate_of, certificates_before, revocations, verify};

/// Brings the merchant's certificate in line with how the merchant is now.
pub(super) async fn settle(tx: &mut Tx, merchant: &Merchant) -> Result<(), Error> {
    let (city, id) = (merchant.profile.city, merchant.profile.id);
    let Some(before) = certificates::holding(tx.conn(), city, id).await? else { return Ok(()) };
    match before.settle(merchant, tx.now()) {
        Step::Done(settled) => keep_settled(tx, (city, id), &before, &settled).await,
        Step::AlreadyDone(()) => Ok(()),
    }
}

/// A merchant that came in gets its first certificate at the turn's next look, if it never awaited one.
pub(super) async fn await_first(tx: &Tx, merchant: &Merchant) -> Result<(), Error> {
    let place = (merchant.profile.city, merchant.profile.id);
    if certificates::holding(tx.conn(), place.0, place.1).await?.is_some() {
        return Ok(());
    }
    Ok(certificates::save_holding(tx.conn(), place, &Holding::awaited(tx.now())).await?)
}

async fn keep_settled(
    tx: &mut Tx,
    place: (City, MerchantId),
    before: &Holding,
    settled: &Holding,
) -> Result<(), Error> {
    if let Some(last) = settled.last.as_ref().filter(|_| settled.last != before.last) {
        revoke(tx, last).await?;
    }
    Ok(certificates::save_holding(tx.conn(), place, settled).await?)
}

async fn keep_issued(
    tx: &mut Tx,
    place: (City, MerchantId),
    before: &Holding,
    issued: &Holding,
) -> Result<(), Error> {
    if let Some(replaced) = before.replaced(tx.now()) {
        revoke(tx, &replaced).await?;
    }
    if let Some(last) = &issued.last {
        certificates::insert(tx.conn(), last).await?;
        let says = &last.says;
        tx.emit(&CertificateIssued {
            number: says.number.to_string(),
            merchant: says.merchant,
            city: says.city(),
            grade: says.grade,
            standing_version: says.standing_version,
            valid_from: says.valid_from,
            valid_until: says.valid_until,
        })?;
    }
    Ok(certificates::save_holding(tx.conn(), place, issued).await?)
}

async fn revoke(tx: &mut Tx, revoked: &Certificate) -> Result<(), Error> {
    let State::Revoked { at, why } = revoked.state else { return Ok(()) };
    certificates::save_state(tx.conn(), revoked).await?;
    tx.emit(&CertificateRevoked {
        number: revoked.says.number.to_string(),
        merchant: revoked.says.merchant,
        city: revoked.says.city(),
        reason: wire::revocation_reason(why),
        revoked_at: at,
    })?;
    Ok(())
}

use chassis::store::{Command, Tx};
use credit_domain::Merchant;
use credit_domain::certificate::{Certificate, CertificateNumber, CertificateRefusal, Holding, Issuing};
use kernel::{Actor, City, MerchantId, Step};

use super::{CertificatesDesk, keep_issued};
use crate::error::Error;
use crate::store::{certificates, dossiers, merchants};
use crate::usecases::Told;

/// Issues a merchant's certificate. One that says the same already stands; one that says less is replaced.
#[derive(Debug)]
pub struct IssueCertificate<'a> {
    /// What is needed for it.
    pub desk: &'a CertificatesDesk,
    /// The city.
    pub city: City,
    /// The merchant.
    pub merchant: MerchantId,
    /// Who asks.
    pub by: Actor,
}

impl Command for IssueCertificate<'_> {
    type Out = Told<Certificate>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Certificate>, Error> {
        let place = (self.city, self.merchant);
        let found = merchants::lock(tx.conn(), self.city, self.merchant).await?;
        let merchant = found.ok_or(Error::UnknownMerchant { city: self.city, merchant: self.merchant })?;
        let held = certificates::holding(tx.conn(), self.city, self.merchant).await?;
        let before = held.unwrap_or_else(|| Holding::awaited(tx.now()));
        let (held, already) = match decide(tx, self.desk, &before, &merchant, self.by).await? {
            Step::Done(issued) => {
                keep_issued(tx, place, &before, &issued).await?;
                (issued, false)
            }
            Step::AlreadyDone(()) => (before, true),
        };
        let now = held.last.ok_or(Error::Unknown("certificate"))?;
        Ok(Told { now, already })
    }
}

/// The next certificate of a merchant, by the next number of the city. Two who take the same number are parted by its
/// uniqueness: the slower tries again.
pub(super) async fn decide(
    tx: &Tx,
    desk: &CertificatesDesk,
    before: &Holding,
    merchant: &Merchant,
    by: Actor,
) -> Result<Step<Holding, ()>, Error> {
    let key = desk.ring.signer().ok_or(CertificateRefusal::NoKey)?;
    let (city, now) = (merchant.profile.city, tx.now());
    let file = dossiers::find(tx.conn(), city, merchant.profile.id).await?;
    if file.is_some_and(|file| !file.is_whole()) {
        return Err(CertificateRefusal::FileOwed.into());
    }
    let year = u16::try_from(now.in_city().day.year()).unwrap_or(0);
    let serial = certificates::last_serial(tx.conn(), city, year).await?.saturating_add(1);
    let number = CertificateNumber::try_new(city, year, serial).map_err(|_| CertificateRefusal::NoNumber)?;
    let with = Issuing { number, issuer: &desk.issuer.zh, terms: &desk.terms, key, by, now };
    Ok(before.issue(merchant, with)?)
}

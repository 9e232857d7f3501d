//! What merchants are told: written by whoever takes the step, in the step's own transaction.

use chassis::store::{Command, Db, Total, Tx};
use credit_domain::news::{MerchantNotice, News};
use kernel::{Actor, City, MerchantId, NoticeId};

use super::Told;
use crate::error::Error;
use crate::store::merchant_notices::{self, NoticeList};

/// Tells a merchant.
pub(super) async fn tell(tx: &Tx, city: City, merchant: MerchantId, news: Vec<News>) -> Result<(), Error> {
    tell_all(tx, city, news.into_iter().map(|one| (merchant, one)).collect()).await
}

/// Tells merchants of a city.
pub(super) async fn tell_all(tx: &Tx, city: City, news: Vec<(MerchantId, News)>) -> Result<(), Error> {
    let notice = |(merchant, news)| MerchantNotice {
        id: tx.next_id(),
        city,
        merchant,
        news,
        told_at: tx.now(),
        acknowledged_at: None,
    };
    let notices: Vec<MerchantNotice> = news.into_iter().map(notice).collect();
    Ok(merchant_notices::insert(tx.conn(), &notices).await?)
}

/// What a merchant was told, the newest first, before this notice, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn notices_before(
    db: &Db,
    list: NoticeList,
    before: Option<NoticeId>,
    limit: u64,
) -> Result<Vec<MerchantNotice>, Error> {
    Ok(merchant_notices::page(db.read(), list, before, limit).await?)
}

/// How many of them there are on all pages.
///
/// # Errors
/// When the database refuses.
pub async fn notices_total(db: &Db, list: NoticeList) -> Result<Total, Error> {
    Ok(merchant_notices::total(db.read(), list).await?)
}

/// A merchant acknowledges what it was told (签收). The first time stands.
#[derive(Debug, Clone, Copy)]
pub struct AcknowledgeNotice {
    /// The city.
    pub city: City,
    /// The merchant.
    pub merchant: MerchantId,
    /// The notice.
    pub id: NoticeId,
    /// Its account.
    pub by: Actor,
}

impl Command for AcknowledgeNotice {
    type Out = Told<MerchantNotice>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<MerchantNotice>, Error> {
        let Self { city, merchant, id, by } = *self;
        let unknown = || Error::Unknown("notice");
        let found = merchant_notices::find(tx.conn(), city, merchant, id).await?.ok_or_else(unknown)?;
        if found.acknowledged_at.is_some() {
            return Ok(Told { now: found, already: true });
        }
        merchant_notices::acknowledge(tx.conn(), city, id, by, tx.now()).await?;
        let now = merchant_notices::find(tx.conn(), city, merchant, id).await?.ok_or_else(unknown)?;
        Ok(Told { now, already: false })
    }
}

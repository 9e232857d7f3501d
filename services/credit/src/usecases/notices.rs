//! What merchants are told: written by whoever takes the step, in the step's own transaction.

use std::collections::HashSet;

use chassis::store::{Command, Db, Total, Tx};
use credit_domain::news::{MerchantNotice, News};
use credit_domain::objection::Subject;
use kernel::{Actor, City, MerchantId, NoticeId, Timestamp};

use super::Told;
use crate::error::Error;
use crate::store::merchant_notices::{self, NoticeList};
use crate::store::{objections, proceedings};

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

/// Those among these notices that their merchants may still answer: no reply, appeal or objection came, and the time for
/// it is not over. What is over is not looked up, so that of a long list only a few are.
///
/// # Errors
/// When the database refuses.
pub async fn awaiting_answer(
    db: &Db,
    among: &[MerchantNotice],
    now: Timestamp,
) -> Result<HashSet<NoticeId>, Error> {
    let mut awaiting = HashSet::new();
    for notice in among.iter().filter(|notice| notice.news.act_by.is_some_and(|by| now < by)) {
        if awaits_answer(db, notice, now).await? {
            awaiting.insert(notice.id);
        }
    }
    Ok(awaiting)
}

async fn awaits_answer(db: &Db, notice: &MerchantNotice, now: Timestamp) -> Result<bool, Error> {
    let MerchantNotice { city, merchant, news, .. } = notice;
    if let Some(id) = news.proceeding() {
        let file = proceedings::find(db.read(), *city, id).await?;
        return Ok(file.is_some_and(|file| file.awaits_answer(news.kind, now)));
    }
    let Some(run) = news.evaluation() else { return Ok(false) };
    Ok(objections::to_subject(db.read(), *city, *merchant, Subject::Evaluation(run)).await?.is_none())
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

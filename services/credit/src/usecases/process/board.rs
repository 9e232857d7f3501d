use std::sync::Arc;

use chassis::store::idempotency::{self, Key, Seen};
use chassis::store::{Command, Tx};
use contracts::reference::Reference;
use credit_domain::admission::AdmissionPolicy;
use credit_domain::publicity::{BoardNotice, NoticeKind};
use credit_domain::{Denied, Merchant, Unfit};
use kernel::{Actor, CategoryCode, City, District, NoticeId, Step, Timestamp};

use super::Told;
use crate::error::Error;
use crate::store::notices;

/// Writes a notice for the publicity board (公示): a standard, an announcement. One person writes it, and so it is about
/// no merchant: what concerns one follows from what two persons decided, a reward from a granted honour.
#[derive(Debug, Clone)]
pub struct WriteNotice {
    /// What the catalogue has.
    pub policy: Arc<AdmissionPolicy>,
    /// The districts of the cities.
    pub reference: Arc<Reference>,
    /// The city.
    pub city: City,
    /// What it is about.
    pub kind: NoticeKind,
    /// The category that it concerns.
    pub category: Option<CategoryCode>,
    /// The district that it concerns.
    pub district: Option<District>,
    /// In a line; names no person.
    pub title: String,
    /// In full; names no person.
    pub text: String,
    /// From when it stands; at once when absent.
    pub publish_at: Option<Timestamp>,
    /// Until when it stands; for good when absent.
    pub remove_at: Option<Timestamp>,
    /// Who writes it.
    pub by: Actor,
    /// The client's name for this intent.
    pub key: Key,
}

impl Command for WriteNotice {
    type Out = Told<BoardNotice>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<BoardNotice>, Error> {
        match idempotency::look_up::<NoticeId>(tx.conn(), &self.key).await? {
            Seen::Fresh => {}
            Seen::OtherPayload => return Err(Error::KeyReused),
            Seen::Before(id) => {
                let found = notices::lock(tx.conn(), self.city, id).await?;
                return Ok(Told { now: found.ok_or(Error::Unknown("notice"))?, already: true });
            }
        }
        let notice = BoardNotice {
            id: tx.next_id(),
            city: self.city,
            kind: self.kind,
            source: None,
            merchant: None,
            category: self.category.clone(),
            district: self.district,
            title: self.title.clone(),
            text: self.text.clone(),
            text_en: None,
            measure: None,
            class: None,
            grade: None,
            publish_at: self.publish_at.unwrap_or_else(|| tx.now()),
            remove_at: self.remove_at,
            withdrawn_at: None,
            contested: false,
        };
        let notice = notice.try_written(tx.now())?;
        self.check()?;
        notices::insert(tx.conn(), &notice, Some(self.by), tx.now()).await?;
        idempotency::store(tx.conn(), &self.key, &notice.id, tx.now()).await?;
        Ok(Told { now: notice, already: false })
    }
}

impl WriteNotice {
    /// Goes on only if there is what it is said to concern.
    fn check(&self) -> Result<(), Denied> {
        if let Some(category) = &self.category {
            self.policy.has(category)?;
        }
        let places = self.reference.city(self.city);
        let there = |district| places.is_some_and(|places| places.district(district).is_some());
        if self.district.is_none_or(there) {
            return Ok(());
        }
        let (zh, en) = ("本市没有此区（县、市）", "the city has no such district");
        let unfit = Unfit { pointer: "#/district".to_owned(), zh: zh.to_owned(), en: en.to_owned() };
        Err(Denied::Invalid(vec![unfit]))
    }
}

/// Takes a written notice down before its time.
#[derive(Debug, Clone, Copy)]
pub struct WithdrawNotice {
    /// The city.
    pub city: City,
    /// The notice.
    pub id: NoticeId,
}

impl Command for WithdrawNotice {
    type Out = Told<BoardNotice>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<BoardNotice>, Error> {
        let found = notices::lock(tx.conn(), self.city, self.id).await?;
        let notice = found.ok_or(Error::Unknown("notice"))?;
        match notice.withdraw(tx.now())? {
            Step::AlreadyDone(()) => Ok(Told { now: notice, already: true }),
            Step::Done(withdrawn) => {
                notices::save(tx.conn(), &withdrawn, tx.now()).await?;
                Ok(Told { now: withdrawn, already: false })
            }
        }
    }
}

/// Lets the board's notices of a merchant's yearly grade follow its status: whoever is not with us any more has none.
pub(in crate::usecases) async fn show_grades(tx: &Tx, merchant: &Merchant) -> Result<(), Error> {
    let whose = (merchant.profile.city, merchant.profile.id);
    for shown in notices::lock_about(tx.conn(), whose, NoticeKind::Grade, tx.now()).await? {
        if let Some(follows) = shown.following(merchant.status, tx.now()) {
            notices::save(tx.conn(), &follows, tx.now()).await?;
        }
    }
    Ok(())
}

use std::sync::Arc;

use chassis::store::idempotency::{self, Key, Seen};
use chassis::store::{Command, Tx};
use credit_domain::activities::{
    Honour, HonourDraft, HonourLevel, HonourState, give_for_honour, may_be_honoured,
};
use credit_domain::publicity::{BoardNotice, NoticeKind};
use credit_domain::{Cause, Denied, Merchant};
use kernel::{ActorId, City, HonourId, Step, Version};

use super::super::notices::tell;
use super::super::{Told, carry_out, recording, unmoved};
use super::{affiliated, held, opened_at, take_back_given};
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::{honours, ledger, notices};

/// An officer proposes an honour that somebody granted a merchant.
#[derive(Debug, Clone)]
pub struct ProposeHonour {
    /// By what it counts.
    pub rules: Arc<RuleBook>,
    /// The city.
    pub city: City,
    /// What it is.
    pub says: HonourDraft,
    /// Who proposes it.
    pub by: ActorId,
    /// The client's name for this intent.
    pub key: Key,
}

impl Command for ProposeHonour {
    type Out = Told<Honour>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Honour>, Error> {
        match idempotency::look_up::<HonourId>(tx.conn(), &self.key).await? {
            Seen::Fresh => {}
            Seen::OtherPayload => return Err(Error::KeyReused),
            Seen::Before(id) => {
                let found = honours::find(tx.conn(), self.city, id).await?;
                return Ok(Told { now: found.ok_or(Error::Unknown("honour"))?, already: true });
            }
        }
        affiliated(&held(tx, self.city, self.says.merchant).await?)?;
        if honours::same(tx.conn(), self.city, &self.says).await?.is_some() {
            return Err(Denied::Exists("the same honour of that day").into());
        }
        let (id, now) = (tx.next_id(), tx.now());
        let opened_at = opened_at(tx, self.city, self.says.merchant).await?;
        let rules = &self.rules.in_force(tx.conn(), now).await?.activities;
        let proposed = Honour::propose((id, self.city), self.says.clone(), self.by, rules, opened_at, now)?;
        honours::insert(tx.conn(), &proposed).await?;
        idempotency::store(tx.conn(), &self.key, &proposed.id, now).await?;
        Ok(Told { now: proposed, already: false })
    }
}

/// An officer doubts a granted honour.
#[derive(Debug, Clone)]
pub struct QuestionHonour {
    /// The city.
    pub city: City,
    /// The honour.
    pub id: HonourId,
    /// Why; names nobody.
    pub reason: String,
    /// Who.
    pub by: ActorId,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for QuestionHonour {
    type Out = Told<Honour>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Honour>, Error> {
        let found = honours::lock(tx.conn(), self.city, self.id).await?;
        let before = found.ok_or(Error::Unknown("honour"))?;
        match before.question(self.reason.clone(), self.by, tx.now())? {
            Step::AlreadyDone(()) => Ok(Told { now: before, already: true }),
            Step::Done(after) => {
                unmoved(self.expected, before.version)?;
                honours::save(tx.conn(), &after).await?;
                tell(tx, after.city, after.says.merchant, after.news_since(&before).into_iter().collect())
                    .await?;
                Ok(Told { now: after, already: false })
            }
        }
    }
}

/// Another person decides: granted, it stands on the board, and counts unless it is from before the merchant was
/// affiliated; revoked, neither.
#[derive(Debug, Clone)]
pub struct DecideHonour {
    /// By what it counts.
    pub rules: Arc<RuleBook>,
    /// The city.
    pub city: City,
    /// The honour.
    pub id: HonourId,
    /// Whether with the proposal, or with the doubt.
    pub agrees: bool,
    /// Why; names nobody.
    pub reason: String,
    /// Who.
    pub by: ActorId,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for DecideHonour {
    type Out = Told<Honour>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Honour>, Error> {
        let unknown = || Error::Unknown("honour");
        let found = honours::find(tx.conn(), self.city, self.id).await?.ok_or_else(unknown)?;
        let merchant = held(tx, self.city, found.says.merchant).await?;
        let before = honours::lock(tx.conn(), self.city, self.id).await?.ok_or_else(unknown)?;
        let after = match before.decide(self.agrees, self.reason.clone(), self.by, tx.now())? {
            Step::AlreadyDone(()) => return Ok(Told { now: before, already: true }),
            Step::Done(after) => after,
        };
        unmoved(self.expected, before.version)?;
        match (before.state, after.state) {
            (HonourState::Proposed, HonourState::Granted) => self.grant(tx, &merchant, &after).await?,
            (_, HonourState::Revoked) => self.revoke(tx, &after).await?,
            _ => {}
        }
        honours::save(tx.conn(), &after).await?;
        tell(tx, after.city, after.says.merchant, after.news_since(&before).into_iter().collect()).await?;
        Ok(Told { now: after, already: false })
    }
}

impl DecideHonour {
    async fn grant(&self, tx: &mut Tx, merchant: &Merchant, honour: &Honour) -> Result<(), Error> {
        may_be_honoured(merchant)?;
        affiliated(merchant)?;
        let cause = Cause::Honour(honour.id);
        let earlier = ledger::by_cause(tx.conn(), self.city, merchant.profile.id, cause).await?;
        let at = recording(&self.rules, tx).await?;
        let kind = at.rules.activities.honours.get(&honour.says.kind);
        let title = kind.map_or_else(|| honour.says.kind.clone(), |rule| rule.title.clone());
        let step = give_for_honour(merchant, earlier.as_ref(), honour, at)?;
        let notice = notice(tx, merchant, honour, &title);
        notices::insert(tx.conn(), &notice, None, tx.now()).await?;
        match step {
            Step::Done(Some(change)) => carry_out(tx, merchant.version, Step::Done(change)).await.map(drop),
            Step::Done(None) | Step::AlreadyDone(_) => Ok(()),
        }
    }

    async fn revoke(&self, tx: &mut Tx, honour: &Honour) -> Result<(), Error> {
        take_back_given(tx, &self.rules, (self.city, honour.says.merchant), Cause::Honour(honour.id)).await?;
        Ok(notices::withdraw_source(tx.conn(), self.city, &source(honour.id), tx.now()).await?)
    }
}

fn source(honour: HonourId) -> String {
    format!("honour:{honour}")
}

/// What the board shows of it, until its end.
fn notice(tx: &Tx, merchant: &Merchant, honour: &Honour, title: &str) -> BoardNotice {
    let level = match honour.says.level {
        HonourLevel::City => "市级",
        HonourLevel::Province => "省级",
        HonourLevel::Nation => "国家级",
    };
    let (name, grantor) = (&merchant.profile.name, &honour.says.grantor);
    BoardNotice {
        id: tx.next_id(),
        city: honour.city,
        kind: NoticeKind::Reward,
        source: Some(source(honour.id)),
        merchant: Some((merchant.profile.id, name.clone())),
        category: None,
        district: Some(merchant.profile.home.district()),
        title: format!("{level}荣誉：{title}"),
        text: format!("{name}获{grantor}授予“{title}”（{level}）。"),
        text_en: None,
        measure: None,
        class: None,
        grade: None,
        publish_at: tx.now(),
        remove_at: Some(honour.says.valid_until),
        withdrawn_at: None,
        contested: false,
    }
}

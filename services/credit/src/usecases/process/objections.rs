use chassis::store::{Command, Tx};
use credit_domain::news::{About, News, NewsKind};
use credit_domain::objection::{self, Objection, objectionable};
use credit_domain::process::Verdict;
use credit_domain::publicity::finding_source;
use credit_domain::{Cause, Entry, Merchant};
use kernel::{Actor, City, EntryId, MerchantId, ObjectionId, PersonalText, Step, Version};

use super::super::notices::tell;
use super::super::{carry_out, recording};
use super::settle::{Moved, held, settle};
use super::{Procedure, Told, contested, unmoved};
use crate::error::Error;
use crate::store::{ledger, notices, objections, proceedings, steps};

/// A merchant objects to an entry of its ledger (异议). One objection to an entry: again is answered with the first.
#[derive(Debug, Clone)]
pub struct FileObjection {
    /// By what it runs.
    pub procedure: Procedure,
    /// The city.
    pub city: City,
    /// Whose ledger.
    pub merchant: MerchantId,
    /// Which entry.
    pub entry: EntryId,
    /// Why.
    pub grounds: PersonalText,
    /// Who.
    pub by: Actor,
}

impl Command for FileObjection {
    type Out = Told<Objection>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Objection>, Error> {
        let merchant = held(tx, self.city, self.merchant).await?;
        if let Some(first) = objections::to_entry(tx.conn(), self.city, self.entry).await? {
            return Ok(Told { now: first, already: true });
        }
        let entry = entry(tx, &merchant, self.entry).await?;
        objectionable(&merchant, &entry, recording(&self.procedure.rules, tx).await?)?;
        let (id, at) = (tx.next_id(), self.procedure.moment(tx).await?);
        let filed = Objection::file(id, &merchant, &entry, self.grounds.clone(), self.by, at)?;
        objections::insert(tx.conn(), &filed).await?;
        steps::note(tx, filed.city, filed.id, filed.version, "file", self.by).await?;
        show(tx, &merchant, filed.id).await?;
        Ok(Told { now: filed, already: false })
    }
}

/// An officer looked into it and proposes how to decide (核查).
#[derive(Debug, Clone)]
pub struct ExamineObjection {
    /// The city.
    pub city: City,
    /// The objection.
    pub id: ObjectionId,
    /// Whether to uphold it.
    pub upholds: bool,
    /// Why; names nobody.
    pub reason: String,
    /// Who.
    pub by: Actor,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for ExamineObjection {
    type Out = Told<Objection>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Objection>, Error> {
        let (_, before) = load(tx, self.city, self.id).await?;
        match before.examine(self.upholds, self.reason.clone(), self.by, tx.now())? {
            Step::AlreadyDone(()) => Ok(Told { now: before, already: true }),
            Step::Done(after) => {
                unmoved(Some(self.expected), before.version)?;
                objections::save(tx.conn(), &after).await?;
                steps::note(tx, after.city, after.id, after.version, "examine", self.by).await?;
                Ok(Told { now: after, already: false })
            }
        }
    }
}

/// Another person decides on it. Upheld, the entry is reversed, and a proceeding about the same breach falls.
#[derive(Debug, Clone)]
pub struct DecideObjection {
    /// By what it runs.
    pub procedure: Procedure,
    /// The city.
    pub city: City,
    /// The objection.
    pub id: ObjectionId,
    /// Whether it is upheld.
    pub upheld: bool,
    /// Why; names nobody.
    pub reason: String,
    /// Who.
    pub by: Actor,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for DecideObjection {
    type Out = Told<Objection>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Objection>, Error> {
        let (merchant, before) = load(tx, self.city, self.id).await?;
        let after = match before.decide(self.upheld, self.reason.clone(), self.by, tx.now())? {
            Step::AlreadyDone(()) => return Ok(Told { now: before, already: true }),
            Step::Done(after) => after,
        };
        unmoved(Some(self.expected), before.version)?;
        objections::save(tx.conn(), &after).await?;
        steps::note(tx, after.city, after.id, after.version, "decide", self.by).await?;
        let news = News {
            granted: Some(self.upheld),
            reason: Some(self.reason.clone()),
            ..News::of(NewsKind::ObjectionDecided, &About::Objection(after.id))
        };
        tell(tx, after.city, after.merchant, vec![news]).await?;
        match after.decision.clone().filter(|decision| decision.granted) {
            Some(verdict) => self.reverse(tx, &merchant, &after, verdict).await?,
            None => show(tx, &merchant, after.id).await?,
        }
        Ok(Told { now: after, already: false })
    }
}

impl DecideObjection {
    async fn reverse(
        &self,
        tx: &mut Tx,
        merchant: &Merchant,
        upheld: &Objection,
        verdict: Verdict,
    ) -> Result<(), Error> {
        let (city, id) = (upheld.city, upheld.merchant);
        let entry = entry(tx, merchant, upheld.entry).await?;
        let earlier = ledger::by_cause(tx.conn(), city, id, Cause::Reversal(upheld.entry)).await?;
        let contested = contested(tx, city, id).await?;
        let at = recording(&self.procedure.rules, tx).await?;
        let step = objection::uphold(merchant, earlier.as_ref(), &entry, contested, at)?;
        carry_out(tx, merchant.version, step).await.map(drop)?;
        let Cause::Breach(case) = entry.posting.cause else { return Ok(()) };
        notices::withdraw_source(tx.conn(), city, &finding_source(case), tx.now()).await?;
        let Some(about) = proceedings::about_case(tx.conn(), city, case).await? else { return Ok(()) };
        let about = proceedings::lock(tx.conn(), city, about.id).await?.unwrap_or(about);
        if let Some(fallen) = about.fall_with_its_fact(verdict) {
            let moved = Moved { before: &about, after: &fallen, step: "fall", by: self.by };
            Box::pin(settle(tx, &self.procedure, moved)).await?;
        }
        Ok(())
    }
}

/// Shows in the standing whether anything about the merchant is contested.
async fn show(tx: &mut Tx, merchant: &Merchant, id: ObjectionId) -> Result<(), Error> {
    let contested = contested(tx, merchant.profile.city, merchant.profile.id).await?;
    if let Some(change) = objection::contest(merchant, id, contested, tx.now()) {
        carry_out(tx, merchant.version, Step::Done(change)).await.map(drop)?;
    }
    Ok(())
}

/// An objection and its merchant, both held.
async fn load(tx: &Tx, city: City, id: ObjectionId) -> Result<(Merchant, Objection), Error> {
    let unknown = || Error::Unknown("objection");
    let found = objections::find(tx.conn(), city, id).await?.ok_or_else(unknown)?;
    let merchant = held(tx, city, found.merchant).await?;
    let objection = objections::lock(tx.conn(), city, id).await?.ok_or_else(unknown)?;
    Ok((merchant, objection))
}

async fn entry(tx: &Tx, merchant: &Merchant, id: EntryId) -> Result<Entry, Error> {
    let found = ledger::by_id(tx.conn(), merchant.profile.city, merchant.profile.id, id).await?;
    found.ok_or(Error::Unknown("entry in this ledger"))
}

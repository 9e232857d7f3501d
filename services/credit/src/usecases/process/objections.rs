use chassis::store::{Command, Tx};
use credit_domain::news::{About, News, NewsKind};
use credit_domain::objection::{self, Objection, Subject, Word};
use credit_domain::process::ProcessRefusal;
use credit_domain::publicity::finding_source;
use credit_domain::{Cause, Merchant};
use kernel::{Actor, City, MerchantId, ObjectionId, PersonalText, Step, Version};

use super::super::carry_out;
use super::super::notices::tell;
use super::remedies::{entry, feasible, involved, remedy, volunteer_desk};
use super::settle::held;
use super::{Procedure, Told, contested, unmoved};
use crate::error::Error;
use crate::store::{evaluation_results, evaluations, notices, objections, proceedings, steps};

/// A merchant objects to an entry of its ledger, or to what a run found for it (异议). One objection to each: again is
/// answered with the first.
#[derive(Debug, Clone)]
pub struct FileObjection {
    /// By what it runs.
    pub procedure: Procedure,
    /// The city.
    pub city: City,
    /// Whose ledger.
    pub merchant: MerchantId,
    /// To what.
    pub subject: Subject,
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
        let first = objections::to_subject(tx.conn(), self.city, self.merchant, self.subject).await?;
        if let Some(first) = first {
            // Other words would be lost: what was filed first stands, and whoever files is told.
            return if first.grounds.text == self.grounds {
                Ok(Told { now: first, already: true })
            } else {
                Err(ProcessRefusal::SaidOtherwise.into())
            };
        }
        let filed = self.filed(tx, &merchant).await?;
        objections::insert(tx.conn(), &filed).await?;
        steps::note(tx, filed.city, filed.id, filed.version, "file", self.by).await?;
        show(tx, &filed).await?;
        Ok(Told { now: filed, already: false })
    }
}

impl FileObjection {
    async fn filed(&self, tx: &Tx, merchant: &Merchant) -> Result<Objection, Error> {
        let (id, at) = (tx.next_id(), self.procedure.moment(tx).await?);
        match self.subject {
            Subject::Entry(of) => {
                let entry = entry(tx, merchant, of).await?;
                if let Some(file) = proceedings::that_imposed(tx.conn(), self.city, &entry).await? {
                    file.past_appeal(tx.now())?;
                }
                Ok(Objection::file(id, merchant, &entry, self.grounds.clone(), self.by, at)?)
            }
            Subject::Evaluation(of) => {
                let unknown = || Error::Unknown("evaluation");
                let run = evaluations::find(tx.conn(), of).await?.ok_or_else(unknown)?;
                let found = evaluation_results::of(tx.conn(), of, &[self.merchant]).await?;
                if run.order.city != self.city || !run.is_public() || found.is_empty() {
                    return Err(unknown());
                }
                Ok(Objection::file_to_result(id, merchant, &run, self.grounds.clone(), self.by, at)?)
            }
        }
    }
}

/// An officer looked into it and proposes how to decide (核查), and what is to come of it.
#[derive(Debug, Clone)]
pub struct ExamineObjection {
    /// By what it runs.
    pub procedure: Procedure,
    /// The city.
    pub city: City,
    /// The objection.
    pub id: ObjectionId,
    /// What they propose.
    pub word: Word,
    /// Who.
    pub by: Actor,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for ExamineObjection {
    type Out = Told<Objection>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Objection>, Error> {
        let (merchant, before) = load(tx, self.city, self.id).await?;
        let involved = involved(tx.conn(), &before).await?;
        match before.examine(self.word.clone(), self.by, &involved, tx.now())? {
            Step::AlreadyDone(()) => Ok(Told { now: before, already: true }),
            Step::Done(after) => {
                unmoved(Some(self.expected), before.version)?;
                feasible(tx, &self.procedure, &merchant, &after).await?;
                objections::save(tx.conn(), &after).await?;
                steps::note(tx, after.city, after.id, after.version, "examine", self.by).await?;
                Ok(Told { now: after, already: false })
            }
        }
    }
}

/// Another person decides on it. Upheld, what was proposed is carried out at once.
#[derive(Debug, Clone)]
pub struct DecideObjection {
    /// By what it runs.
    pub procedure: Procedure,
    /// The city.
    pub city: City,
    /// The objection.
    pub id: ObjectionId,
    /// What they decide.
    pub word: Word,
    /// Who.
    pub by: Actor,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for DecideObjection {
    type Out = Told<Objection>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Objection>, Error> {
        volunteer_desk(tx, self.city, self.id).await?;
        let (merchant, before) = load(tx, self.city, self.id).await?;
        let involved = involved(tx.conn(), &before).await?;
        let after = match before.decide(self.word.clone(), self.by, &involved, tx.now())? {
            Step::AlreadyDone(()) => return Ok(Told { now: before, already: true }),
            Step::Done(after) => after,
        };
        unmoved(Some(self.expected), before.version)?;
        objections::save(tx.conn(), &after).await?;
        steps::note(tx, after.city, after.id, after.version, "decide", self.by).await?;
        let news = News {
            granted: Some(self.word.upheld),
            reason: Some(self.word.reason.clone()),
            ..News::of(NewsKind::ObjectionDecided, &About::Objection(after.id))
        };
        tell(tx, after.city, after.merchant, vec![news]).await?;
        if let Some(verdict) = after.decision.clone().filter(|decision| decision.granted) {
            feasible(tx, &self.procedure, &merchant, &after).await?;
            remedy(tx, &self.procedure, &merchant, &after, verdict).await?;
        }
        show(tx, &after).await?;
        Ok(Told { now: after, already: false })
    }
}

/// Shows in the standing and on the board whether anything about the merchant is contested.
async fn show(tx: &mut Tx, objection: &Objection) -> Result<(), Error> {
    let (city, id) = (objection.city, objection.merchant);
    let contested = contested(tx, city, id).await?;
    let merchant = held(tx, city, id).await?;
    if let Some(change) = objection::contest(&merchant, objection.id, contested, tx.now()) {
        carry_out(tx, merchant.version, Step::Done(change)).await.map(drop)?;
    }
    if let Subject::Entry(id) = objection.subject
        && let Cause::Breach(case) = entry(tx, &merchant, id).await?.posting.cause
        && let Some(shown) = notices::lock_source(tx.conn(), city, &finding_source(case)).await?
    {
        notices::contest(tx.conn(), shown, objection.decision.is_none(), tx.now()).await?;
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

use std::sync::Arc;

use chassis::store::{Command, Tx};
use credit_domain::activities::{Activity, Participant, Present, give_for_attendance};
use credit_domain::{Cause, Denied};
use kernel::{ActivityId, Actor, City, MerchantId, Step};

use super::super::{Told, carry_out, recording};
use super::plan::lock;
use super::{affiliated, held, take_back_given};
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::{activities, ledger, merchants};

/// The merchant takes a place; a place that it has is answered with it.
#[derive(Debug, Clone, Copy)]
pub struct SignUp {
    /// The city.
    pub city: City,
    /// The activity.
    pub activity: ActivityId,
    /// The merchant.
    pub merchant: MerchantId,
}

impl Command for SignUp {
    type Out = Told<Participant>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Participant>, Error> {
        let Self { city, activity, merchant } = *self;
        let found = merchants::find(tx.conn(), city, merchant).await?;
        affiliated(&found.ok_or(Error::UnknownMerchant { city, merchant })?)?;
        let activity = lock(tx, city, activity).await?;
        let before = activities::participant(tx.conn(), city, activity.id, merchant).await?;
        let step = activity.sign_up(merchant, before.as_ref(), tx.now())?;
        keep(tx, city, step).await
    }
}

/// The merchant gives its place back.
#[derive(Debug, Clone, Copy)]
pub struct GiveUp(pub SignUp);

impl Command for GiveUp {
    type Out = Told<Participant>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Participant>, Error> {
        let activity = lock(tx, self.0.city, self.0.activity).await?;
        let before = place(tx, self.0).await?;
        let step = activity.give_up(&before, tx.now())?;
        keep(tx, self.0.city, step).await
    }
}

/// The merchant was there (签到): it is given its points, once.
#[derive(Debug, Clone)]
pub struct CheckIn {
    /// By what it counts.
    pub rules: Arc<RuleBook>,
    /// Who, where.
    pub place: SignUp,
    /// How that is known.
    pub how: Present,
    /// Who says so.
    pub by: Actor,
}

impl Command for CheckIn {
    type Out = Told<Participant>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Participant>, Error> {
        let SignUp { city, activity, merchant } = self.place;
        let merchant = held(tx, city, merchant).await?;
        let activity = lock(tx, city, activity).await?;
        let before = place(tx, self.place).await?;
        let step = activity.check_in(&before, &self.how, self.by, tx.now())?;
        let told = keep(tx, city, step).await?;
        if !told.already {
            let (id, cause) = (merchant.profile.id, Cause::Activity(activity.id));
            let earlier = ledger::by_cause(tx.conn(), city, id, cause).await?;
            let at = recording(&self.rules, tx).await?;
            let step = give_for_attendance(&merchant, earlier.as_ref(), &activity, id, at)?;
            carry_out(tx, merchant.version, step).await.map(drop)?;
        }
        Ok(told)
    }
}

/// The merchant was not there after all: what it was given is taken back.
#[derive(Debug, Clone)]
pub struct Strike {
    /// By what it counts.
    pub rules: Arc<RuleBook>,
    /// Who, where.
    pub place: SignUp,
    /// Why; names nobody.
    pub reason: String,
    /// Who says so.
    pub by: Actor,
}

impl Command for Strike {
    type Out = Told<Participant>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Participant>, Error> {
        let SignUp { city, activity, merchant: id } = self.place;
        held(tx, city, id).await?;
        let activity = lock(tx, city, activity).await?;
        let before = place(tx, self.place).await?;
        let step = activity.strike(&before, self.reason.clone(), self.by)?;
        let told = keep(tx, city, step).await?;
        if !told.already {
            take_back_given(tx, &self.rules, (city, id), Cause::Activity(activity.id)).await?;
        }
        Ok(told)
    }
}

async fn place(tx: &Tx, of: SignUp) -> Result<Participant, Error> {
    let found = activities::participant(tx.conn(), of.city, of.activity, of.merchant).await?;
    Ok(found.ok_or(Denied::State { what: "the merchant", state: "not signed up" })?)
}

async fn keep(
    tx: &Tx,
    city: City,
    step: Step<(Activity, Participant), Participant>,
) -> Result<Told<Participant>, Error> {
    match step {
        Step::AlreadyDone(now) => Ok(Told { now, already: true }),
        Step::Done((activity, now)) => {
            activities::save(tx.conn(), &activity).await?;
            activities::save_participant(tx.conn(), city, &now).await?;
            Ok(Told { now, already: false })
        }
    }
}

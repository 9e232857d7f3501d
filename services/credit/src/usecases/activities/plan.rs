use std::sync::Arc;

use chassis::store::idempotency::{self, Key, Seen};
use chassis::store::{Command, Tx};
use contracts::reference::Reference;
use credit_domain::Denied;
use credit_domain::Unfit;
use credit_domain::activities::{Activity, ActivityDraft, Service};
use kernel::{ActivityId, Actor, City, Step, Version};
use uuid::Uuid;

use super::super::{Told, unmoved};
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::activities;

/// What a code is written in: no letter or digit that is mistaken for another.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Letters of a code: 40 bits, for the hours in which it is good.
const CODE_LETTERS: u32 = 8;

/// Plans an activity.
#[derive(Debug, Clone)]
pub struct PlanActivity {
    /// By what it counts.
    pub rules: Arc<RuleBook>,
    /// The service catalogue.
    pub reference: Arc<Reference>,
    /// The city.
    pub city: City,
    /// What it is.
    pub says: ActivityDraft,
    /// Who plans it.
    pub by: Actor,
    /// The client's name for this intent.
    pub key: Key,
}

impl Command for PlanActivity {
    type Out = Told<Activity>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Activity>, Error> {
        match idempotency::look_up::<ActivityId>(tx.conn(), &self.key).await? {
            Seen::Fresh => {}
            Seen::OtherPayload => return Err(Error::KeyReused),
            Seen::Before(id) => {
                let found = activities::find(tx.conn(), self.city, id).await?;
                return Ok(Told { now: found.ok_or(Error::Unknown("activity"))?, already: true });
            }
        }
        known(&self.reference, &self.says)?;
        let (id, code, now) = (tx.next_id(), code(tx.next_id()), tx.now());
        let rules = &self.rules.in_force(tx.conn(), now).await?.activities;
        let planned = Activity::plan(id, self.city, self.says.clone(), code, self.by, rules, now)?;
        activities::insert(tx.conn(), &planned).await?;
        idempotency::store(tx.conn(), &self.key, &planned.id, now).await?;
        Ok(Told { now: planned, already: false })
    }
}

/// Says something else of an activity that has not begun.
#[derive(Debug, Clone)]
pub struct AmendActivity {
    /// By what it counts.
    pub rules: Arc<RuleBook>,
    /// The service catalogue.
    pub reference: Arc<Reference>,
    /// The city.
    pub city: City,
    /// The activity.
    pub id: ActivityId,
    /// What it is.
    pub says: ActivityDraft,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for AmendActivity {
    type Out = Told<Activity>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Activity>, Error> {
        known(&self.reference, &self.says)?;
        let before = lock(tx, self.city, self.id).await?;
        let rules = &self.rules.in_force(tx.conn(), tx.now()).await?.activities;
        let step = before.amend(self.says.clone(), rules, tx.now())?;
        keep(tx, before, step, self.expected).await
    }
}

/// An activity does not take place.
#[derive(Debug, Clone, Copy)]
pub struct CancelActivity {
    /// The city.
    pub city: City,
    /// The activity.
    pub id: ActivityId,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for CancelActivity {
    type Out = Told<Activity>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Activity>, Error> {
        let before = lock(tx, self.city, self.id).await?;
        let step = before.cancel(tx.now())?;
        keep(tx, before, step, self.expected).await
    }
}

/// The activity, held until the transaction ends.
pub(super) async fn lock(tx: &Tx, city: City, id: ActivityId) -> Result<Activity, Error> {
    activities::lock(tx.conn(), city, id).await?.ok_or(Error::Unknown("activity"))
}

async fn keep(
    tx: &Tx,
    before: Activity,
    step: Step<Activity, ()>,
    expected: Version,
) -> Result<Told<Activity>, Error> {
    match step {
        Step::AlreadyDone(()) => Ok(Told { now: before, already: true }),
        Step::Done(after) => {
            unmoved(expected, before.version)?;
            activities::save(tx.conn(), &after).await?;
            Ok(Told { now: after, already: false })
        }
    }
}

/// Services of the catalogue must be in it.
fn known(reference: &Reference, says: &ActivityDraft) -> Result<(), Denied> {
    let unknown = says.services.iter().enumerate().filter_map(|(place, service)| match service {
        Service::Item(item) if reference.item(item).is_none() => Some(Unfit {
            pointer: format!("#/services/{place}/item"),
            zh: "服务目录中没有此项目".to_owned(),
            en: "is not in the service catalogue".to_owned(),
        }),
        Service::Item(_) | Service::Title(_) => None,
    });
    let unknown: Vec<Unfit> = unknown.collect();
    if unknown.is_empty() { Ok(()) } else { Err(Denied::Invalid(unknown)) }
}

/// A code from the random bits of an id that is used for nothing else.
fn code(id: Uuid) -> String {
    let mut bits = id.as_u128();
    let letter = |_| {
        let letter = usize::try_from(bits & 31).ok().and_then(|place| LETTERS.get(place)).copied();
        bits >>= 5;
        char::from(letter.unwrap_or(b'A'))
    };
    (0..CODE_LETTERS).map(letter).collect()
}

//! Receives requests (受理): the hot path. A batch shares one transaction and one statement per table. A signature is
//! used up whatever becomes of its request; a key is taken only by a request that is received.

use std::sync::Arc;

use chassis::store::group::Batch;
use chassis::store::idempotency::{self, Key};
use chassis::store::{StoreError, Tx};
use contracts::intake::RequestReceived;
use contracts::reference::Reference;
use intake_domain::{Change, ContactDraft, Draft, ItemFacts, Known, Mode, Request, receive};
use kernel::{
    Actor, Area, Channel, CitizenId, City, ItemCode, MerchantId, PersonalText, RequestId, Timestamp, Version,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::nonce::Nonce;
use crate::error::Error;
use crate::store::taken::{self, KeyName};
use crate::store::{requests, timeline};
use crate::tracking::Codes;

/// A request on its way in.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The `Idempotency-Key`.
    pub key: Key,
    /// The signature's nonce, where the caller signs.
    pub nonce: Option<Nonce>,
    /// The trace it belongs to.
    pub trace: Option<String>,
    /// The city.
    pub city: City,
    /// Who asks, where the platform knows the citizen; somebody new when absent.
    pub citizen: Option<CitizenId>,
    /// Who hands it in.
    pub by: Actor,
    /// By which way it comes.
    pub channel: Channel,
    /// How to reach the citizen.
    pub contact: ContactDraft,
    /// What is asked for.
    pub item: ItemCode,
    /// In which street.
    pub area: Area,
    /// When it is wanted.
    pub wanted_at: Option<Timestamp>,
    /// In the citizen's words.
    pub description: PersonalText,
    /// Who chooses the merchant.
    pub mode: Mode,
    /// The merchant asked for, if any.
    pub preferred: Option<MerchantId>,
}

/// The answer: the same for every try with the same key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The request.
    pub request: RequestId,
    /// Its city.
    pub city: City,
    /// When it was received.
    pub received_at: Timestamp,
    /// By when the matter must be settled.
    pub due_by: Timestamp,
    /// Its version.
    pub version: Version,
    /// The digest of the code by which the citizen follows it, where there is a key to make one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Uuid>,
}

/// Receives batches of requests.
pub struct ReceiveRequests {
    reference: Arc<Reference>,
    codes: Codes,
}

/// A request that can be received, and the answer that it gets then.
struct Decided {
    change: Change,
    answer: Received,
}

impl ReceiveRequests {
    /// Checks against this catalogue and these places, and hands out these codes.
    pub(crate) const fn new(reference: Arc<Reference>, codes: Codes) -> Self {
        Self { reference, codes }
    }

    fn decide(
        &self,
        incoming: &Incoming,
        id: RequestId,
        citizen: CitizenId,
        now: Timestamp,
    ) -> Result<Decided, Error> {
        let item = self.reference.item(&incoming.item).map(|item| ItemFacts {
            category: item.category.clone(),
            urgency: item.urgency,
            risk: item.risk,
            enters_home: item.enters_home,
        });
        let known = Known { item, area: self.reference.area(incoming.area).is_some() };
        let draft = Draft {
            id,
            city: incoming.city,
            citizen,
            by: incoming.by,
            channel: incoming.channel,
            contact: incoming.contact.clone(),
            item: incoming.item.clone(),
            area: incoming.area,
            wanted_at: incoming.wanted_at,
            description: incoming.description.clone(),
            mode: incoming.mode,
            preferred: incoming.preferred,
        };
        let change = receive(draft, known, now).map_err(Error::Invalid)?;
        let tracking = self.codes.digest(incoming.city, id);
        Ok(Decided { answer: answer_of(&change.request, tracking), change })
    }
}

impl Batch for ReceiveRequests {
    type Item = Incoming;
    type Out = Received;
    type Error = Error;

    async fn run(&self, tx: &mut Tx, items: &[Incoming]) -> Result<Vec<Result<Received, Error>>, Error> {
        let decisions = self.decide_all(tx, items).await?;
        let firsts = claim(tx, items, &decisions).await?;
        let others = items.iter().zip(&firsts).filter(|(_, is_first)| !**is_first);
        let stored = taken::results(tx.conn(), others.map(|(incoming, _)| &incoming.key)).await?;
        let mut answers = Vec::with_capacity(items.len());
        let mut changes = Vec::with_capacity(items.len());
        for ((incoming, decision), is_first) in items.iter().zip(decisions).zip(firsts) {
            answers.push(match decision {
                Err(Error::Replayed) => Err(Error::Replayed),
                Ok(decided) if is_first => {
                    let answer = decided.answer.clone();
                    changes.push((decided, incoming.trace.clone()));
                    Ok(answer)
                }
                decision => first_answer(stored.get(&name_of(&incoming.key)), incoming, decision.err()),
            });
        }
        save(tx, changes).await?;
        Ok(answers)
    }
}

impl ReceiveRequests {
    /// Uses the signatures up, and decides on each request whose signature was good still.
    async fn decide_all(&self, tx: &Tx, items: &[Incoming]) -> Result<Vec<Result<Decided, Error>>, Error> {
        let nonces = items.iter().filter_map(|incoming| incoming.nonce.as_ref());
        let mut good = taken::claim_nonces(tx.conn(), nonces.map(Nonce::row).collect()).await?;
        let mut is_good = |nonce: &Nonce| good.remove(&(nonce.channel.as_str().to_owned(), nonce.id.clone()));
        let decide = |incoming: &Incoming| {
            if incoming.nonce.as_ref().is_none_or(&mut is_good) {
                let citizen = incoming.citizen.unwrap_or_else(|| tx.next_id());
                self.decide(incoming, tx.next_id(), citizen, tx.now())
            } else {
                Err(Error::Replayed)
            }
        };
        Ok(items.iter().map(decide).collect())
    }
}

fn name_of(key: &Key) -> KeyName {
    (key.scope.clone(), key.key.clone())
}

/// Stores the answers to those requests that can be received. Says of each whether it is the first with its key.
async fn claim(
    tx: &Tx,
    items: &[Incoming],
    decisions: &[Result<Decided, Error>],
) -> Result<Vec<bool>, Error> {
    let all = || items.iter().zip(decisions);
    let good = all().filter_map(|(incoming, decision)| Some((&incoming.key, decision.as_ref().ok()?)));
    let results = good.map(|(key, decided)| idempotency::row(key, &decided.answer, tx.now()));
    let mut claimed = taken::claim_keys(tx.conn(), results.collect::<Result<_, _>>()?).await?;
    let is_first = |(incoming, decision): (&Incoming, &Result<Decided, Error>)| {
        decision.is_ok() && claimed.remove(&name_of(&incoming.key))
    };
    Ok(all().map(is_first).collect())
}

/// The answer that the key got when it was new, even where the same would be refused by now; else the refusal.
fn first_answer(
    stored: Option<&idempotency::Model>,
    incoming: &Incoming,
    refusal: Option<Error>,
) -> Result<Received, Error> {
    match stored {
        Some(first) if first.fingerprint == incoming.key.fingerprint => {
            Ok(serde_json::from_str(&first.result).map_err(StoreError::from)?)
        }
        Some(_) => Err(Error::OtherPayload),
        None => {
            Err(refusal.unwrap_or_else(|| StoreError::Corrupt("a key without a result".to_owned()).into()))
        }
    }
}

async fn save(tx: &mut Tx, changes: Vec<(Decided, Option<String>)>) -> Result<(), Error> {
    let entries = changes.iter().map(|(decided, _)| (&decided.change.request, &decided.change.entry));
    timeline::insert_many(tx.conn(), entries).await?;
    let mut received = Vec::with_capacity(changes.len());
    for (Decided { change, answer }, trace) in changes {
        tx.set_trace(trace);
        tx.emit(&event_of(&change.request))?;
        received.push((change.request, answer.tracking));
    }
    requests::insert_many(tx.conn(), &received).await?;
    Ok(())
}

const fn answer_of(request: &Request, tracking: Option<Uuid>) -> Received {
    Received {
        request: request.id,
        city: request.city,
        received_at: request.received_at,
        due_by: request.due_by,
        version: request.version,
        tracking,
    }
}

/// What the bus may know of it: no personal data (I7).
fn event_of(request: &Request) -> RequestReceived {
    RequestReceived {
        request: request.id,
        city: request.city,
        channel: request.channel,
        item: request.item.clone(),
        category: request.category.clone(),
        area: request.area,
        urgency: request.urgency,
        risk: request.risk,
        enters_home: request.enters_home,
        wanted_at: request.wanted_at,
        due_by: request.due_by,
        mode: match request.mode {
            Mode::Auto => contracts::intake::Mode::Auto,
            Mode::Choose => contracts::intake::Mode::Choose,
        },
        preferred: request.preferred,
        received_at: request.received_at,
    }
}

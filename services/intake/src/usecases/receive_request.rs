//! Receives requests (受理): the hot path. A batch shares one transaction and one statement per table.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chassis::store::group::Batch;
use chassis::store::idempotency::{self, Key};
use chassis::store::{Tx, nonce};
use contracts::intake::RequestReceived;
use contracts::reference::Reference;
use intake_domain::{Change, ContactDraft, Draft, ItemFacts, Known, Mode, Request, receive};
use kernel::{
    Actor, Area, Channel, CitizenId, City, ItemCode, MerchantId, PersonalText, RequestId, Timestamp, Version,
};
use serde::{Deserialize, Serialize};

use super::nonce::Nonce;
use crate::error::Error;
use crate::store::taken::{self, KeyName};
use crate::store::{requests, timeline};

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
}

/// Receives batches of requests.
pub struct ReceiveRequests {
    reference: Arc<Reference>,
}

impl ReceiveRequests {
    /// Checks against this catalogue and these places.
    #[must_use]
    pub const fn new(reference: Arc<Reference>) -> Self {
        Self { reference }
    }

    fn decide(
        &self,
        incoming: &Incoming,
        id: RequestId,
        citizen: CitizenId,
        now: Timestamp,
    ) -> Result<Change, Error> {
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
        receive(draft, known, now).map_err(Error::Invalid)
    }
}

impl Batch for ReceiveRequests {
    type Item = Incoming;
    type Out = Received;
    type Error = Error;

    async fn run(&self, tx: &mut Tx, items: &[Incoming]) -> Result<Vec<Result<Received, Error>>, Error> {
        let mut batch = Taking::load(tx, items).await?;
        let mut answers = Vec::with_capacity(items.len());
        for incoming in items {
            answers.push(batch.take(self, tx, incoming)?);
        }
        batch.save(tx).await?;
        Ok(answers)
    }
}

/// A result that stands: from an earlier transaction, or from earlier in this batch.
struct First {
    fingerprint: Vec<u8>,
    answer: Received,
}

/// A batch under way: what is taken already, and what is to be written.
struct Taking {
    firsts: HashMap<KeyName, First>,
    used: HashSet<(String, String)>,
    nonces: Vec<nonce::ActiveModel>,
    results: Vec<idempotency::ActiveModel>,
    changes: Vec<(Change, Option<String>)>,
}

impl Taking {
    async fn load(tx: &Tx, items: &[Incoming]) -> Result<Self, Error> {
        let stored = taken::results(tx.conn(), items.iter().map(|incoming| &incoming.key)).await?;
        let nonces = items.iter().filter_map(|incoming| incoming.nonce.as_ref());
        let used = taken::nonces(tx.conn(), nonces.map(|nonce| nonce.id.as_str())).await?;
        let mut firsts = HashMap::with_capacity(stored.len());
        for (name, row) in stored {
            let answer = serde_json::from_str(&row.result).map_err(chassis::store::StoreError::from)?;
            firsts.insert(name, First { fingerprint: row.fingerprint, answer });
        }
        Ok(Self { firsts, used, nonces: Vec::new(), results: Vec::new(), changes: Vec::new() })
    }

    /// The answer to one request; the outer error is that of the whole batch.
    fn take(
        &mut self,
        rules: &ReceiveRequests,
        tx: &Tx,
        incoming: &Incoming,
    ) -> Result<Result<Received, Error>, Error> {
        if self.is_replayed(incoming) {
            return Ok(Err(Error::Replayed));
        }
        let name = (incoming.key.scope.clone(), incoming.key.key.clone());
        let place = match self.firsts.entry(name) {
            Entry::Occupied(first) if first.get().fingerprint != incoming.key.fingerprint => {
                return Ok(Err(Error::OtherPayload));
            }
            Entry::Occupied(first) => {
                let answer = first.get().answer.clone();
                self.use_up(incoming);
                return Ok(Ok(answer));
            }
            Entry::Vacant(place) => place,
        };
        let citizen = incoming.citizen.unwrap_or_else(|| tx.next_id());
        let change = match rules.decide(incoming, tx.next_id(), citizen, tx.now()) {
            Ok(change) => change,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let answer = answer_of(&change.request);
        self.results.push(idempotency::row(&incoming.key, &answer, tx.now())?);
        place.insert(First { fingerprint: incoming.key.fingerprint.to_vec(), answer: answer.clone() });
        self.changes.push((change, incoming.trace.clone()));
        self.use_up(incoming);
        Ok(Ok(answer))
    }

    fn is_replayed(&self, incoming: &Incoming) -> bool {
        let nonce = incoming.nonce.as_ref();
        nonce.is_some_and(|nonce| self.used.contains(&(nonce.channel.as_str().to_owned(), nonce.id.clone())))
    }

    fn use_up(&mut self, incoming: &Incoming) {
        if let Some(nonce) = &incoming.nonce {
            self.used.insert((nonce.channel.as_str().to_owned(), nonce.id.clone()));
            self.nonces.push(nonce::row(nonce.channel, &nonce.id, nonce.used_at));
        }
    }

    async fn save(self, tx: &mut Tx) -> Result<(), Error> {
        taken::keep(tx.conn(), self.nonces).await?;
        taken::keep(tx.conn(), self.results).await?;
        let entries = self.changes.iter().map(|(change, _)| (&change.request, &change.entry));
        timeline::insert_many(tx.conn(), entries).await?;
        let mut received = Vec::with_capacity(self.changes.len());
        for (change, trace) in self.changes {
            tx.set_trace(trace);
            tx.emit(&event_of(&change.request))?;
            received.push(change.request);
        }
        requests::insert_many(tx.conn(), &received).await?;
        Ok(())
    }
}

const fn answer_of(request: &Request) -> Received {
    Received {
        request: request.id,
        city: request.city,
        received_at: request.received_at,
        due_by: request.due_by,
        version: request.version,
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

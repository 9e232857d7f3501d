//! Scans (扫码验证): the hot path. Codes are read and verified before anything is held; scans that wait at the same
//! moment share the reads, one append and one commit.

use std::collections::HashMap;

use chassis::store::Tx;
use chassis::store::group::Batch;
use credit_domain::Worker;
use credit_domain::workers::{
    CardNumber, Claims, CodeError, Employer, Outcome, Presented, Proof, Scan, Sight, look,
};
use kernel::{Actor, City, MerchantId, ScanId, Timestamp, WorkerId};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::WorkersDesk;
use crate::error::Error;
use crate::error::workers::WorkersError;
use crate::store::scans::{self, Kept};
use crate::store::workers;

/// A scan that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The city of the front end.
    pub city: City,
    /// Through whom.
    pub by: Actor,
    /// The client's name for this one try.
    pub key: &'a str,
    /// What the camera saw.
    pub code: &'a str,
}

/// What a scan shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The scan: what an entry is bound to.
    pub scan: ScanId,
    /// When.
    pub at: Timestamp,
    /// What the citizen sees.
    pub sight: Sight,
}

impl WorkersDesk {
    /// Scans; when this returns, the scan is in the log, whatever it showed. The same try gets the same answer.
    ///
    /// # Errors
    /// [`WorkersError`] when it shows nobody, is no code, or too many wait.
    pub async fn scan(&self, asked: Asked<'_>) -> Result<Seen, Error> {
        let attempt = attempt(&asked);
        let (proof, target, refused) = match self.ring.read(asked.code, self.wall.now()) {
            Ok(Presented::Phone(claims)) => (Proof::Phone, Some(claims.into()), None),
            // Signed here all the same: a repeated try gets its first answer though the code has run out.
            Err(CodeError::Expired(claims)) => (Proof::Phone, Some(claims.into()), Some(Outcome::Expired)),
            Err(CodeError::Forged) => (Proof::Phone, None, Some(Outcome::Forged)),
            Ok(Presented::Card(card)) => {
                (Proof::Card, Some(Target { whose: Whose::Card(card), mark: attempt }), None)
            }
            Err(CodeError::Unreadable) => return Err(WorkersError::Unreadable.into()),
        };
        let scanning = Scanning { city: asked.city, by: asked.by, attempt, proof, target, refused };
        let answer = self.scanning.submit(scanning).await??;
        Ok(answer.map_err(WorkersError::Unshown)?)
    }
}

/// Names a try of a caller. Hashed, so that what clients make up has one form.
fn attempt(asked: &Asked<'_>) -> Uuid {
    let hash = <[u8; 32]>::from(Sha256::digest(format!("{} {}", asked.by, asked.key)));
    let (head, _) = hash.split_at(16);
    Uuid::from_slice(head).unwrap_or_default()
}

/// A scan on its way to the log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scanning {
    city: City,
    by: Actor,
    attempt: Uuid,
    proof: Proof,
    /// What was presented, where it can be told.
    target: Option<Target>,
    /// What is wrong with it already.
    refused: Option<Outcome>,
}

#[derive(Debug, Clone, Copy)]
struct Target {
    whose: Whose,
    /// Good for one scan: a code's nonce, or the try itself where a card is scanned.
    mark: Uuid,
}

impl From<Claims> for Target {
    fn from(claims: Claims) -> Self {
        Self { whose: Whose::Worker((claims.city, claims.worker)), mark: Uuid::from_u128(claims.nonce) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Whose {
    Worker((City, WorkerId)),
    Card(CardNumber),
}

/// Carries out scans, many in one transaction.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeepScans;

impl Batch for KeepScans {
    type Item = Scanning;
    type Out = Result<Seen, Outcome>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx, items: &[Scanning]) -> Result<Vec<Result<Self::Out, Error>>, Error> {
        let mut book = Book::load(tx, items).await?;
        let answers = items.iter().map(|item| book.answer(item, tx.next_id(), tx.now())).collect();
        scans::append(tx.conn(), &book.new).await?;
        Ok(answers)
    }
}

/// What a batch of scans needs to see, and what it adds.
struct Book {
    workers: HashMap<Whose, Worker>,
    employers: HashMap<MerchantId, Employer>,
    used: HashMap<Uuid, Kept>,
    new: Vec<Kept>,
}

impl Book {
    async fn load(tx: &Tx, items: &[Scanning]) -> Result<Self, Error> {
        let targets = || items.iter().filter_map(|item| item.target);
        let (mut places, mut cards) = (Vec::new(), Vec::new());
        for target in targets() {
            match target.whose {
                Whose::Worker(place) => places.push(place),
                Whose::Card(card) => cards.push(card),
            }
        }
        let by_id = workers::by_ids(tx.conn(), &places).await?;
        let by_card = workers::by_cards(tx.conn(), &cards).await?;
        let employed =
            by_id.iter().chain(&by_card).filter_map(|worker| Some((worker.city, worker.employer()?)));
        let employers = workers::employers(tx.conn(), employed).await?;
        let marks: Vec<Uuid> = targets().map(|target| target.mark).collect();
        let used = scans::by_marks(tx.conn(), &marks).await?;
        let by_id = by_id.into_iter().map(|worker| (Whose::Worker((worker.city, worker.id)), worker));
        let by_card = by_card.into_iter().map(|worker| (Whose::Card(worker.card), worker));
        Ok(Self {
            workers: by_id.chain(by_card).collect(),
            employers: employers.into_iter().map(|employer| (employer.id, employer)).collect(),
            used: used.into_iter().filter_map(|kept| Some((kept.mark?, kept))).collect(),
            new: Vec::with_capacity(items.len()),
        })
    }

    fn answer(
        &mut self,
        item: &Scanning,
        id: ScanId,
        now: Timestamp,
    ) -> Result<Result<Seen, Outcome>, Error> {
        let mark = item.target.map(|target| target.mark);
        if let Some(first) = mark.and_then(|mark| self.used.get(&mark)).copied()
            && first.attempt == item.attempt
        {
            return self.repeated(item, &first.scan);
        }
        let is_used = mark.is_some_and(|mark| self.used.contains_key(&mark));
        let shown = if is_used { Err(Outcome::Used) } else { self.sight(item, now) };
        self.note(item, id, now, shown.as_ref().err().copied());
        Ok(shown.map(|sight| Seen { scan: id, at: now, sight }))
    }

    /// The same try once more: the first scan stands. Another card under the same key is a mistake of the client.
    fn repeated(&self, item: &Scanning, first: &Scan) -> Result<Result<Seen, Outcome>, Error> {
        let same = self.worker(item).is_some_and(|worker| Some(worker.id) == first.worker);
        if !same || first.proof != item.proof {
            return Err(Error::KeyReused);
        }
        let item = Scanning { refused: None, ..*item };
        Ok(self.sight(&item, first.at).map(|sight| Seen { scan: first.id, at: first.at, sight }))
    }

    fn worker(&self, item: &Scanning) -> Option<&Worker> {
        let found = self.workers.get(&item.target?.whose)?;
        (found.city == item.city).then_some(found)
    }

    fn sight(&self, item: &Scanning, now: Timestamp) -> Result<Sight, Outcome> {
        if let Some(outcome) = item.refused {
            return Err(outcome);
        }
        let worker = self.worker(item).ok_or(Outcome::Unknown)?;
        let employer =
            worker.employer().and_then(|id| self.employers.get(&id)).ok_or(Outcome::NotEnrolled)?;
        look(worker, employer, item.proof, now)
    }

    fn note(&mut self, item: &Scanning, id: ScanId, at: Timestamp, refused: Option<Outcome>) {
        let worker = self.worker(item);
        let scan = Scan {
            id,
            city: item.city,
            by: item.by,
            proof: item.proof,
            outcome: refused.unwrap_or(Outcome::Shown),
            worker: worker.map(|worker| worker.id),
            merchant: worker.and_then(Worker::employer),
            at,
        };
        let mark = item.target.map(|target| target.mark).filter(|_| refused.is_none());
        let kept = Kept { scan, mark, attempt: item.attempt };
        if let Some(mark) = mark {
            self.used.insert(mark, kept);
        }
        self.new.push(kept);
    }
}

//! What a row leads to, by the same commands as over the interface.

use std::sync::Arc;

use chassis::store::idempotency::Key;
use chassis::store::{Command as _, Tx};
use credit_domain::activities::HonourDraft;
use credit_domain::admission::{Registration, Wanted};
use credit_domain::exchange::{
    Effect, Entry, HonourRow, Import, MerchantRow, Person, PriceRow, Row, StandardRow, Table as _, WorkerRow,
};
use credit_domain::workers::WorkerRefusal;
use credit_domain::{Commitment, Denied, Status, Worker};
use kernel::{Actor, ActorId, MerchantId, SocialCreditCode, Timestamp};

use super::ExchangeDesk;
use crate::error::Error;
use crate::error::exchange::{ExchangeError, Named};
use crate::error::workers::WorkersError;
use crate::store::{applications, dossiers, honours, merchants, prices, workers};
use crate::usecases::activities::ProposeHonour;
use crate::usecases::workers::{About, EnrolWorker, ReviewPapers, Told};
use crate::usecases::{Apply, ChangePrices, PublishStandard, RecordRegistration, TakeOver};

/// Who would agree, while nobody has: a trial finds what would be if another person did.
const SOMEBODY_ELSE: ActorId = ActorId::from_u128(0);

/// Carries out one row of an import in this transaction.
pub(super) async fn carry(
    tx: &mut Tx,
    desk: &ExchangeDesk,
    import: &Import,
    (number, row): (u32, &Row),
) -> Result<Effect, Error> {
    let by = import.loaded_by.unwrap_or(import.uploaded_by);
    let carrying = Carrying { desk, import, by };
    match row {
        Row::Merchants(row) => carrying.merchant(tx, number, row).await,
        Row::Workers(row) => carrying.worker(tx, row).await,
        Row::Prices(row) => carrying.price(tx, row).await,
        Row::Standards(row) => carrying.standard(tx, row).await,
        Row::Honours(row) => carrying.honour(tx, number, row).await,
    }
}

struct Carrying<'a> {
    desk: &'a ExchangeDesk,
    import: &'a Import,
    by: ActorId,
}

impl Carrying<'_> {
    /// Who is in, or applies, is left as it is, but for who stands behind it.
    async fn merchant(&self, tx: &mut Tx, number: u32, row: &MerchantRow) -> Result<Effect, Error> {
        let city = self.import.city;
        let known = dossiers::by_code(tx.conn(), city, row.code).await?;
        if let Some(id) = known
            && self.is_in_or_applies(tx, id).await?
        {
            return self.register(tx, row, id).await;
        }
        if let Some(status) = row.status.filter(|status| *status != Status::Affiliated) {
            return Err(Denied::State { what: "the merchant", state: status.as_str() }.into());
        }
        match &row.entry {
            Entry::Application => self.apply(tx, number, row, known).await?,
            Entry::TakenOver { .. } if known.is_some() => {
                // Whoever was here before comes back by an application.
                return Err(Denied::Exists("a file of an organisation with this code").into());
            }
            Entry::TakenOver { commitments_until } => self.take_over(tx, row, commitments_until).await?,
        }
        Ok(Effect::New)
    }

    /// A row that names nobody, as those of an export, says nothing of them.
    async fn register(&self, tx: &mut Tx, row: &MerchantRow, merchant: MerchantId) -> Result<Effect, Error> {
        if row.holders.is_empty() {
            return Ok(Effect::Unchanged);
        }
        let record = RecordRegistration {
            policy: Arc::clone(&self.desk.policy),
            city: self.import.city,
            merchant,
            holders: row.holders.clone(),
            evidence: row.register_check.clone(),
            by: Actor::Staff { id: self.by },
        };
        Ok(if record.run(tx).await?.already { Effect::Unchanged } else { Effect::Changed })
    }

    async fn is_in_or_applies(&self, tx: &Tx, id: MerchantId) -> Result<bool, Error> {
        let city = self.import.city;
        let status = merchants::find(tx.conn(), city, id).await?.map(|merchant| merchant.status);
        let is_in = matches!(status, Some(Status::Affiliated | Status::Suspended));
        Ok(is_in || applications::is_applying(tx.conn(), city, id).await?)
    }

    async fn apply(
        &self,
        tx: &mut Tx,
        number: u32,
        row: &MerchantRow,
        merchant: Option<MerchantId>,
    ) -> Result<(), Error> {
        let scope = format!("import {}", self.import.id);
        let apply = Apply {
            policy: Arc::clone(&self.desk.policy),
            key: Key::new(scope, number.to_string(), row.code.as_str().as_bytes()),
            city: self.import.city,
            merchant,
            wanted: wanted(row),
            categories: row.categories.clone(),
            registration: registration(row),
            by: Actor::Staff { id: self.by },
        };
        apply.run(tx).await.map(drop)
    }

    async fn take_over(&self, tx: &mut Tx, row: &MerchantRow, untils: &[Timestamp]) -> Result<(), Error> {
        let commitments = row.categories.iter().zip(untils);
        let commitments = commitments
            .map(|(category, until)| Commitment { category: category.clone(), commitment_until: *until });
        let take_over = TakeOver {
            rules: Arc::clone(&self.desk.rules),
            policy: Arc::clone(&self.desk.policy),
            terms: self.desk.take_over,
            city: self.import.city,
            wanted: wanted(row),
            commitments: commitments.collect(),
            registration: registration(row),
            register_check: row.register_check.clone(),
            proposed_by: self.by,
            approved_by: self.import.approved_by.unwrap_or(SOMEBODY_ELSE),
        };
        take_over.run(tx).await.map(drop)
    }

    async fn worker(&self, tx: &mut Tx, row: &WorkerRow) -> Result<Effect, Error> {
        let merchant = self.merchant_of(tx, row.merchant).await?;
        let (worker, is_new) = match &row.person {
            Person::Card(card) => {
                let found = workers::by_cards(tx.conn(), &[*card]).await?.into_iter().next();
                let found = found.filter(|worker| worker.city == self.import.city);
                (of_merchant(found.ok_or(ExchangeError::Unknown(Named::Card))?, merchant)?, false)
            }
            Person::Number { number, masked_name } => {
                let enrol = EnrolWorker {
                    city: self.import.city,
                    merchant,
                    number: number.clone(),
                    masked_name: masked_name.clone(),
                    photo: row.photo.clone(),
                    by: Actor::Staff { id: self.by },
                    terms: &self.desk.terms,
                };
                let Told { worker, already } = enrol.run(tx).await?;
                (worker, !already)
            }
        };
        let papers = row.papers(worker.papers);
        let reviewed = papers != worker.papers;
        if reviewed {
            let terms = &self.desk.terms;
            let by = Actor::Staff { id: self.by };
            let about = About { city: worker.city, worker: worker.id, by, terms };
            ReviewPapers { about, papers, expected: worker.version }.run(tx).await?;
        }
        Ok(match (is_new, reviewed) {
            (true, _) => Effect::New,
            (false, true) => Effect::Changed,
            (false, false) => Effect::Unchanged,
        })
    }

    async fn price(&self, tx: &mut Tx, row: &PriceRow) -> Result<Effect, Error> {
        let merchant = self.merchant_of(tx, row.merchant).await?;
        let city = self.import.city;
        // Held, so that nobody changes it between this look and the change.
        let list = prices::lock(tx.conn(), city, merchant).await?;
        let posted = list.entries.iter().any(|entry| entry.item == row.change.item);
        let change = ChangePrices {
            policy: Arc::clone(&self.desk.policy),
            city,
            merchant,
            changes: vec![row.change.clone()],
            by: Actor::Staff { id: self.by },
            expected: list.version,
        };
        Ok(match (change.run(tx).await?.already, posted) {
            (true, _) => Effect::Unchanged,
            (false, true) => Effect::Changed,
            (false, false) => Effect::New,
        })
    }

    async fn standard(&self, tx: &mut Tx, row: &StandardRow) -> Result<Effect, Error> {
        let by = Actor::Staff { id: self.by };
        let (policy, city) = (Arc::clone(&self.desk.policy), self.import.city);
        let publish = PublishStandard { policy, city, says: row.says.clone(), by };
        Ok(if publish.run(tx).await?.already { Effect::Unchanged } else { Effect::New })
    }

    /// A row proposes: another person decides on each, as on any.
    async fn honour(&self, tx: &mut Tx, number: u32, row: &HonourRow) -> Result<Effect, Error> {
        let merchant = self.merchant_of(tx, row.merchant).await?;
        let HonourRow { kind, level, grantor, document, granted_at, valid_until, .. } = row.clone();
        let says = HonourDraft { merchant, kind, level, grantor, document, granted_at, valid_until };
        let city = self.import.city;
        if honours::same(tx.conn(), city, &says).await?.is_some_and(|known| known.says == says) {
            return Ok(Effect::Unchanged);
        }
        let key = Key::new(format!("import {}", self.import.id), number.to_string(), row.key().as_bytes());
        let rules = Arc::clone(&self.desk.rules);
        ProposeHonour { rules, city, says, by: self.by, key }.run(tx).await?;
        Ok(Effect::New)
    }

    async fn merchant_of(&self, tx: &Tx, code: SocialCreditCode) -> Result<MerchantId, Error> {
        let found = dossiers::by_code(tx.conn(), self.import.city, code).await?;
        Ok(found.ok_or(ExchangeError::Unknown(Named::Merchant))?)
    }
}

/// A card is no way to enrol somebody: the person has to be named.
fn of_merchant(worker: Worker, merchant: MerchantId) -> Result<Worker, WorkersError> {
    match worker.employer() {
        Some(employer) if employer == merchant => Ok(worker),
        Some(_) => Err(WorkerRefusal::EnrolledElsewhere.into()),
        None => Err(WorkerRefusal::NotEnrolled.into()),
    }
}

fn wanted(row: &MerchantRow) -> Wanted {
    let MerchantRow { name, home, areas, capacity, hours, .. } = row.clone();
    Wanted { name, home, areas, capacity, hours }
}

fn registration(row: &MerchantRow) -> Registration {
    Registration { code: row.code, holders: row.holders.clone() }
}

//! What inspectors find: filed by them, settled by an officer.

use std::sync::Arc;

use chassis::store::idempotency::{self, Key, Seen};
use chassis::store::{Command, Db, Total, Tx};
use credit_domain::admission::AdmissionPolicy;
use credit_domain::inspection::{Found, Inspection, Outcome};
use kernel::{ActorId, City, InspectionId, Step, Version};

use super::finding::{self, Of};
use super::{Told, unmoved};
use crate::error::Error;
use crate::store::{inspections, merchants, proceedings};

pub use crate::store::inspections::InspectionSearch;

/// An inspector files what was found at a merchant (巡查发现).
#[derive(Debug)]
pub struct FileInspection {
    /// The policy, whose categories and clauses may be named.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// What was found.
    pub found: Found,
    /// The inspector.
    pub by: ActorId,
    /// The client's name for this intent.
    pub key: Key,
}

impl Command for FileInspection {
    type Out = Told<Inspection>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Inspection>, Error> {
        match idempotency::look_up::<InspectionId>(tx.conn(), &self.key).await? {
            Seen::Fresh => {}
            Seen::OtherPayload => return Err(Error::KeyReused),
            Seen::Before(id) => {
                let found = inspections::find(tx.conn(), self.city, id).await?;
                return Ok(Told { now: found.ok_or(Error::Unknown("inspection"))?, already: true });
            }
        }
        let (city, merchant) = (self.city, self.found.merchant);
        let at = merchants::find(tx.conn(), city, merchant).await?;
        let at = at.ok_or(Error::UnknownMerchant { city, merchant })?;
        let filed = Inspection::file(tx.next_id(), city, self.found.clone(), self.by, tx.now())?;
        let Found { category, clause, seen_at, .. } = &self.found;
        let of = Of { category: category.as_ref(), clause: clause.as_deref(), at: *seen_at };
        finding::check(tx.conn(), &self.policy, &at, of).await?;
        inspections::insert(tx.conn(), &filed).await?;
        idempotency::store(tx.conn(), &self.key, &filed.id, tx.now()).await?;
        Ok(Told { now: filed, already: false })
    }
}

/// An officer says what becomes of an inspection: the proceeding in which it is evidence, or why there is none.
#[derive(Debug)]
pub struct SettleInspection {
    /// The city.
    pub city: City,
    /// Which.
    pub id: InspectionId,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The officer.
    pub by: ActorId,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for SettleInspection {
    type Out = Told<Inspection>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Inspection>, Error> {
        let found = inspections::lock(tx.conn(), self.city, self.id).await?;
        let inspection = found.ok_or(Error::Unknown("inspection"))?;
        if let Outcome::TakenUp { proceeding } = self.outcome {
            let about = proceedings::find(tx.conn(), self.city, proceeding).await?;
            let same = about.is_some_and(|about| about.merchant == inspection.found.merchant);
            if !same {
                return Err(Error::Unknown("proceeding against this merchant"));
            }
        }
        match inspection.settle(self.outcome.clone(), self.by, tx.now())? {
            Step::AlreadyDone(()) => Ok(Told { now: inspection, already: true }),
            Step::Done(now) => {
                unmoved(self.expected, inspection.version)?;
                inspections::save(tx.conn(), &now).await?;
                Ok(Told { now, already: false })
            }
        }
    }
}

/// One inspection.
///
/// # Errors
/// [`Error::Unknown`], or when the database refuses.
pub async fn inspection(db: &Db, city: City, id: InspectionId) -> Result<Inspection, Error> {
    inspections::find(db.read(), city, id).await?.ok_or(Error::Unknown("inspection"))
}

/// Inspections of a city that fit, the oldest first, after this one.
///
/// # Errors
/// When the database refuses.
pub async fn inspections_after(
    db: &Db,
    city: City,
    search: InspectionSearch,
    after: Option<InspectionId>,
    limit: u64,
) -> Result<Vec<Inspection>, Error> {
    Ok(inspections::page(db.read(), city, search, after, limit).await?)
}

/// How many of them there are on all pages.
///
/// # Errors
/// When the database refuses.
pub async fn inspections_total(db: &Db, city: City, search: InspectionSearch) -> Result<Total, Error> {
    Ok(inspections::total(db.read(), city, search).await?)
}

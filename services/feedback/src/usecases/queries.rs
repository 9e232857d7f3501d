//! What people look at. Reading changes nothing and needs no transaction.

use chassis::store::clear_reads::{self, ClearRead};
use chassis::store::{Db, StoreError, Total};
use feedback_domain::{Callback, Case};
use kernel::{CaseId, City};
use uuid::Uuid;

use crate::store::callbacks::{self, OpenCalls, Place};
use crate::store::cases::{self, Stage};

/// The most rows of one look: a full page of the HTTP API, and the row that says there is another.
pub const PAGE_MAX: u64 = 201;

/// The call-backs to be made.
#[derive(Debug, Clone)]
pub struct Worklist {
    /// The city.
    pub city: City,
    /// Which of them.
    pub of: OpenCalls,
    /// The last one of the page before.
    pub after: Option<Place>,
    /// At most so many, and never more than [`PAGE_MAX`].
    pub limit: u64,
}

impl Worklist {
    /// One page, the longest due first.
    ///
    /// # Errors
    /// The store's.
    pub async fn page(&self, db: &Db) -> Result<Vec<Callback>, StoreError> {
        callbacks::worklist(db.read(), self.city, &self.of, self.after, self.limit.min(PAGE_MAX)).await
    }

    /// How many there are on all pages.
    ///
    /// # Errors
    /// The store's.
    pub async fn total(&self, db: &Db) -> Result<Total, StoreError> {
        callbacks::total(db.read(), self.city, &self.of).await
    }
}

/// The cases of a city.
#[derive(Debug, Clone)]
pub struct CaseList {
    /// The city.
    pub city: City,
    /// Only this one.
    pub id: Option<CaseId>,
    /// Only those that are so far.
    pub stage: Option<Stage>,
    /// The last one of the page before.
    pub after: Option<CaseId>,
    /// At most so many, and never more than [`PAGE_MAX`].
    pub limit: u64,
}

impl CaseList {
    /// One page, the oldest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn page(&self, db: &Db) -> Result<Vec<Case>, StoreError> {
        cases::list(db.read(), self.city, self.id, self.stage, self.after, self.limit.min(PAGE_MAX)).await
    }

    /// How many there are on all pages.
    ///
    /// # Errors
    /// The store's.
    pub async fn total(&self, db: &Db) -> Result<Total, StoreError> {
        cases::total(db.read(), self.city, self.id, self.stage).await
    }
}

/// Who read a case in the clear.
#[derive(Debug, Clone)]
pub struct CaseReadings {
    /// The city.
    pub city: City,
    /// The case.
    pub id: CaseId,
    /// The last one of the page before.
    pub after: Option<Uuid>,
    /// At most so many, and never more than [`PAGE_MAX`].
    pub limit: u64,
}

impl CaseReadings {
    /// One page, the first first; nothing of a case that there is not.
    ///
    /// # Errors
    /// The store's.
    pub async fn page(&self, db: &Db) -> Result<Vec<ClearRead>, StoreError> {
        clear_reads::of(db.read(), self.city, self.id, self.after, self.limit.min(PAGE_MAX)).await
    }
}

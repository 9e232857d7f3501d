use std::sync::Arc;

use chassis::store::idempotency::{self, Key, Seen};
use chassis::store::{Command, Tx};
use credit_domain::Denied;
use credit_domain::admission::{AdmissionPolicy, Application, NewApplication, Opened, Registration, Wanted};
use kernel::{Actor, ApplicationId, CategoryCode, City, MerchantId, Version};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::error::Error;
use crate::store::dossiers::Noted;
use crate::store::{applications, dossiers, merchants};

/// Hands in an application (申请加盟): of a newcomer, of a merchant that comes back, or for more categories.
#[derive(Debug)]
pub struct Apply {
    /// The policy.
    pub policy: Arc<AdmissionPolicy>,
    /// The `Idempotency-Key`.
    pub key: Key,
    /// The city.
    pub city: City,
    /// Who applies; somebody new when absent.
    pub merchant: Option<MerchantId>,
    /// What it will be.
    pub wanted: Wanted,
    /// For which categories.
    pub categories: Vec<CategoryCode>,
    /// Who it is before the law.
    pub registration: Registration,
    /// Who hands it in.
    pub by: Actor,
}

/// The answer: the same for every try with the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The application.
    pub application: ApplicationId,
    /// Who applies.
    pub merchant: MerchantId,
    /// Its version.
    pub version: Version,
}

impl Command for Apply {
    type Out = Applied;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Applied, Error> {
        match idempotency::look_up(tx.conn(), &self.key).await? {
            Seen::Fresh => {}
            Seen::Before(first) => return Ok(first),
            Seen::OtherPayload => return Err(Error::KeyReused),
        }
        let Opened { application, dossier } = self.decide(tx).await?;
        let (city, merchant) = (application.city, application.merchant);
        if dossier.version == Version(1) {
            dossiers::insert(tx.conn(), &[(dossier, None)]).await?;
        } else {
            let due = dossier.next_due(&self.policy, tx.now());
            dossiers::save(tx.conn(), &dossier, due).await?;
        }
        applications::insert(tx.conn(), &application).await?;
        let id = application.id;
        let noted = Noted { city, merchant, application: Some(id), what: "applied", by: self.by };
        dossiers::note(tx, noted, &json!({ "categories": application.categories })).await?;
        let applied = Applied { application: id, merchant, version: application.version };
        idempotency::store(tx.conn(), &self.key, &applied, tx.now()).await?;
        Ok(applied)
    }
}

impl Apply {
    async fn decide(&self, tx: &Tx) -> Result<Opened, Error> {
        let merchant = self.merchant.unwrap_or_else(|| tx.next_id());
        let file = dossiers::lock(tx.conn(), self.city, merchant).await?;
        let owner = dossiers::by_code(tx.conn(), self.city, self.registration.code).await?;
        if owner.is_some_and(|owner| owner != merchant) {
            return Err(Denied::Exists("a file of an organisation with this code").into());
        }
        let last = applications::last_of(tx.conn(), self.city, merchant).await?;
        if last.is_some_and(|last| last.state.is_open()) {
            return Err(Denied::Exists("an open application of this merchant").into());
        }
        let known = merchants::find(tx.conn(), self.city, merchant).await?;
        let new = NewApplication {
            id: tx.next_id(),
            city: self.city,
            merchant,
            wanted: self.wanted.clone(),
            categories: self.categories.clone(),
            registration: self.registration.clone(),
        };
        let (file, known) = (file.as_ref(), known.as_ref());
        Ok(Application::open(new, file, known, &self.policy, self.by, tx.now())?)
    }
}

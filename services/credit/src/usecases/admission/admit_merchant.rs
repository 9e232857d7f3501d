use std::sync::Arc;

use chassis::store::{Command, Tx};
use credit_domain::Change;
use credit_domain::admission::{AdmissionPolicy, Admitted, Application};
use credit_domain::news::{About, News, NewsKind};
use kernel::{Actor, ApplicationId, City, Step, Version};
use serde_json::json;

use super::step_application::person;
use super::{Gathered, settle};
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::dossiers::Noted;
use crate::store::{applications, dossiers, merchants};
use crate::usecases::notices::tell;
use crate::usecases::{Told, bring_in, carry_out, certificates, recording, unmoved};

/// A reviewer admits a merchant (准予加盟): every check is passed once more, and from this transaction on it is in.
#[derive(Debug)]
pub struct AdmitMerchant {
    /// The rules of credit.
    pub rules: Arc<RuleBook>,
    /// The policy.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// Which application.
    pub id: ApplicationId,
    /// Who decides.
    pub by: Actor,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for AdmitMerchant {
    type Out = Told<Application>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Application>, Error> {
        let found = applications::lock(tx.conn(), self.city, self.id).await?;
        let application = found.ok_or(Error::Unknown("application"))?;
        let held = dossiers::lock(tx.conn(), self.city, application.merchant).await?;
        let file = held.ok_or(Error::Unknown("file"))?;
        let merchant = merchants::lock(tx.conn(), self.city, application.merchant).await?;
        let now = tx.now();
        let gathered = Gathered::of(tx.conn(), &application, file, now).await?;
        let facts = gathered.facts(&self.policy, now);
        let at = recording(&self.rules, tx).await?;
        let step = application.admit(facts, merchant.as_ref(), person(self.by)?, at)?;
        let admitted = match step {
            Step::AlreadyDone(()) => return Ok(Told { now: application, already: true }),
            Step::Done(admitted) => admitted,
        };
        unmoved(self.expected, application.version)?;
        let Admitted { application, dossier, change } = admitted;
        match merchant {
            None => Box::pin(first(tx, change)).await?,
            Some(before) => carry_out(tx, before.version, Step::Done(change)).await.map(drop)?,
        }
        // A whole merchant and a whole file are held across it already: the rest stands on the heap.
        Box::pin(settle(tx, &self.policy, dossier)).await?;
        applications::save(tx.conn(), &application).await?;
        let (city, merchant) = (application.city, application.merchant);
        let noted = Noted { city, merchant, application: Some(self.id), what: "admitted", by: self.by };
        dossiers::note(tx, noted, &json!({ "checks": application.checks })).await?;
        let about = About::Application(application.id);
        let news =
            News { categories: application.categories.clone(), ..News::of(NewsKind::Admitted, &about) };
        tell(tx, city, merchant, vec![news]).await?;
        Ok(Told { now: application, already: false })
    }
}

/// Brings a newcomer in, whose file is whole: it gets a certificate.
async fn first(tx: &mut Tx, change: Change) -> Result<(), Error> {
    let merchant = change.merchant.clone();
    bring_in(tx, change).await?;
    certificates::await_first(tx, &merchant).await
}

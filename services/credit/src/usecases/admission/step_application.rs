use std::sync::Arc;

use chassis::store::{Command, Tx};
use credit_domain::Denied;
use credit_domain::admission::{AdmissionPolicy, Application};
use kernel::{Actor, ActorId, ApplicationId, City, Step, Version};
use serde_json::{Value, json};

use super::Gathered;
use crate::error::Error;
use crate::store::dossiers::Noted;
use crate::store::{applications, dossiers};
use crate::usecases::{Told, unmoved};

/// A step of an application, other than the admission itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApplicationStep {
    /// An officer takes it up.
    BeginChecks,
    /// An officer looked into the register of organisations.
    AttestCode {
        /// Whether the code is active there, with these holders.
        active: bool,
        /// What was seen, and where it lies.
        evidence: String,
    },
    /// An officer makes it public: every check is passed.
    Publish,
    /// A reviewer refuses it.
    Refuse {
        /// Why.
        reason: String,
    },
    /// The merchant takes it back.
    Withdraw,
}

impl ApplicationStep {
    const fn word(&self) -> &'static str {
        match self {
            Self::BeginChecks => "checks-begun",
            Self::AttestCode { .. } => "code-attested",
            Self::Publish => "published",
            Self::Refuse { .. } => "refused",
            Self::Withdraw => "withdrawn",
        }
    }

    /// What of it is kept in the log.
    fn detail(&self, after: &Application) -> Value {
        match self {
            Self::BeginChecks | Self::Withdraw => json!({}),
            Self::AttestCode { active, evidence } => json!({ "active": active, "evidence": evidence }),
            Self::Publish => json!({ "checks": after.checks }),
            Self::Refuse { reason } => json!({ "reason": reason }),
        }
    }
}

/// Takes an application one step further.
#[derive(Debug)]
pub struct StepApplication {
    /// The policy.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// Which.
    pub id: ApplicationId,
    /// The step.
    pub step: ApplicationStep,
    /// Who takes it.
    pub by: Actor,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for StepApplication {
    type Out = Told<Application>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Application>, Error> {
        let found = applications::lock(tx.conn(), self.city, self.id).await?;
        let application = found.ok_or(Error::Unknown("application"))?;
        let now = match self.decide(tx, &application).await? {
            Step::AlreadyDone(()) => return Ok(Told { now: application, already: true }),
            Step::Done(now) => now,
        };
        unmoved(self.expected, application.version)?;
        applications::save(tx.conn(), &now).await?;
        let (city, merchant, what) = (now.city, now.merchant, self.step.word());
        let noted = Noted { city, merchant, application: Some(now.id), what, by: self.by };
        dossiers::note(tx, noted, &self.step.detail(&now)).await?;
        Ok(Told { now, already: false })
    }
}

impl StepApplication {
    async fn decide(&self, tx: &Tx, application: &Application) -> Result<Step<Application, ()>, Error> {
        let now = tx.now();
        let held = dossiers::lock(tx.conn(), self.city, application.merchant).await?;
        let file = held.ok_or(Error::Unknown("file"))?;
        Ok(match &self.step {
            ApplicationStep::BeginChecks => application.begin_checks(person(self.by)?)?,
            ApplicationStep::AttestCode { active, evidence } => {
                application.attest_code(*active, evidence, person(self.by)?, now)?
            }
            ApplicationStep::Publish => {
                let gathered = Gathered::of(tx.conn(), application, file, now).await?;
                application.publish(gathered.facts(&self.policy, now), person(self.by)?)?
            }
            ApplicationStep::Refuse { reason } => application.refuse(reason, &file, person(self.by)?, now)?,
            ApplicationStep::Withdraw => application.withdraw(now)?,
        })
    }
}

/// Only staff examines and decides: a merchant is a party to its application.
pub(super) fn person(by: Actor) -> Result<ActorId, Denied> {
    match by {
        Actor::Staff { id } => Ok(id),
        Actor::Merchant { .. } | Actor::Channel { .. } | Actor::Platform => Err(Denied::SamePerson),
    }
}

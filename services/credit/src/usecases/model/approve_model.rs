use chassis::store::{Command, StoreError, Tx};
use credit_domain::Rules;
use credit_domain::model::{self, Model};
use kernel::{ActorId, ModelId, Step, Timestamp, Version};

use super::unmoved;
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::models;

/// The second person approves a draft, in force from a moment on. Repeated, it is answered with what stands.
#[derive(Debug)]
pub struct ApproveModel<'a> {
    /// The rules, for the version before it.
    pub rules: &'a RuleBook,
    /// Which one.
    pub id: ModelId,
    /// Since when it is in force.
    pub from: Timestamp,
    /// Who approves.
    pub by: ActorId,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for ApproveModel<'_> {
    type Out = Model;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Model, Error> {
        let found = models::lock(tx.conn(), self.id).await?.ok_or(Error::UnknownModel(self.id))?;
        let last: Option<Rules> = models::last(tx.conn()).await?;
        let last = last.as_ref().unwrap_or_else(|| self.rules.released());
        let approved = match model::approve(&found, last, self.by, self.from, tx.now())? {
            Step::AlreadyDone(stands) => return Ok(stands),
            Step::Done(approved) => approved,
        };
        unmoved(self.expected, found.version)?;
        // Two approvals at once take the same number: the table lets one through, and the other runs again.
        models::save(tx.conn(), &approved, found.version).await.map_err(|error| match error {
            StoreError::Taken(taken) => StoreError::Collision(taken),
            error => error,
        })?;
        Ok(approved)
    }
}

/// Gives a draft up. Repeated, it is answered with what stands.
#[derive(Debug, Clone, Copy)]
pub struct WithdrawModel {
    /// Which one.
    pub id: ModelId,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for WithdrawModel {
    type Out = Model;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Model, Error> {
        let found = models::lock(tx.conn(), self.id).await?.ok_or(Error::UnknownModel(self.id))?;
        let withdrawn = match model::withdraw(&found, tx.now())? {
            Step::AlreadyDone(stands) => return Ok(stands),
            Step::Done(withdrawn) => withdrawn,
        };
        unmoved(self.expected, found.version)?;
        models::save(tx.conn(), &withdrawn, found.version).await?;
        Ok(withdrawn)
    }
}

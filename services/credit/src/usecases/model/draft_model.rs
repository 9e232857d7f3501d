use chassis::store::idempotency::{self, Key, Seen};
use chassis::store::{Command, Tx};
use credit_domain::model::{self, Draft, Model};
use kernel::{ActorId, ModelId, Version};

use super::unmoved;
use crate::error::Error;
use crate::store::models;

/// Begins a draft of new rules. The same key is answered with the draft that it began.
#[derive(Debug, Clone)]
pub struct DraftModel {
    /// The client's key.
    pub key: Key,
    /// What is written.
    pub draft: Draft,
    /// Who writes.
    pub by: ActorId,
}

impl Command for DraftModel {
    type Out = Model;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Model, Error> {
        match idempotency::look_up::<ModelId>(tx.conn(), &self.key).await? {
            Seen::Fresh => {}
            Seen::OtherPayload => return Err(Error::KeyReused),
            Seen::Before(id) => {
                return models::find(tx.conn(), id).await?.ok_or(Error::UnknownModel(id));
            }
        }
        let drafted = model::draft(tx.next_id(), self.draft.clone(), self.by, tx.now())?;
        models::insert(tx.conn(), &drafted).await?;
        idempotency::store(tx.conn(), &self.key, &drafted.id, tx.now()).await?;
        Ok(drafted)
    }
}

/// Writes a draft anew; what was simulated before says nothing about it.
#[derive(Debug, Clone)]
pub struct EditModel {
    /// Which one.
    pub id: ModelId,
    /// What is written.
    pub draft: Draft,
    /// Who writes.
    pub by: ActorId,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for EditModel {
    type Out = Model;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Model, Error> {
        let found = models::lock(tx.conn(), self.id).await?.ok_or(Error::UnknownModel(self.id))?;
        let edited = model::edit(&found, self.draft.clone(), self.by, tx.now())?;
        unmoved(self.expected, found.version)?;
        models::save(tx.conn(), &edited, found.version).await?;
        Ok(edited)
    }
}

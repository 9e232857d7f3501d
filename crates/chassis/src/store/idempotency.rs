//! `Idempotency-Key`: the first result is stored in the transaction of the effect and given again.
//!
//! Kept 24 hours at least ([`KEEP`]). The key belongs to a scope (who asks, and for what), so that two
//! channels never meet.

use std::time::Duration;

use kernel::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, ConnectionTrait};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::{Db, StoreError};

/// How long a result is given again.
pub const KEEP: Duration = Duration::from_secs(48 * 3_600);

/// A stored result.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    /// Who asks, and for what.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: String,
    /// The client's key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of the request's payload.
    pub fingerprint: Vec<u8>,
    /// The result, as JSON.
    pub result: String,
    /// Microseconds since 1970.
    pub stored_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A client's key with what it was sent for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Who asks, and for what, such as `wechat POST /v1/requests`.
    pub scope: String,
    /// The client's key.
    pub key: String,
    /// SHA-256 of the request's payload.
    pub fingerprint: [u8; 32],
}

impl Key {
    /// Of a raw payload.
    #[must_use]
    pub fn new(scope: String, key: String, payload: &[u8]) -> Self {
        Self { scope, key, fingerprint: Sha256::digest(payload).into() }
    }
}

/// What a key was used for before.
#[derive(Debug)]
#[must_use]
pub enum Seen<T> {
    /// Nothing: go on, and [`store`] the result.
    Fresh,
    /// The same: this was the result.
    Before(T),
    /// Something else: the client made a mistake.
    OtherPayload,
}

/// Looks the key up.
///
/// # Errors
/// When the database refuses, or the stored result cannot be read.
pub async fn look_up<T: DeserializeOwned>(
    conn: &impl ConnectionTrait,
    key: &Key,
) -> Result<Seen<T>, StoreError> {
    let Some(row) = Entity::find_by_id((key.scope.clone(), key.key.clone())).one(conn).await? else {
        return Ok(Seen::Fresh);
    };
    if row.fingerprint == key.fingerprint {
        Ok(Seen::Before(serde_json::from_str(&row.result)?))
    } else {
        Ok(Seen::OtherPayload)
    }
}

/// Stores the result, in the transaction of its effect.
///
/// # Errors
/// [`StoreError::Taken`] when another transaction used the key meanwhile.
pub async fn store<T: Serialize>(
    conn: &impl ConnectionTrait,
    key: &Key,
    result: &T,
    now: Timestamp,
) -> Result<(), StoreError> {
    Entity::insert(row(key, result, now)?).exec_without_returning(conn).await?;
    Ok(())
}

/// The row of a result, for hot paths that insert many at once.
///
/// # Errors
/// When the result cannot be written as JSON.
pub fn row<T: Serialize>(key: &Key, result: &T, now: Timestamp) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        scope: ActiveValue::Set(key.scope.clone()),
        key: ActiveValue::Set(key.key.clone()),
        fingerprint: ActiveValue::Set(key.fingerprint.to_vec()),
        result: ActiveValue::Set(serde_json::to_string(result)?),
        stored_at: ActiveValue::Set(now.as_micros()),
    })
}

impl Db {
    /// Forgets results stored before `cutoff`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn idempotency_prune(&self, cutoff: Timestamp) -> Result<u64, StoreError> {
        Ok(Entity::delete_many()
            .filter(Column::StoredAt.lt(cutoff.as_micros()))
            .exec(self.writer())
            .await?
            .rows_affected)
    }
}

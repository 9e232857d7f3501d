//! Nonces of signed requests: each is good once, within the window in which its signature is.

use kernel::{Channel, Timestamp};
use sea_orm::ActiveValue;
use sea_orm::entity::prelude::*;

use super::{Db, StoreError};

/// A nonce that was used.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "nonces")]
pub struct Model {
    /// The channel that used it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel: String,
    /// The `webhook-id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub nonce: String,
    /// Microseconds since 1970.
    pub used_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The row of a use, for hot paths that insert many at once.
#[must_use]
pub fn row(channel: Channel, nonce: &str, now: Timestamp) -> ActiveModel {
    ActiveModel {
        channel: ActiveValue::Set(channel.as_str().to_owned()),
        nonce: ActiveValue::Set(nonce.to_owned()),
        used_at: ActiveValue::Set(now.as_micros()),
    }
}

impl Db {
    /// Forgets nonces used before `cutoff`: their signatures are too old by then.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn nonce_prune(&self, cutoff: Timestamp) -> Result<u64, StoreError> {
        Ok(Entity::delete_many()
            .filter(Column::UsedAt.lt(cutoff.as_micros()))
            .exec(self.writer())
            .await?
            .rows_affected)
    }
}

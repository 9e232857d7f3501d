//! The inbox: which events a consumer has already taken effect of, written with the effect itself (I2).

use std::collections::HashSet;

use kernel::{EventId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, ConnectionTrait, QuerySelect};

use super::bulk;
use super::{Db, StoreError};

/// A row of the inbox.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inbox")]
pub struct Model {
    /// The durable consumer.
    #[sea_orm(primary_key, auto_increment = false)]
    pub consumer: String,
    /// The event.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: Uuid,
    /// Microseconds since 1970 by the machine's clock, by which the streams forget as well.
    pub done_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Which of these events are done already.
pub(crate) async fn done(
    conn: &impl ConnectionTrait,
    consumer: &str,
    events: &[EventId],
) -> Result<HashSet<EventId>, StoreError> {
    if events.is_empty() {
        return Ok(HashSet::new());
    }
    let found: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::EventId)
        .filter(Column::Consumer.eq(consumer))
        .filter(Column::EventId.is_in(events.iter().map(|event| event.uuid())))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(found.into_iter().map(EventId::new).collect())
}

/// Marks the events as done, at this moment of the machine's clock, and says which of them were not yet: those may take effect
/// now.
pub(crate) async fn claim(
    conn: &impl ConnectionTrait,
    consumer: &str,
    events: &[EventId],
    wall: Timestamp,
) -> Result<HashSet<EventId>, StoreError> {
    let rows = events.iter().map(|event| ActiveModel {
        consumer: ActiveValue::Set(consumer.to_owned()),
        event_id: ActiveValue::Set(event.uuid()),
        done_at: ActiveValue::Set(wall.as_micros()),
    });
    let claimed = bulk::claim(conn, rows.collect()).await?;
    Ok(claimed.into_iter().map(|(_, event)| EventId::new(event)).collect())
}

impl Db {
    /// How many events this consumer has taken effect of.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn inbox_count(&self, consumer: &str) -> Result<u64, StoreError> {
        Ok(Entity::find().filter(Column::Consumer.eq(consumer)).count(self.read()).await?)
    }

    /// Forgets events done before `cutoff` of the machine's clock, which must lie before what any stream still holds.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn inbox_prune(&self, cutoff: Timestamp) -> Result<u64, StoreError> {
        Ok(Entity::delete_many()
            .filter(Column::DoneAt.lt(cutoff.as_micros()))
            .exec(self.writer())
            .await?
            .rows_affected)
    }
}

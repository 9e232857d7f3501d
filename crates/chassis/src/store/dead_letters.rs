//! Dead letters (死信): messages that could not take effect, kept whole with the reason until someone sees to them.

use kernel::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, ConnectionTrait, QueryOrder, QuerySelect};

use super::{Db, StoreError};

/// Longest payload that is kept; the bus refuses longer messages anyway.
const PAYLOAD_BYTES_MAX: usize = 1 << 20;

/// A dead letter.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dead_letters")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The durable consumer that gave it up.
    pub consumer: String,
    /// The stream it came from.
    pub stream: String,
    /// Its sequence in the stream.
    pub stream_seq: i64,
    /// Its subject.
    pub subject: String,
    /// Its headers, as a JSON object of lists.
    pub headers: String,
    /// Its payload, as it came.
    pub payload: Vec<u8>,
    /// Why it has no effect.
    pub reason: String,
    /// How often it was delivered.
    pub deliveries: i64,
    /// Microseconds since 1970.
    pub died_at: i64,
    /// When it was driven again with success, microseconds since 1970.
    pub redriven_at: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps a dead letter. The same message at the same place in the stream is kept once.
pub(crate) async fn bury(conn: &impl ConnectionTrait, mut letter: Model) -> Result<(), StoreError> {
    let known = Entity::find()
        .filter(Column::Consumer.eq(&letter.consumer))
        .filter(Column::Stream.eq(&letter.stream))
        .filter(Column::StreamSeq.eq(letter.stream_seq))
        .filter(Column::Subject.eq(&letter.subject))
        .count(conn)
        .await?;
    if known > 0 {
        return Ok(());
    }
    letter.payload.truncate(PAYLOAD_BYTES_MAX);
    Entity::insert(letter.into_active_model_all()).exec_without_returning(conn).await?;
    Ok(())
}

/// Marks it as driven again.
pub(crate) async fn mark_redriven(
    conn: &impl ConnectionTrait,
    id: Uuid,
    now: Timestamp,
) -> Result<(), StoreError> {
    let change = ActiveModel {
        id: ActiveValue::Unchanged(id),
        redriven_at: ActiveValue::Set(Some(now.as_micros())),
        ..<ActiveModel as sea_orm::ActiveModelTrait>::default()
    };
    Entity::update(change).exec(conn).await?;
    Ok(())
}

impl Model {
    fn into_active_model_all(self) -> ActiveModel {
        ActiveModel {
            id: ActiveValue::Set(self.id),
            consumer: ActiveValue::Set(self.consumer),
            stream: ActiveValue::Set(self.stream),
            stream_seq: ActiveValue::Set(self.stream_seq),
            subject: ActiveValue::Set(self.subject),
            headers: ActiveValue::Set(self.headers),
            payload: ActiveValue::Set(self.payload),
            reason: ActiveValue::Set(self.reason),
            deliveries: ActiveValue::Set(self.deliveries),
            died_at: ActiveValue::Set(self.died_at),
            redriven_at: ActiveValue::Set(self.redriven_at),
        }
    }
}

impl Db {
    /// Dead letters not yet driven again, oldest first, after `after`, at most `limit`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn dead_letters(&self, after: Option<Uuid>, limit: u64) -> Result<Vec<Model>, StoreError> {
        let mut query =
            Entity::find().filter(Column::RedrivenAt.is_null()).order_by_asc(Column::Id).limit(limit);
        if let Some(after) = after {
            query = query.filter(Column::Id.gt(after));
        }
        Ok(query.all(self.read()).await?)
    }

    /// One dead letter.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn dead_letter(&self, id: Uuid) -> Result<Option<Model>, StoreError> {
        Ok(Entity::find_by_id(id).one(self.read()).await?)
    }

    /// How many wait for someone; of one consumer or of all.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn dead_letter_count(&self, consumer: Option<&str>) -> Result<u64, StoreError> {
        let mut query = Entity::find().filter(Column::RedrivenAt.is_null());
        if let Some(consumer) = consumer {
            query = query.filter(Column::Consumer.eq(consumer));
        }
        Ok(query.count(self.read()).await?)
    }
}

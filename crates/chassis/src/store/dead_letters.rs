//! Dead letters (死信): messages that could not take effect, kept whole with the reason until someone sees to them.
//!
//! A letter is open until it is driven again with success, or discarded with a reason. None is ever deleted.

use kernel::{Actor, EventId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, Condition, ConnectionTrait, QueryOrder, QuerySelect};

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
    /// The event, where the headers name one.
    pub event_id: Option<Uuid>,
    /// What driving it again came to: see [`Effect`].
    pub effect: Option<String>,
    /// When it was given up for good, microseconds since 1970.
    pub discarded_at: Option<i64>,
    /// Why it was given up for good.
    pub discard_reason: Option<String>,
    /// Who drove it again or discarded it.
    pub settled_by: Option<String>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Whether somebody has seen to a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeadLetterState)]
pub enum State {
    /// It waits for someone.
    Open,
    /// It was driven again with success.
    Redriven,
    /// It was given up for good, with a reason.
    Discarded,
}

/// What driving a letter again came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, utoipa::ToSchema)]
#[schema(as = DeadLetterEffect, rename_all = "snake_case")]
pub enum Effect {
    /// It took effect.
    Done,
    /// It had taken effect meanwhile, by another delivery.
    Duplicate,
}

impl Effect {
    /// As it is kept and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Duplicate => "duplicate",
        }
    }
}

/// How somebody saw to a letter.
pub(crate) enum Settled<'a> {
    Redriven(Effect),
    Discarded(&'a str),
}

impl Model {
    /// Whether somebody has seen to it.
    #[must_use]
    pub fn state(&self) -> State {
        match (self.redriven_at, self.discarded_at) {
            (Some(_), _) => State::Redriven,
            (None, Some(_)) => State::Discarded,
            (None, None) => State::Open,
        }
    }
}

/// Keeps a dead letter. The same event is kept once for a consumer, even when a refilled stream delivers it
/// again; a message that is no event, once for its place in the stream.
pub(crate) async fn bury(conn: &impl ConnectionTrait, mut letter: Model) -> Result<(), StoreError> {
    letter.payload.truncate(PAYLOAD_BYTES_MAX);
    let same = match letter.event_id {
        Some(event) => Condition::all().add(Column::EventId.eq(event)),
        None => Condition::all()
            .add(Column::Stream.eq(&letter.stream))
            .add(Column::StreamSeq.eq(letter.stream_seq))
            .add(Column::Subject.eq(&letter.subject))
            // A stream that was made anew counts from 1 again: another message may stand at the same place.
            .add(Column::Payload.eq(letter.payload.clone())),
    };
    let known = Entity::find().filter(Column::Consumer.eq(&letter.consumer)).filter(same).count(conn).await?;
    if known > 0 {
        return Ok(());
    }
    let row = ActiveModel::from(letter).reset_all();
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// The letter, held until the transaction ends: of two who see to it, one waits and finds the other's result.
pub(crate) async fn lock(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(conn).await?)
}

/// Writes down how somebody saw to it.
pub(crate) async fn settle(
    conn: &impl ConnectionTrait,
    mut letter: Model,
    how: Settled<'_>,
    by: Actor,
    now: Timestamp,
) -> Result<Model, StoreError> {
    letter.settled_by = Some(by.to_string());
    match how {
        Settled::Redriven(effect) => {
            letter.redriven_at = Some(now.as_micros());
            letter.effect = Some(effect.as_str().to_owned());
        }
        Settled::Discarded(reason) => {
            letter.discarded_at = Some(now.as_micros());
            letter.discard_reason = Some(reason.to_owned());
        }
    }
    let change = ActiveModel {
        id: ActiveValue::Unchanged(letter.id),
        redriven_at: ActiveValue::Set(letter.redriven_at),
        effect: ActiveValue::Set(letter.effect.clone()),
        discarded_at: ActiveValue::Set(letter.discarded_at),
        discard_reason: ActiveValue::Set(letter.discard_reason.clone()),
        settled_by: ActiveValue::Set(letter.settled_by.clone()),
        ..<ActiveModel as sea_orm::ActiveModelTrait>::default()
    };
    Entity::update(change).exec(conn).await?;
    Ok(letter)
}

/// Which letters: all that fit what is given.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// Of this durable consumer.
    pub consumer: Option<String>,
    /// In this state.
    pub state: Option<State>,
}

impl Chosen {
    fn condition(&self) -> Condition {
        let state = self.state.map(|state| match state {
            State::Open => {
                Condition::all().add(Column::RedrivenAt.is_null()).add(Column::DiscardedAt.is_null())
            }
            State::Redriven => Condition::all().add(Column::RedrivenAt.is_not_null()),
            State::Discarded => Condition::all().add(Column::DiscardedAt.is_not_null()),
        });
        Condition::all()
            .add_option(self.consumer.as_ref().map(|consumer| Column::Consumer.eq(consumer)))
            .add_option(state)
    }
}

impl Db {
    /// Dead letters, oldest first, after `after`, at most `limit`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn dead_letters_page(
        &self,
        chosen: &Chosen,
        after: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<Model>, StoreError> {
        let mut query = Entity::find().filter(chosen.condition()).order_by_asc(Column::Id).limit(limit);
        if let Some(after) = after {
            query = query.filter(Column::Id.gt(after));
        }
        Ok(query.all(self.read()).await?)
    }

    /// Dead letters that wait for someone, oldest first, after `after`, at most `limit`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn dead_letters(&self, after: Option<Uuid>, limit: u64) -> Result<Vec<Model>, StoreError> {
        let open = Chosen { consumer: None, state: Some(State::Open) };
        self.dead_letters_page(&open, after, limit).await
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
        let open = Chosen { consumer: consumer.map(str::to_owned), state: Some(State::Open) };
        Ok(Entity::find().filter(open.condition()).count(self.read()).await?)
    }

    /// Which of these events, and which places in the stream, the consumer has a letter for, in any state.
    pub(crate) async fn dead_letters_of(
        &self,
        consumer: &str,
        events: &[EventId],
        places: &[i64],
    ) -> Result<Vec<(Option<Uuid>, i64)>, StoreError> {
        let same = Condition::any().add(Column::EventId.is_in(events.iter().map(|event| event.uuid()))).add(
            Condition::all().add(Column::EventId.is_null()).add(Column::StreamSeq.is_in(places.to_vec())),
        );
        Ok(Entity::find()
            .select_only()
            .columns([Column::EventId, Column::StreamSeq])
            .filter(Column::Consumer.eq(consumer))
            .filter(same)
            .into_tuple()
            .all(self.read())
            .await?)
    }
}

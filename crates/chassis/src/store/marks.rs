//! What was last seen of each stream: its incarnation and the last acknowledged sequence. When a stream comes
//! back younger or shorter than that, its storage was lost or rolled back, and the outbox fills it again.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ConnectionTrait};

use super::StoreError;

/// A mark.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stream_marks")]
pub(crate) struct Model {
    /// Name of the stream.
    #[sea_orm(primary_key, auto_increment = false)]
    pub stream: String,
    /// When the stream was created, as the server says it.
    pub incarnation: String,
    /// The highest sequence that was acknowledged to this service.
    pub last_seq: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn find(conn: &impl ConnectionTrait, stream: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(stream).one(conn).await?)
}

pub(crate) async fn set(conn: &impl ConnectionTrait, mark: Model) -> Result<(), StoreError> {
    let row = ActiveModel {
        stream: ActiveValue::Set(mark.stream),
        incarnation: ActiveValue::Set(mark.incarnation),
        last_seq: ActiveValue::Set(mark.last_seq),
    };
    let newest =
        OnConflict::column(Column::Stream).update_columns([Column::Incarnation, Column::LastSeq]).to_owned();
    Entity::insert(row).on_conflict(newest).exec_without_returning(conn).await?;
    Ok(())
}

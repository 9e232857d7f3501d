//! Credit-building activities, and who takes part in them.

use chassis::store::StoreError;
use credit_domain::activities::{Activity, Participant};
use kernel::{ActivityId, City, MerchantId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{Condition, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};

use super::{city_column, version_column};

/// A row of `activities`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activities")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) starts_at: i64,
    pub(super) state: String,
    pub(super) version: i64,
    /// JSON: the activity.
    pub(super) body: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

mod participants {
    use sea_orm::entity::prelude::*;

    /// A row of `activity_participants`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "activity_participants")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) city: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) activity: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) merchant: Uuid,
        pub(super) state: String,
        /// JSON: the participant.
        pub(super) body: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The place of an activity in the list: by its beginning.
pub(crate) type Place = (Timestamp, ActivityId);

/// Keeps a new one.
pub(crate) async fn insert(conn: &impl ConnectionTrait, activity: &Activity) -> Result<(), StoreError> {
    Entity::insert(to_row(activity)?.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes back what [`lock`] handed out.
pub(crate) async fn save(conn: &impl ConnectionTrait, activity: &Activity) -> Result<(), StoreError> {
    Entity::update(to_row(activity)?.into_active_model().reset_all()).exec(conn).await?;
    Ok(())
}

/// The activity as it is committed.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    id: ActivityId,
) -> Result<Option<Activity>, StoreError> {
    let found = Entity::find_by_id((city_column(city), id.uuid())).one(conn).await?;
    found.map(|row| read(&row)).transpose()
}

/// The activity, held until the transaction ends. Whoever holds a merchant comes first.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    id: ActivityId,
) -> Result<Option<Activity>, StoreError> {
    let found = Entity::find_by_id((city_column(city), id.uuid())).lock_exclusive().one(conn).await?;
    found.map(|row| read(&row)).transpose()
}

/// Activities of a city by their beginning, the last first.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    kind: Option<&str>,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<Activity>, StoreError> {
    let mut found = Entity::find().filter(Column::City.eq(city_column(city)));
    if let Some(kind) = kind {
        found = found.filter(Column::Kind.eq(kind));
    }
    if let Some((starts_at, id)) = after {
        let at = starts_at.as_micros();
        let same = Condition::all().add(Column::StartsAt.eq(at)).add(Column::Id.lt(id.uuid()));
        found = found.filter(Condition::any().add(Column::StartsAt.lt(at)).add(same));
    }
    let found = found.order_by_desc(Column::StartsAt).order_by_desc(Column::Id).limit(limit);
    found.all(conn).await?.iter().map(read).collect()
}

/// Where the merchant stands with the activity. Whoever holds the activity asks.
pub(crate) async fn participant(
    conn: &impl ConnectionTrait,
    city: City,
    activity: ActivityId,
    merchant: MerchantId,
) -> Result<Option<Participant>, StoreError> {
    let key = (city_column(city), activity.uuid(), merchant.uuid());
    let found = participants::Entity::find_by_id(key).one(conn).await?;
    found.map(|row| Ok(serde_json::from_str(&row.body)?)).transpose()
}

/// Keeps where a merchant stands with it.
pub(crate) async fn save_participant(
    conn: &impl ConnectionTrait,
    city: City,
    participant: &Participant,
) -> Result<(), StoreError> {
    use participants::Column as Col;
    let row = participants::Model {
        city: city_column(city),
        activity: participant.activity.uuid(),
        merchant: participant.merchant.uuid(),
        state: participant.state.to_string(),
        body: serde_json::to_string(participant)?,
    };
    let replaces = OnConflict::columns([Col::City, Col::Activity, Col::Merchant])
        .update_columns([Col::State, Col::Body])
        .to_owned();
    let insert = participants::Entity::insert(row.into_active_model()).on_conflict(replaces);
    insert.exec_without_returning(conn).await?;
    Ok(())
}

/// Who takes part in it, by merchant.
pub(crate) async fn participants(
    conn: &impl ConnectionTrait,
    city: City,
    activity: ActivityId,
    after: Option<MerchantId>,
    limit: u64,
) -> Result<Vec<Participant>, StoreError> {
    use participants::Column as Col;
    let mut found = participants::Entity::find()
        .filter(Col::City.eq(city_column(city)))
        .filter(Col::Activity.eq(activity.uuid()));
    if let Some(after) = after {
        found = found.filter(Col::Merchant.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Col::Merchant).limit(limit).all(conn).await?;
    rows.into_iter().map(|row| Ok(serde_json::from_str(&row.body)?)).collect()
}

/// What a merchant takes part in, the latest planned first.
pub(crate) async fn of_merchant(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    before: Option<ActivityId>,
    limit: u64,
) -> Result<Vec<Participant>, StoreError> {
    use participants::Column as Col;
    let mut found = participants::Entity::find()
        .filter(Col::City.eq(city_column(city)))
        .filter(Col::Merchant.eq(merchant.uuid()));
    if let Some(before) = before {
        found = found.filter(Col::Activity.lt(before.uuid()));
    }
    let rows = found.order_by_desc(Col::Activity).limit(limit).all(conn).await?;
    rows.into_iter().map(|row| Ok(serde_json::from_str(&row.body)?)).collect()
}

fn to_row(activity: &Activity) -> Result<Model, StoreError> {
    Ok(Model {
        city: city_column(activity.city),
        id: activity.id.uuid(),
        kind: activity.says.kind.clone(),
        starts_at: activity.says.starts_at.as_micros(),
        state: activity.state.to_string(),
        version: version_column(activity.version)?,
        body: serde_json::to_string(activity)?,
    })
}

fn read(row: &Model) -> Result<Activity, StoreError> {
    Ok(serde_json::from_str(&row.body)?)
}

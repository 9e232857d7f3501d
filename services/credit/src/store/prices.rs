//! Price lists, and every price that was ever posted.

use chassis::store::StoreError;
use credit_domain::prices::{PriceEntry, PriceList, PricesChanged};
use kernel::{City, ItemCode, MerchantId};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{Condition, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};

use super::{ROWS_PER_INSERT, city_column, narrow, version_column};

/// A row of `price_lists`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "price_lists")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) merchant: Uuid,
    pub(super) version: i64,
    /// JSON: the list.
    pub(super) body: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

mod history {
    use sea_orm::entity::prelude::*;

    /// A row of `price_history`: an entry that was posted.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "price_history")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) city: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) merchant: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) version: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) place: i64,
        pub(super) item: String,
        /// JSON: the entry.
        pub(super) body: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A place in the history: the version of the list, and the place among what it brought.
pub(crate) type Place = (u64, u32);

/// The list as it is committed; an empty one where nothing was posted yet.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
) -> Result<PriceList, StoreError> {
    let found = Entity::find_by_id((city_column(city), merchant.uuid())).one(conn).await?;
    match found {
        Some(row) => Ok(serde_json::from_str(&row.body)?),
        None => Ok(PriceList::empty(city, merchant)),
    }
}

/// Lists of a city by merchant, after this one.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    after: Option<MerchantId>,
    limit: u64,
) -> Result<Vec<PriceList>, StoreError> {
    let mut found = Entity::find().filter(Column::City.eq(city_column(city)));
    if let Some(after) = after {
        found = found.filter(Column::Merchant.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Merchant).limit(limit).all(conn).await?;
    rows.iter().map(|row| Ok(serde_json::from_str(&row.body)?)).collect()
}

/// The same, held until the transaction ends. An empty list is held by nobody: of two first lists at once the
/// second collides, and is decided again.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
) -> Result<PriceList, StoreError> {
    let key = (city_column(city), merchant.uuid());
    match Entity::find_by_id(key).lock_exclusive().one(conn).await? {
        Some(row) => Ok(serde_json::from_str(&row.body)?),
        None => Ok(PriceList::empty(city, merchant)),
    }
}

/// Keeps a changed list, and what the history gains.
pub(crate) async fn save(conn: &impl ConnectionTrait, changed: &PricesChanged) -> Result<(), StoreError> {
    let PricesChanged { list, added } = changed;
    let version = version_column(list.version)?;
    let (city, merchant) = (city_column(list.city), list.merchant.uuid());
    let row = Model { city, merchant, version, body: serde_json::to_string(list)? };
    let replaces = OnConflict::columns([Column::City, Column::Merchant])
        .update_columns([Column::Version, Column::Body])
        .to_owned();
    // The history's key holds the version: two first lists at once collide there.
    Entity::insert(row.into_active_model()).on_conflict(replaces).exec_without_returning(conn).await?;
    for (part, entries) in (0_i64..).zip(added.chunks(ROWS_PER_INSERT)) {
        let rows = (0_i64..).zip(entries).map(|(place, entry)| {
            let place = part * i64::try_from(ROWS_PER_INSERT).unwrap_or(i64::MAX) + place;
            let (item, body) = (entry.item.to_string(), serde_json::to_string(entry)?);
            Ok(history::Model { city, merchant, version, place, item, body }.into_active_model())
        });
        let rows: Vec<history::ActiveModel> = rows.collect::<Result<_, StoreError>>()?;
        let written = history::Entity::insert_many(rows).exec_without_returning(conn).await;
        written.map_err(super::taken_is_collision)?;
    }
    Ok(())
}

/// Keeps first lists, with the history of each.
pub(crate) async fn insert(conn: &impl ConnectionTrait, lists: &[PriceList]) -> Result<(), StoreError> {
    let (mut rows, mut posted) = (Vec::new(), Vec::new());
    for list in lists {
        let (city, merchant) = (city_column(list.city), list.merchant.uuid());
        let version = version_column(list.version)?;
        let row = Model { city, merchant, version, body: serde_json::to_string(list)? };
        rows.push(row.into_active_model());
        for (place, entry) in (0_i64..).zip(&list.entries) {
            let (item, body) = (entry.item.to_string(), serde_json::to_string(entry)?);
            posted.push(history::Model { city, merchant, version, place, item, body }.into_active_model());
        }
    }
    for part in rows.chunks(ROWS_PER_INSERT) {
        let written = Entity::insert_many(part.to_vec()).exec_without_returning(conn).await;
        written.map_err(super::taken_is_collision)?;
    }
    for part in posted.chunks(ROWS_PER_INSERT) {
        let written = history::Entity::insert_many(part.to_vec()).exec_without_returning(conn).await;
        written.map_err(super::taken_is_collision)?;
    }
    Ok(())
}

/// What was ever posted, the first first, after this place.
pub(crate) async fn history(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    item: Option<&ItemCode>,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<(Place, PriceEntry)>, StoreError> {
    use history::Column as Col;
    let mut found = history::Entity::find()
        .filter(Col::City.eq(city_column(city)))
        .filter(Col::Merchant.eq(merchant.uuid()));
    if let Some(item) = item {
        found = found.filter(Col::Item.eq(item.as_str()));
    }
    if let Some((version, place)) = after {
        let version: i64 = narrow("version", version)?;
        let same = Condition::all().add(Col::Version.eq(version)).add(Col::Place.gt(i64::from(place)));
        found = found.filter(Condition::any().add(Col::Version.gt(version)).add(same));
    }
    let rows = found.order_by_asc(Col::Version).order_by_asc(Col::Place).limit(limit).all(conn).await?;
    let read = |row: history::Model| {
        let place = (narrow("version", row.version)?, narrow("place", row.place)?);
        Ok((place, serde_json::from_str(&row.body)?))
    };
    rows.into_iter().map(read).collect()
}

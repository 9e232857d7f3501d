//! Bans on re-admission, and the keys by which they find somebody.

use chassis::store::{StoreError, bulk};
use credit_domain::Cause;
use credit_domain::admission::{Ban, MatchKey, Registration};
use kernel::{City, MerchantId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};

use super::city_column;

/// Bans read at once for one applicant: more would have to have been given for the same few persons.
const BANS_MAX: u64 = 1_000;

/// A row of `bans`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bans")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) merchant: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) cause: String,
    pub(super) starts: i64,
    /// Where it was lifted early, this is when; the body keeps what was given.
    pub(super) ends: i64,
    /// JSON: the ban as it was given.
    pub(super) body: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

mod keys {
    use sea_orm::entity::prelude::*;

    /// A row of `ban_keys`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ban_keys")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) city: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) match_key: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) merchant: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) cause: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Keeps a ban, in the transaction of the removal that it is given with; the same merchant and cause give one ban,
/// however often it is said.
///
/// # Errors
/// When the database refuses.
pub async fn impose_ban(conn: &impl ConnectionTrait, ban: &Ban) -> Result<(), StoreError> {
    let (city, merchant, cause) = (city_column(ban.city), ban.merchant.uuid(), ban.cause.to_string());
    let (starts, ends) = (ban.from.as_micros(), ban.until.as_micros());
    let row = Model { city, merchant, cause: cause.clone(), starts, ends, body: serde_json::to_string(ban)? };
    if bulk::claim(conn, vec![row.into_active_model()]).await?.is_empty() {
        return Ok(());
    }
    let mut found_by = ban.keys();
    found_by.sort_unstable();
    found_by.dedup();
    let rows = found_by.into_iter().map(|key| {
        let match_key = key.to_string();
        keys::Model { city, match_key, merchant, cause: cause.clone() }.into_active_model()
    });
    keys::Entity::insert_many(rows).exec_without_returning(conn).await?;
    Ok(())
}

/// Ends a ban early, in the transaction of the reversal that takes it back. Whether there was one that ran.
///
/// # Errors
/// When the database refuses.
pub async fn lift_ban(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    cause: Cause,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let lifted = Entity::update_many()
        .col_expr(Column::Ends, Expr::value(now.as_micros()))
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(merchant.uuid()))
        .filter(Column::Cause.eq(cause.to_string()))
        .filter(Column::Ends.gt(now.as_micros()))
        .exec(conn)
        .await?;
    Ok(lifted.rows_affected > 0)
}

/// The bans that run on this merchant or on anybody behind it.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn running_on(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    registration: Option<&Registration>,
    now: Timestamp,
) -> Result<Vec<Ban>, StoreError> {
    let behind = registration.map(Registration::keys).unwrap_or_default();
    let asked = behind.into_iter().chain([MatchKey::of_merchant(merchant)]).map(|key| key.to_string());
    let hits = keys::Entity::find()
        .filter(keys::Column::City.eq(city_column(city)))
        .filter(keys::Column::MatchKey.is_in(asked))
        .limit(BANS_MAX)
        .all(conn)
        .await?;
    let mut running = Vec::new();
    for hit in hits {
        let found = Entity::find_by_id((hit.city, hit.merchant, hit.cause)).one(conn).await?;
        if let Some(ban) = found.as_ref().map(read).transpose()?.filter(|ban| ban.runs(now))
            && !running.contains(&ban)
        {
            running.push(ban);
        }
    }
    Ok(running)
}

/// Bans of the city that run, by merchant, after this one.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    now: Timestamp,
    after: Option<(MerchantId, String)>,
    limit: u64,
) -> Result<Vec<Ban>, StoreError> {
    let now = now.as_micros();
    let mut found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Starts.lte(now))
        .filter(Column::Ends.gt(now));
    if let Some((merchant, cause)) = after {
        let merchant = merchant.uuid();
        let same = Condition::all().add(Column::Merchant.eq(merchant)).add(Column::Cause.gt(cause));
        found = found.filter(Condition::any().add(Column::Merchant.gt(merchant)).add(same));
    }
    let rows =
        found.order_by_asc(Column::Merchant).order_by_asc(Column::Cause).limit(limit).all(conn).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Model) -> Result<Ban, StoreError> {
    let given: Ban = serde_json::from_str(&row.body)?;
    Ok(Ban { until: Timestamp::from_micros(row.ends), ..given })
}

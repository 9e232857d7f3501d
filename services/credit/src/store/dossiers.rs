//! Merchants' files, and what happened to them.

use std::collections::HashMap;

use chassis::store::{StoreError, Tx};
use credit_domain::admission::Dossier;
use kernel::{Actor, ApplicationId, City, MerchantId, SocialCreditCode, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};

use super::{ROWS_PER_INSERT, city_column, city_of, instant_column, version_column, word};

/// A row of `dossiers`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dossiers")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) merchant: Uuid,
    pub(super) code: Option<String>,
    pub(super) version: i64,
    /// When somebody must look at it next.
    pub(super) next_due: Option<i64>,
    /// JSON: the file.
    pub(super) body: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

mod log {
    use sea_orm::entity::prelude::*;

    /// A row of `admission_log`: something that was done, and by whom.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "admission_log")]
    pub(super) struct Model {
        pub(super) city: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: Uuid,
        pub(super) merchant: Uuid,
        pub(super) application: Option<Uuid>,
        pub(super) what: String,
        pub(super) actor: String,
        pub(super) logged_at: i64,
        /// JSON: with what.
        pub(super) detail: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The file as it is committed.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
) -> Result<Option<Dossier>, StoreError> {
    Entity::find_by_id((city_column(city), merchant.uuid())).one(conn).await?.as_ref().map(read).transpose()
}

/// The file, held until the transaction ends.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
) -> Result<Option<Dossier>, StoreError> {
    let key = (city_column(city), merchant.uuid());
    Entity::find_by_id(key).lock_exclusive().one(conn).await?.as_ref().map(read).transpose()
}

/// The same, unless another instance holds it, or it is not due any more.
pub(crate) async fn lock_due(
    conn: &impl ConnectionTrait,
    (city, merchant): (City, MerchantId),
    now: Timestamp,
) -> Result<Option<Dossier>, StoreError> {
    let found = Entity::find_by_id((city_column(city), merchant.uuid()))
        .filter(Column::NextDue.lte(now.as_micros()))
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    found.one(conn).await?.as_ref().map(read).transpose()
}

/// Files that are due, the longest due first.
pub(crate) async fn due(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<(City, MerchantId)>, StoreError> {
    let rows: Vec<(i64, Uuid)> = Entity::find()
        .select_only()
        .column(Column::City)
        .column(Column::Merchant)
        .filter(Column::NextDue.lte(now.as_micros()))
        .order_by_asc(Column::NextDue)
        .limit(limit)
        .into_tuple()
        .all(conn)
        .await?;
    rows.into_iter().map(|(city, merchant)| Ok((city_of(city)?, merchant.into()))).collect()
}

/// Whose file has this code.
pub(crate) async fn by_code(
    conn: &impl ConnectionTrait,
    city: City,
    code: SocialCreditCode,
) -> Result<Option<MerchantId>, StoreError> {
    let found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Code.eq(code.as_str()))
        .one(conn)
        .await?;
    Ok(found.map(|row| row.merchant.into()))
}

/// The codes of these merchants, where they are known.
pub(crate) async fn codes_of(
    conn: &impl ConnectionTrait,
    city: City,
    merchants: impl IntoIterator<Item = MerchantId>,
) -> Result<HashMap<MerchantId, SocialCreditCode>, StoreError> {
    let rows: Vec<(Uuid, String)> = Entity::find()
        .select_only()
        .column(Column::Merchant)
        .column(Column::Code)
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Code.is_not_null())
        .filter(Column::Merchant.is_in(merchants.into_iter().map(MerchantId::uuid)))
        .into_tuple()
        .all(conn)
        .await?;
    rows.iter().map(|(merchant, code)| Ok(((*merchant).into(), word("code", code)?))).collect()
}

/// Keeps new files, each with the moment at which somebody must look at it.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    files: &[(Dossier, Option<Timestamp>)],
) -> Result<(), StoreError> {
    for part in files.chunks(ROWS_PER_INSERT) {
        let rows = part.iter().map(|(file, due)| Ok(to_row(file, *due)?.into_active_model()));
        let rows: Vec<ActiveModel> = rows.collect::<Result<_, StoreError>>()?;
        let written = Entity::insert_many(rows).exec_without_returning(conn).await;
        written.map_err(super::taken_is_collision)?;
    }
    Ok(())
}

/// Writes back what [`lock`] handed out.
pub(crate) async fn save(
    conn: &impl ConnectionTrait,
    file: &Dossier,
    due: Option<Timestamp>,
) -> Result<(), StoreError> {
    Entity::update(to_row(file, due)?.into_active_model().reset_all()).exec(conn).await?;
    Ok(())
}

/// Lets the next turn look at a file.
pub(crate) async fn due_now(
    conn: &impl ConnectionTrait,
    (city, merchant): (City, MerchantId),
    now: Timestamp,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::NextDue, Expr::value(now.as_micros()))
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(merchant.uuid()))
        .exec(conn)
        .await?;
    Ok(())
}

/// What is noted about a step: no personal data.
#[derive(Debug)]
pub(crate) struct Noted<'a> {
    /// The city.
    pub(crate) city: City,
    /// Whose file.
    pub(crate) merchant: MerchantId,
    /// Of which application, if of one.
    pub(crate) application: Option<ApplicationId>,
    /// In one word.
    pub(crate) what: &'a str,
    /// By whom.
    pub(crate) by: Actor,
}

/// Notes that something was done, with what.
pub(crate) async fn note(
    tx: &Tx,
    noted: Noted<'_>,
    detail: &impl serde::Serialize,
) -> Result<(), StoreError> {
    let row = log::Model {
        city: city_column(noted.city),
        id: tx.next_id(),
        merchant: noted.merchant.uuid(),
        application: noted.application.map(ApplicationId::uuid),
        what: noted.what.to_owned(),
        actor: noted.by.to_string(),
        logged_at: tx.now().as_micros(),
        detail: serde_json::to_string(detail)?,
    };
    log::Entity::insert(row.into_active_model()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct LogLine {
    /// Rises with time.
    pub id: Uuid,
    /// Of which application, if of one.
    pub application: Option<ApplicationId>,
    /// In one word.
    pub what: String,
    /// By whom.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// With what.
    pub detail: serde_json::Value,
}

/// What was done to a file, the first first, after this line.
pub(crate) async fn history(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<LogLine>, StoreError> {
    let mut found = log::Entity::find()
        .filter(log::Column::City.eq(city_column(city)))
        .filter(log::Column::Merchant.eq(merchant.uuid()));
    if let Some(after) = after {
        found = found.filter(log::Column::Id.gt(after));
    }
    let rows = found.order_by_asc(log::Column::Id).limit(limit).all(conn).await?;
    let line = |row: log::Model| {
        Ok(LogLine {
            id: row.id,
            application: row.application.map(ApplicationId::new),
            what: row.what,
            by: word("actor", &row.actor)?,
            at: Timestamp::from_micros(row.logged_at),
            detail: serde_json::from_str(&row.detail)?,
        })
    };
    rows.into_iter().map(line).collect()
}

fn to_row(file: &Dossier, due: Option<Timestamp>) -> Result<Model, StoreError> {
    Ok(Model {
        city: city_column(file.city),
        merchant: file.merchant.uuid(),
        code: file.registration.as_ref().map(|known| known.code.to_string()),
        version: version_column(file.version)?,
        next_due: instant_column(due),
        body: serde_json::to_string(file)?,
    })
}

fn read(row: &Model) -> Result<Dossier, StoreError> {
    Ok(serde_json::from_str(&row.body)?)
}

//! What merchants were told, and when they acknowledged it: two tables to which rows are added and in which none is
//! changed, since a receipt is proof of service.

use std::collections::HashMap;

use chassis::store::{StoreError, Total};
use credit_domain::news::{MerchantNotice, News};
use kernel::{Actor, City, MerchantId, NoticeId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ActiveValue, ConnectionTrait, ExprTrait as _, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait,
    Select,
};

use super::{ROWS_PER_INSERT, city_column};

/// A row of `merchant_notices`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "merchant_notices")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) merchant: Uuid,
    pub(super) told_at: i64,
    /// JSON: what was said.
    pub(super) news: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

mod receipts {
    use sea_orm::entity::prelude::*;

    /// A row of `notice_receipts`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice_receipts")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) city: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) notice: Uuid,
        pub(super) actor: String,
        pub(super) acknowledged_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Keeps what merchants are told.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    notices: &[MerchantNotice],
) -> Result<(), StoreError> {
    for part in notices.chunks(ROWS_PER_INSERT) {
        let rows = part.iter().map(|notice| Ok(to_row(notice)?.into_active_model()));
        let rows: Vec<ActiveModel> = rows.collect::<Result<_, StoreError>>()?;
        Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Keeps that a notice was acknowledged. The first time stands.
pub(crate) async fn acknowledge(
    conn: &impl ConnectionTrait,
    city: City,
    notice: NoticeId,
    by: Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = receipts::ActiveModel {
        city: ActiveValue::Set(city_column(city)),
        notice: ActiveValue::Set(notice.uuid()),
        actor: ActiveValue::Set(by.to_string()),
        acknowledged_at: ActiveValue::Set(now.as_micros()),
    };
    let first =
        OnConflict::columns([receipts::Column::City, receipts::Column::Notice]).do_nothing().to_owned();
    receipts::Entity::insert_many([row]).on_conflict(first).exec_without_returning(conn).await?;
    Ok(())
}

/// One notice of a merchant.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    id: NoticeId,
) -> Result<Option<MerchantNotice>, StoreError> {
    let row = Entity::find_by_id((city_column(city), id.uuid()))
        .filter(Column::Merchant.eq(merchant.uuid()))
        .one(conn)
        .await?;
    Ok(with_receipts(conn, city, row.into_iter().collect()).await?.pop())
}

/// Which notices.
#[derive(Debug, Clone, Copy)]
pub struct NoticeList {
    /// Of which city.
    pub city: City,
    /// To which merchant.
    pub merchant: MerchantId,
    /// Only those that nobody acknowledged.
    pub unread: bool,
}

impl NoticeList {
    fn found(self) -> Select<Entity> {
        let receipt = |column| Expr::col((receipts::Entity, column));
        let acknowledged = Query::select()
            .expr(Expr::cust("1"))
            .from(receipts::Entity)
            .and_where(receipt(receipts::Column::City).equals((Entity, Column::City)))
            .and_where(receipt(receipts::Column::Notice).equals((Entity, Column::Id)))
            .to_owned();
        Entity::find()
            .filter(Column::City.eq(city_column(self.city)))
            .filter(Column::Merchant.eq(self.merchant.uuid()))
            .apply_if(self.unread.then_some(acknowledged), |found, acknowledged| {
                found.filter(Expr::exists(acknowledged).not())
            })
    }
}

/// How many notices there are.
pub(crate) async fn total(conn: &impl ConnectionTrait, list: NoticeList) -> Result<Total, StoreError> {
    Total::of(conn, list.found()).await
}

/// What a merchant was told, the newest first, before this notice.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    list: NoticeList,
    before: Option<NoticeId>,
    limit: u64,
) -> Result<Vec<MerchantNotice>, StoreError> {
    let mut found = list.found();
    if let Some(before) = before {
        found = found.filter(Column::Id.lt(before.uuid()));
    }
    let rows = found.order_by_desc(Column::Id).limit(limit).all(conn).await?;
    with_receipts(conn, list.city, rows).await
}

async fn with_receipts(
    conn: &impl ConnectionTrait,
    city: City,
    rows: Vec<Model>,
) -> Result<Vec<MerchantNotice>, StoreError> {
    let receipts = receipts::Entity::find()
        .filter(receipts::Column::City.eq(city_column(city)))
        .filter(receipts::Column::Notice.is_in(rows.iter().map(|row| row.id)))
        .all(conn)
        .await?;
    let given: HashMap<Uuid, i64> =
        receipts.into_iter().map(|receipt| (receipt.notice, receipt.acknowledged_at)).collect();
    let notice = |row: Model| {
        let news: News = serde_json::from_str(&row.news)?;
        Ok(MerchantNotice {
            id: NoticeId::new(row.id),
            city,
            merchant: MerchantId::new(row.merchant),
            news,
            told_at: Timestamp::from_micros(row.told_at),
            acknowledged_at: given.get(&row.id).copied().map(Timestamp::from_micros),
        })
    };
    rows.into_iter().map(notice).collect()
}

fn to_row(notice: &MerchantNotice) -> Result<Model, StoreError> {
    Ok(Model {
        city: city_column(notice.city),
        id: notice.id.uuid(),
        merchant: notice.merchant.uuid(),
        told_at: notice.told_at.as_micros(),
        news: serde_json::to_string(&notice.news)?,
    })
}

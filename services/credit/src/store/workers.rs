//! Workers and what their safety colour is computed from. The colour itself is never stored.

use chassis::store::StoreError;
use credit_domain::{Papers, Worker};
use kernel::{City, MerchantId, Timestamp, WorkerId};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};

use super::{ROWS_PER_INSERT, city_column, city_of, instant_column, word};

/// A row of `workers`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "workers")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) merchant: Uuid,
    pub(super) card: String,
    pub(super) masked_name: String,
    pub(super) identity: String,
    pub(super) exam_until: Option<i64>,
    pub(super) insurance_until: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps new workers.
pub(crate) async fn insert(conn: &impl ConnectionTrait, workers: &[Worker]) -> Result<(), StoreError> {
    for part in workers.chunks(ROWS_PER_INSERT) {
        let rows = part.iter().map(|worker| to_row(worker).into_active_model());
        Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Workers of the merchant by id, after this one.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    after: Option<WorkerId>,
    limit: u64,
) -> Result<Vec<Worker>, StoreError> {
    let mut found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(merchant.uuid()));
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

fn to_row(worker: &Worker) -> Model {
    let Papers { identity, exam_until, insurance_until } = worker.papers;
    Model {
        city: city_column(worker.city),
        id: worker.id.uuid(),
        merchant: worker.merchant.uuid(),
        card: worker.card.clone(),
        masked_name: worker.masked_name.clone(),
        identity: identity.to_string(),
        exam_until: instant_column(exam_until),
        insurance_until: instant_column(insurance_until),
    }
}

fn to_domain(row: Model) -> Result<Worker, StoreError> {
    Ok(Worker {
        id: WorkerId::new(row.id),
        city: city_of(row.city)?,
        merchant: MerchantId::new(row.merchant),
        papers: Papers {
            identity: word("identity", &row.identity)?,
            exam_until: row.exam_until.map(Timestamp::from_micros),
            insurance_until: row.insurance_until.map(Timestamp::from_micros),
        },
        card: row.card,
        masked_name: row.masked_name,
    })
}

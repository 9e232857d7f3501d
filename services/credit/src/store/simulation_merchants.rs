//! What a run found for each merchant.

use chassis::store::StoreError;
use credit_domain::simulation::{Share, Why};
use kernel::{Grade, MerchantId, SimulationId};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};

use super::{ROWS_PER_INSERT, narrow, word};

/// A row of `simulation_merchants`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "simulation_merchants")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) simulation: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) merchant: Uuid,
    pub(super) in_force: String,
    pub(super) grade_before: String,
    pub(super) grade_after: String,
    pub(super) score_before: i64,
    pub(super) score_after: i64,
    pub(super) moved: bool,
    /// JSON: the reasons.
    pub(super) why: String,
    /// Millionths of the first places where it serves, once the run has come to its end.
    pub(super) share_before: Option<i64>,
    pub(super) share_after: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// One merchant under both versions of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The merchant.
    pub merchant: MerchantId,
    /// Its grade in force.
    pub in_force: Grade,
    /// Score and grade if it were evaluated under the rules in force.
    pub before: (u16, Grade),
    /// The same under the draft.
    pub after: (u16, Grade),
    /// What makes the difference.
    pub why: Why,
    /// Its share of the first places, once the run has come to its end.
    pub share: Option<Share>,
}

/// Adds a page of a run.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    run: SimulationId,
    tried: &[Tried],
) -> Result<(), StoreError> {
    for part in tried.chunks(ROWS_PER_INSERT) {
        let rows = part.iter().map(|tried| to_row(run, tried).map(IntoActiveModel::into_active_model));
        let rows: Vec<ActiveModel> = rows.collect::<Result<_, _>>()?;
        Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Adds a merchant's share of the first places.
pub(crate) async fn set_share(
    conn: &impl ConnectionTrait,
    run: SimulationId,
    merchant: MerchantId,
    share: Share,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        simulation: ActiveValue::Unchanged(run.uuid()),
        merchant: ActiveValue::Unchanged(merchant.uuid()),
        share_before: ActiveValue::Set(Some(narrow("share_before", share.before_ppm)?)),
        share_after: ActiveValue::Set(Some(narrow("share_after", share.after_ppm)?)),
        ..Default::default()
    };
    Entity::update(row).exec(conn).await?;
    Ok(())
}

/// What a run found, by merchant, after this one; all of them, or those whose grade would move.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    run: SimulationId,
    moved_only: bool,
    after: Option<MerchantId>,
    limit: u64,
) -> Result<Vec<Tried>, StoreError> {
    let mut found = Entity::find().filter(Column::Simulation.eq(run.uuid()));
    if moved_only {
        found = found.filter(Column::Moved.eq(true));
    }
    if let Some(after) = after {
        found = found.filter(Column::Merchant.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Merchant).limit(limit).all(conn).await?;
    rows.iter().map(to_domain).collect()
}

fn to_row(run: SimulationId, tried: &Tried) -> Result<Model, StoreError> {
    let ((score_before, before), (score_after, after)) = (tried.before, tried.after);
    Ok(Model {
        simulation: run.uuid(),
        merchant: tried.merchant.uuid(),
        in_force: tried.in_force.to_string(),
        grade_before: before.to_string(),
        grade_after: after.to_string(),
        score_before: i64::from(score_before),
        score_after: i64::from(score_after),
        moved: before != after,
        why: serde_json::to_string(&tried.why)?,
        share_before: None,
        share_after: None,
    })
}

fn to_domain(row: &Model) -> Result<Tried, StoreError> {
    let share = match (row.share_before, row.share_after) {
        (Some(before), Some(after)) => Some(Share {
            before_ppm: narrow("share_before", before)?,
            after_ppm: narrow("share_after", after)?,
        }),
        _ => None,
    };
    Ok(Tried {
        merchant: MerchantId::new(row.merchant),
        in_force: word("in_force", &row.in_force)?,
        before: (narrow("score_before", row.score_before)?, word("grade_before", &row.grade_before)?),
        after: (narrow("score_after", row.score_after)?, word("grade_after", &row.grade_after)?),
        why: serde_json::from_str(&row.why)?,
        share,
    })
}

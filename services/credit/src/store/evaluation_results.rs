//! What a run of the evaluation found for each merchant, what was found anew on an objection, and what took effect.

use std::collections::HashMap;

use chassis::store::StoreError;
use credit_domain::evaluation::{Assessed, Fold};
use kernel::{EvaluationId, Grade, MerchantId, ObjectionId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect};

use super::{ROWS_PER_INSERT, narrow, word};

/// A row of `evaluation_results`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evaluation_results")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) evaluation: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) merchant: Uuid,
    pub(super) in_force: String,
    pub(super) grade: String,
    pub(super) score: i64,
    pub(super) moved: bool,
    /// JSON: what was found.
    pub(super) found: String,
    /// JSON: the ledger as far as it was read.
    pub(super) fold: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

mod effects {
    use sea_orm::entity::prelude::*;

    /// A row of `evaluation_effects`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "evaluation_effects")]
    pub(in crate::store) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(in crate::store) evaluation: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(in crate::store) merchant: Uuid,
        pub(in crate::store) grade_before: String,
        pub(in crate::store) grade_after: String,
        pub(in crate::store) awarded: String,
        pub(in crate::store) score: i64,
        pub(in crate::store) recomputed: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(in crate::store) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod corrections {
    use sea_orm::entity::prelude::*;

    /// A row of `evaluation_corrections`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "evaluation_corrections")]
    pub(in crate::store) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(in crate::store) evaluation: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(in crate::store) merchant: Uuid,
        pub(in crate::store) objection: Uuid,
        pub(in crate::store) known_at: i64,
        /// JSON: what was found.
        pub(in crate::store) found: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(in crate::store) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What was found anew for a merchant, because its objection to its result was upheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrected {
    /// The merchant.
    pub merchant: MerchantId,
    /// The objection.
    pub objection: ObjectionId,
    /// With what was known then.
    pub known_at: Timestamp,
    /// What was found.
    pub found: Assessed,
}

/// What a run found for a merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluated {
    /// The merchant.
    pub merchant: MerchantId,
    /// The grade in force when it was looked at.
    pub in_force: Grade,
    /// What was found.
    pub found: Assessed,
    /// The ledger as far as it was read, to go on from.
    pub fold: Fold,
}

/// What the evaluation did to a merchant when it took effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// The merchant.
    pub merchant: MerchantId,
    /// Its grade before.
    pub before: Grade,
    /// Its grade after.
    pub after: Grade,
    /// What the year merited, with what was recorded since it was computed.
    pub awarded: Grade,
    /// The score of the whole ledger then.
    pub score: u16,
    /// Whether anything was recorded since.
    pub recomputed: bool,
}

/// Adds a page of a run.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    run: EvaluationId,
    found: &[Evaluated],
) -> Result<(), StoreError> {
    for part in found.chunks(ROWS_PER_INSERT) {
        let rows = part.iter().map(|one| to_row(run, one).map(IntoActiveModel::into_active_model));
        let rows: Vec<ActiveModel> = rows.collect::<Result<_, _>>()?;
        Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Forgets what a run found that is computed anew, or a preview.
pub(crate) async fn remove(conn: &impl ConnectionTrait, run: EvaluationId) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::Evaluation.eq(run.uuid())).exec(conn).await?;
    Ok(())
}

/// What a run found, by merchant, after this one; all, or only those whose grade would move.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    run: EvaluationId,
    moved_only: bool,
    after: Option<MerchantId>,
    limit: u64,
) -> Result<Vec<Evaluated>, StoreError> {
    let mut found = Entity::find().filter(Column::Evaluation.eq(run.uuid()));
    if moved_only {
        found = found.filter(Column::Moved.eq(true));
    }
    if let Some(after) = after {
        found = found.filter(Column::Merchant.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Merchant).limit(limit).all(conn).await?;
    rows.iter().map(to_domain).collect()
}

/// What a run found for these merchants.
pub(crate) async fn of(
    conn: &impl ConnectionTrait,
    run: EvaluationId,
    merchants: &[MerchantId],
) -> Result<HashMap<MerchantId, Evaluated>, StoreError> {
    let found = Entity::find()
        .filter(Column::Evaluation.eq(run.uuid()))
        .filter(Column::Merchant.is_in(merchants.iter().map(|merchant| merchant.uuid())));
    let rows = found.all(conn).await?;
    rows.iter().map(|row| to_domain(row).map(|found| (found.merchant, found))).collect()
}

/// Keeps what was found anew, beside what was found first.
pub(crate) async fn insert_correction(
    conn: &impl ConnectionTrait,
    run: EvaluationId,
    corrected: &Corrected,
) -> Result<(), StoreError> {
    let row = corrections::Model {
        evaluation: run.uuid(),
        merchant: corrected.merchant.uuid(),
        objection: corrected.objection.uuid(),
        known_at: corrected.known_at.as_micros(),
        found: serde_json::to_string(&corrected.found)?,
    };
    corrections::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// What was found anew for these merchants.
pub(crate) async fn corrections_of(
    conn: &impl ConnectionTrait,
    run: EvaluationId,
    merchants: &[MerchantId],
) -> Result<HashMap<MerchantId, Corrected>, StoreError> {
    let found = corrections::Entity::find()
        .filter(corrections::Column::Evaluation.eq(run.uuid()))
        .filter(corrections::Column::Merchant.is_in(merchants.iter().map(|merchant| merchant.uuid())));
    let rows = found.all(conn).await?;
    let corrected = |row: corrections::Model| {
        Ok(Corrected {
            merchant: MerchantId::new(row.merchant),
            objection: ObjectionId::new(row.objection),
            known_at: Timestamp::from_micros(row.known_at),
            found: serde_json::from_str(&row.found)?,
        })
    };
    rows.into_iter().map(|row| corrected(row).map(|found| (found.merchant, found))).collect()
}

/// The grade that a run found for each merchant: as many rows as a city has merchants at most.
pub(crate) async fn grades(
    conn: &impl ConnectionTrait,
    run: EvaluationId,
) -> Result<Vec<(MerchantId, Grade)>, StoreError> {
    let rows: Vec<(Uuid, String)> = Entity::find()
        .select_only()
        .columns([Column::Merchant, Column::Grade])
        .filter(Column::Evaluation.eq(run.uuid()))
        .order_by_asc(Column::Merchant)
        .into_tuple()
        .all(conn)
        .await?;
    rows.iter().map(|(merchant, grade)| Ok((MerchantId::new(*merchant), word("grade", grade)?))).collect()
}

/// Keeps what took effect.
pub(crate) async fn insert_effects(
    conn: &impl ConnectionTrait,
    run: EvaluationId,
    took: &[Effect],
) -> Result<(), StoreError> {
    for part in took.chunks(ROWS_PER_INSERT) {
        let rows = part.iter().map(|effect| effect_row(run, effect).into_active_model());
        effects::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// What took effect for these merchants.
pub(crate) async fn effects_of(
    conn: &impl ConnectionTrait,
    run: EvaluationId,
    merchants: &[MerchantId],
) -> Result<HashMap<MerchantId, Effect>, StoreError> {
    let found = effects::Entity::find()
        .filter(effects::Column::Evaluation.eq(run.uuid()))
        .filter(effects::Column::Merchant.is_in(merchants.iter().map(|merchant| merchant.uuid())));
    let rows = found.all(conn).await?;
    rows.iter().map(|row| effect(row).map(|found| (found.merchant, found))).collect()
}

fn to_row(run: EvaluationId, one: &Evaluated) -> Result<Model, StoreError> {
    Ok(Model {
        evaluation: run.uuid(),
        merchant: one.merchant.uuid(),
        in_force: one.in_force.to_string(),
        grade: one.found.grade.to_string(),
        score: i64::from(one.found.score),
        moved: one.in_force != one.found.grade,
        found: serde_json::to_string(&one.found)?,
        fold: serde_json::to_string(&one.fold)?,
    })
}

fn to_domain(row: &Model) -> Result<Evaluated, StoreError> {
    Ok(Evaluated {
        merchant: MerchantId::new(row.merchant),
        in_force: word("in_force", &row.in_force)?,
        found: serde_json::from_str(&row.found)?,
        fold: serde_json::from_str(&row.fold)?,
    })
}

fn effect_row(run: EvaluationId, effect: &Effect) -> effects::Model {
    let Effect { merchant, before, after, awarded, score, recomputed } = *effect;
    effects::Model {
        evaluation: run.uuid(),
        merchant: merchant.uuid(),
        grade_before: before.to_string(),
        grade_after: after.to_string(),
        awarded: awarded.to_string(),
        score: i64::from(score),
        recomputed,
    }
}

fn effect(row: &effects::Model) -> Result<Effect, StoreError> {
    Ok(Effect {
        merchant: MerchantId::new(row.merchant),
        before: word("grade_before", &row.grade_before)?,
        after: word("grade_after", &row.grade_after)?,
        awarded: word("awarded", &row.awarded)?,
        score: narrow("score", row.score)?,
        recomputed: row.recomputed,
    })
}

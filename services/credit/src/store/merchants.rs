//! Merchants with their credit.

use std::collections::{HashMap, HashSet};

use chassis::store::StoreError;
use credit_domain::{
    Commitment, Credit, EntryHash, Evidence, Hours, Merchant, Moved, Points, Profile, Status, Tally, Tip,
};
use kernel::{Area, CategoryCode, City, Grade, MerchantId, Timestamp, Version};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    Condition, ConnectionTrait, DbErr, ExprTrait as _, IntoActiveModel, JoinType, QueryOrder, QuerySelect,
    QueryTrait as _,
};

use super::{
    ROWS_PER_INSERT, city_column, city_of, corrupt, instant_column, ledger, narrow, version_column,
    version_of, word,
};

/// A row of `merchants`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "merchants")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) version: i64,
    pub(super) status: String,
    pub(super) grade: String,
    pub(super) score: i64,
    pub(super) awarded: String,
    pub(super) name: String,
    pub(super) home: i64,
    /// JSON: a list of codes.
    pub(super) areas: String,
    /// JSON: a list of commitments.
    pub(super) categories: String,
    /// The codes of these, each between blanks: what a search looks into.
    pub(super) category_codes: String,
    pub(super) capacity: i64,
    pub(super) opens: i64,
    pub(super) closes: i64,
    pub(super) green_until: Option<i64>,
    pub(super) under_objection: bool,
    /// JSON: a list of findings.
    pub(super) findings: String,
    pub(super) evaluated_year: Option<i64>,
    /// JSON: the measured service quality.
    pub(super) quality: Option<String>,
    pub(super) rules_version: i64,
    pub(super) tip_seq: i64,
    pub(super) tip_hash: Vec<u8>,
    pub(super) cause: String,
    pub(super) changed_at: i64,
    pub(super) moved_by: String,
    pub(super) moved_at: i64,
    pub(super) social_evaluation: i64,
    pub(super) credit_activities: i64,
    pub(super) credit_record: i64,
    pub(super) demonstration: i64,
    pub(super) satisfied: i64,
    pub(super) unsatisfied: i64,
    pub(super) verified_orders: i64,
    /// JSON: what proceedings hold against it.
    pub(super) restraints: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Where a walk through all merchants of all cities stands.
pub(crate) type Place = (City, MerchantId);

/// Keeps new merchants.
pub(crate) async fn insert(conn: &impl ConnectionTrait, merchants: &[Merchant]) -> Result<(), StoreError> {
    for part in merchants.chunks(ROWS_PER_INSERT) {
        let rows = part.iter().map(|merchant| to_row(merchant).map(IntoActiveModel::into_active_model));
        let rows: Vec<ActiveModel> = rows.collect::<Result<_, _>>()?;
        Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Which of these are there already.
pub(crate) async fn known(
    conn: &impl ConnectionTrait,
    city: City,
    ids: impl IntoIterator<Item = MerchantId>,
) -> Result<HashSet<MerchantId>, StoreError> {
    let found: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Id.is_in(ids.into_iter().map(MerchantId::uuid)))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(found.into_iter().map(MerchantId::new).collect())
}

/// What these are called, where they are there.
pub(crate) async fn names(
    conn: &impl ConnectionTrait,
    city: City,
    ids: impl IntoIterator<Item = MerchantId>,
) -> Result<HashMap<MerchantId, String>, StoreError> {
    let found: Vec<(Uuid, String)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Name])
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Id.is_in(ids.into_iter().map(MerchantId::uuid)))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(found.into_iter().map(|(id, name)| (MerchantId::new(id), name)).collect())
}

/// The merchant as it is committed.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    id: MerchantId,
) -> Result<Option<Merchant>, StoreError> {
    Entity::find_by_id((city_column(city), id.uuid())).one(conn).await?.map(to_domain).transpose()
}

/// The grades of these that are in force now, and whether they are contested.
pub(crate) async fn grades(
    conn: &impl ConnectionTrait,
    city: City,
    ids: impl IntoIterator<Item = MerchantId>,
) -> Result<HashMap<MerchantId, (Grade, bool)>, StoreError> {
    let found: Vec<(Uuid, String, bool)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Grade, Column::UnderObjection])
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Id.is_in(ids.into_iter().map(MerchantId::uuid)))
        .into_tuple()
        .all(conn)
        .await?;
    let graded = |(id, grade, contested): (Uuid, String, bool)| {
        Ok((MerchantId::new(id), (word("grade", &grade)?, contested)))
    };
    found.into_iter().map(graded).collect()
}

/// How these stand with us now.
pub(crate) async fn statuses(
    conn: &impl ConnectionTrait,
    city: City,
    ids: impl IntoIterator<Item = MerchantId>,
) -> Result<HashMap<MerchantId, Status>, StoreError> {
    let found: Vec<(Uuid, String)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Status])
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Id.is_in(ids.into_iter().map(MerchantId::uuid)))
        .into_tuple()
        .all(conn)
        .await?;
    found.into_iter().map(|(id, status)| Ok((MerchantId::new(id), word("status", &status)?))).collect()
}

/// Asks for the merchants of the city that are committed to the category.
pub(crate) fn serving(city: City, category: &CategoryCode) -> SelectStatement {
    // As `to_row` writes it; a code has no sign that means something in a pattern.
    let committed = format!("\"category\":\"{category}\"");
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Categories.contains(committed))
        .into_query()
}

/// The merchant, held until the transaction ends: writers to one merchant queue instead of colliding.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    id: MerchantId,
) -> Result<Option<Merchant>, StoreError> {
    let key = (city_column(city), id.uuid());
    Entity::find_by_id(key).lock_exclusive().one(conn).await?.map(to_domain).transpose()
}

/// Writes back a merchant that was read at version `before`.
///
/// # Errors
/// [`StoreError::Collision`] when it has another version by now: the same command again will see it.
pub(crate) async fn save(
    conn: &impl ConnectionTrait,
    merchant: &Merchant,
    before: Version,
) -> Result<(), StoreError> {
    let row = to_row(merchant)?.into_active_model().reset_all();
    let guarded = Entity::update(row).validate()?.filter(Column::Version.eq(version_column(before)?));
    match guarded.exec(conn).await {
        Ok(_) => Ok(()),
        Err(moved @ DbErr::RecordNotUpdated) => Err(StoreError::Collision(moved)),
        Err(error) => Err(error.into()),
    }
}

/// Merchants of the city by id, after this one.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    after: Option<MerchantId>,
    limit: u64,
) -> Result<Vec<Merchant>, StoreError> {
    let mut found = Entity::find().filter(Column::City.eq(city_column(city)));
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

/// How many merchants the city has.
pub(crate) async fn count(conn: &impl ConnectionTrait, city: City) -> Result<u64, StoreError> {
    Ok(Entity::find().filter(Column::City.eq(city_column(city))).count(conn).await?)
}

/// Whether the ledger of any merchant of the city was opened by this moment.
pub(crate) async fn any_opened(
    conn: &impl ConnectionTrait,
    city: City,
    by: Timestamp,
) -> Result<bool, StoreError> {
    let opened = Condition::all()
        .add(Expr::col((ledger::Entity, ledger::Column::City)).equals((Entity, Column::City)))
        .add(Expr::col((ledger::Entity, ledger::Column::Merchant)).equals((Entity, Column::Id)))
        .add(Expr::col((ledger::Entity, ledger::Column::Seq)).eq(1));
    let found = Query::select()
        .column((Entity, Column::Id))
        .from(Entity)
        .join(JoinType::InnerJoin, ledger::Entity, opened)
        .and_where(Expr::col((Entity, Column::City)).eq(city_column(city)))
        .and_where(Expr::col((ledger::Entity, ledger::Column::ValidFrom)).lte(by.as_micros()))
        .limit(1)
        .to_owned();
    Ok(conn.query_one(&found).await?.is_some())
}

/// Merchants of the city by id, after this one, held until the transaction ends.
pub(crate) async fn lock_of_city(
    conn: &impl ConnectionTrait,
    city: City,
    after: Option<MerchantId>,
    limit: u64,
) -> Result<Vec<Merchant>, StoreError> {
    let mut found = Entity::find().filter(Column::City.eq(city_column(city)));
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Id).limit(limit).lock_exclusive().all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Merchants of all cities by city and id, after this place, held until the transaction ends.
pub(crate) async fn lock_page(
    conn: &impl ConnectionTrait,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<Merchant>, StoreError> {
    let mut found = Entity::find();
    if let Some((city, id)) = after {
        let city = city_column(city);
        let same_city = Condition::all().add(Column::City.eq(city)).add(Column::Id.gt(id.uuid()));
        found = found.filter(Condition::any().add(Column::City.gt(city)).add(same_city));
    }
    let ordered = found.order_by_asc(Column::City).order_by_asc(Column::Id).limit(limit);
    let rows = ordered.lock_exclusive().all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

fn to_row(merchant: &Merchant) -> Result<Model, StoreError> {
    let Merchant { profile, version, status, credit, under_objection, cause, changed_at, moved } = merchant;
    let Tally { points, evidence } = credit.tally;
    Ok(Model {
        city: city_column(profile.city),
        id: profile.id.uuid(),
        version: version_column(*version)?,
        status: status.to_string(),
        grade: credit.grade.to_string(),
        score: i64::from(credit.score),
        awarded: credit.awarded.to_string(),
        name: profile.name.clone(),
        home: i64::from(profile.home.code()),
        areas: serde_json::to_string(&profile.areas)?,
        categories: serde_json::to_string(&profile.categories)?,
        category_codes: category_codes(&profile.categories),
        capacity: i64::from(profile.capacity),
        opens: i64::from(profile.hours.opens),
        closes: i64::from(profile.hours.closes),
        green_until: instant_column(profile.green_until),
        under_objection: *under_objection,
        findings: serde_json::to_string(&credit.findings)?,
        evaluated_year: credit.evaluated_year.map(i64::from),
        quality: credit.quality.as_ref().map(serde_json::to_string).transpose()?,
        rules_version: i64::from(credit.rules_version),
        tip_seq: narrow("tip_seq", credit.tip.seq)?,
        tip_hash: credit.tip.hash.bytes().to_vec(),
        cause: cause.to_string(),
        changed_at: changed_at.as_micros(),
        moved_by: moved.cause.to_string(),
        moved_at: moved.at.as_micros(),
        social_evaluation: points.social_evaluation,
        credit_activities: points.credit_activities,
        credit_record: points.credit_record,
        demonstration: points.demonstration,
        satisfied: evidence.satisfied,
        unsatisfied: evidence.unsatisfied,
        verified_orders: evidence.verified_orders,
        restraints: serde_json::to_string(&credit.restraints)?,
    })
}

fn category_codes(made: &[Commitment]) -> String {
    made.iter().fold(" ".to_owned(), |codes, one| format!("{codes}{} ", one.category))
}

pub(super) fn to_domain(row: Model) -> Result<Merchant, StoreError> {
    let credit = credit_of(&row)?;
    Ok(Merchant {
        version: version_of(row.version)?,
        status: word("status", &row.status)?,
        under_objection: row.under_objection,
        cause: word("cause", &row.cause)?,
        changed_at: Timestamp::from_micros(row.changed_at),
        moved: Moved { cause: word("moved_by", &row.moved_by)?, at: Timestamp::from_micros(row.moved_at) },
        profile: Profile {
            id: MerchantId::new(row.id),
            city: city_of(row.city)?,
            home: Area::try_new(narrow("home", row.home)?).map_err(|_| corrupt("home", row.home))?,
            areas: serde_json::from_str(&row.areas)?,
            categories: serde_json::from_str(&row.categories)?,
            capacity: narrow("capacity", row.capacity)?,
            hours: Hours { opens: narrow("opens", row.opens)?, closes: narrow("closes", row.closes)? },
            green_until: row.green_until.map(Timestamp::from_micros),
            name: row.name,
        },
        credit,
    })
}

fn credit_of(row: &Model) -> Result<Credit, StoreError> {
    let hash = <[u8; 32]>::try_from(row.tip_hash.as_slice());
    Ok(Credit {
        tally: Tally {
            points: Points {
                social_evaluation: row.social_evaluation,
                credit_activities: row.credit_activities,
                credit_record: row.credit_record,
                demonstration: row.demonstration,
            },
            evidence: Evidence {
                satisfied: row.satisfied,
                unsatisfied: row.unsatisfied,
                verified_orders: row.verified_orders,
            },
        },
        score: narrow("score", row.score)?,
        grade: word("grade", &row.grade)?,
        awarded: word("awarded", &row.awarded)?,
        findings: serde_json::from_str(&row.findings)?,
        restraints: serde_json::from_str(&row.restraints)?,
        evaluated_year: row.evaluated_year.map(|year| narrow("evaluated_year", year)).transpose()?,
        quality: row.quality.as_deref().map(serde_json::from_str).transpose()?,
        rules_version: narrow("rules_version", row.rules_version)?,
        tip: Tip {
            seq: narrow("tip_seq", row.tip_seq)?,
            hash: EntryHash::from_bytes(hash.map_err(|_| corrupt("tip_hash of", row.id))?),
        },
    })
}

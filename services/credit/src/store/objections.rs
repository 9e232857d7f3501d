//! Objections to ledger entries, and to what a yearly evaluation found.

use std::collections::HashMap;

use chassis::store::{StoreError, Total};
use credit_domain::objection::{Objection, Subject};
use kernel::{City, EntryId, MerchantId, ObjectionId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{ActiveValue, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait, Select};

use super::{city_column, version_column, word};

/// A row of `objections`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "objections")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) merchant: Uuid,
    /// The id of the entry, or of the run.
    pub(super) subject: Uuid,
    pub(super) state: String,
    pub(super) decide_by: i64,
    /// Whether it is open, and nobody was told yet that its deadline passed.
    pub(super) due_untold: bool,
    pub(super) version: i64,
    /// JSON: the objection.
    pub(super) file: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Where an objection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectionState {
    /// Filed.
    Open,
    /// Examined by an officer.
    Examined,
    /// It held: its remedy was carried out.
    Upheld,
    /// What was objected to stands.
    Rejected,
}

impl ObjectionState {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Open, Self::Examined, Self::Upheld, Self::Rejected];

    /// The one form in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Examined => "examined",
            Self::Upheld => "upheld",
            Self::Rejected => "rejected",
        }
    }

    /// Of this objection.
    #[must_use]
    pub const fn of(objection: &Objection) -> Self {
        match (&objection.decision, &objection.examination) {
            (Some(decision), _) if decision.granted => Self::Upheld,
            (Some(_), _) => Self::Rejected,
            (None, Some(_)) => Self::Examined,
            (None, None) => Self::Open,
        }
    }
}

/// The text names no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a state of an objection: expected one of open, examined, upheld, rejected")]
pub struct ObjectionStateError;

impl core::str::FromStr for ObjectionState {
    type Err = ObjectionStateError;

    fn from_str(text: &str) -> Result<Self, ObjectionStateError> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(ObjectionStateError)
    }
}

/// An objection to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contest {
    /// The objection.
    pub objection: ObjectionId,
    /// Whether it waits for its decision.
    pub is_open: bool,
}

/// Keeps a new objection.
///
/// # Errors
/// [`StoreError::Taken`] when the merchant objected to the same before.
pub(crate) async fn insert(conn: &impl ConnectionTrait, objection: &Objection) -> Result<(), StoreError> {
    Entity::insert(to_row(objection)?.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes back what [`lock`] handed out.
pub(crate) async fn save(conn: &impl ConnectionTrait, objection: &Objection) -> Result<(), StoreError> {
    let mut row = to_row(objection)?.into_active_model().reset_all();
    if objection.is_open() {
        row.due_untold = ActiveValue::NotSet;
    }
    Entity::update(row).exec(conn).await?;
    Ok(())
}

/// The objection as it is committed.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    id: ObjectionId,
) -> Result<Option<Objection>, StoreError> {
    Entity::find_by_id((city_column(city), id.uuid())).one(conn).await?.map(to_domain).transpose()
}

/// The objection, held until the transaction ends. Whoever holds the merchant comes first.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    id: ObjectionId,
) -> Result<Option<Objection>, StoreError> {
    let key = (city_column(city), id.uuid());
    Entity::find_by_id(key).lock_exclusive().one(conn).await?.map(to_domain).transpose()
}

/// The merchant's objection to this.
pub(crate) async fn to_subject(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    subject: Subject,
) -> Result<Option<Objection>, StoreError> {
    let found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(merchant.uuid()))
        .filter(Column::Subject.eq(subject_column(subject)));
    found.one(conn).await?.map(to_domain).transpose()
}

/// The merchant's objections to these entries, decided or not.
pub(crate) async fn to_entries(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    entries: impl IntoIterator<Item = EntryId>,
) -> Result<HashMap<EntryId, Contest>, StoreError> {
    let rows: Vec<(Uuid, Uuid, String)> = Entity::find()
        .select_only()
        .columns([Column::Subject, Column::Id, Column::State])
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(merchant.uuid()))
        .filter(Column::Subject.is_in(entries.into_iter().map(EntryId::uuid)))
        .into_tuple()
        .all(conn)
        .await?;
    let contest = |(subject, id, state): (Uuid, Uuid, String)| {
        let state: ObjectionState = word("state", &state)?;
        let is_open = matches!(state, ObjectionState::Open | ObjectionState::Examined);
        Ok((EntryId::new(subject), Contest { objection: ObjectionId::new(id), is_open }))
    };
    rows.into_iter().map(contest).collect()
}

/// Where those stand that wait for their decision.
const WAITING: [&str; 2] = [ObjectionState::Open.as_str(), ObjectionState::Examined.as_str()];

/// How many of the merchant's objections wait for their decision.
pub(crate) async fn open(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
) -> Result<u64, StoreError> {
    let found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(merchant.uuid()))
        .filter(Column::State.is_in(WAITING));
    Ok(found.count(conn).await?)
}

/// Which objections.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    /// Of which city.
    pub city: City,
    /// Only this one.
    pub id: Option<ObjectionId>,
    /// Only of this merchant.
    pub merchant: Option<MerchantId>,
    /// Only those that stand here.
    pub state: Option<ObjectionState>,
    /// Only those that wait for a decision that was due by this moment.
    pub due_until: Option<Timestamp>,
    /// After this one.
    pub after: Option<ObjectionId>,
    /// At most.
    pub limit: u64,
}

/// Objections, the oldest first.
pub(crate) async fn page(conn: &impl ConnectionTrait, filter: Filter) -> Result<Vec<Objection>, StoreError> {
    let found = fitting(filter)
        .apply_if(filter.after, |found, after| found.filter(Column::Id.gt(after.uuid())))
        .order_by_asc(Column::Id)
        .limit(filter.limit);
    found.all(conn).await?.into_iter().map(to_domain).collect()
}

/// How many objections there are on all pages.
pub(crate) async fn total(conn: &impl ConnectionTrait, filter: Filter) -> Result<Total, StoreError> {
    Total::of(conn, fitting(filter)).await
}

fn fitting(filter: Filter) -> Select<Entity> {
    Entity::find()
        .filter(Column::City.eq(city_column(filter.city)))
        .apply_if(filter.id, |found, id| found.filter(Column::Id.eq(id.uuid())))
        .apply_if(filter.merchant, |found, merchant| found.filter(Column::Merchant.eq(merchant.uuid())))
        .apply_if(filter.state, |found, state| found.filter(Column::State.eq(state.as_str())))
        .apply_if(filter.due_until, |found, now| {
            found.filter(Column::State.is_in(WAITING)).filter(Column::DecideBy.lte(now.as_micros()))
        })
}

/// Whether the deadline of any objection passed and nobody was told.
pub(crate) async fn any_untold(conn: &impl ConnectionTrait, now: Timestamp) -> Result<bool, StoreError> {
    let found =
        Entity::find().filter(Column::DueUntold.eq(true)).filter(Column::DecideBy.lte(now.as_micros()));
    Ok(found.limit(1).count(conn).await? > 0)
}

/// Objections whose deadline passed and nobody was told; held, and those that another instance holds left out.
pub(crate) async fn lock_untold(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Objection>, StoreError> {
    let rows = Entity::find()
        .filter(Column::DueUntold.eq(true))
        .filter(Column::DecideBy.lte(now.as_micros()))
        .order_by_asc(Column::DecideBy)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(conn)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// Somebody was told that its deadline passed.
pub(crate) async fn mark_told(
    conn: &impl ConnectionTrait,
    city: City,
    id: ObjectionId,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        city: ActiveValue::Unchanged(city_column(city)),
        id: ActiveValue::Unchanged(id.uuid()),
        due_untold: ActiveValue::Set(false),
        ..Default::default()
    };
    Entity::update(row).exec(conn).await?;
    Ok(())
}

fn to_row(objection: &Objection) -> Result<Model, StoreError> {
    Ok(Model {
        city: city_column(objection.city),
        id: objection.id.uuid(),
        merchant: objection.merchant.uuid(),
        subject: subject_column(objection.subject),
        state: ObjectionState::of(objection).as_str().to_owned(),
        decide_by: objection.decide_by.as_micros(),
        due_untold: objection.is_open(),
        version: version_column(objection.version)?,
        file: serde_json::to_string(objection)?,
    })
}

const fn subject_column(subject: Subject) -> Uuid {
    match subject {
        Subject::Entry(entry) => entry.uuid(),
        Subject::Evaluation(run) => run.uuid(),
    }
}

fn to_domain(row: Model) -> Result<Objection, StoreError> {
    let Model { file, .. } = row;
    Ok(serde_json::from_str(&file)?)
}

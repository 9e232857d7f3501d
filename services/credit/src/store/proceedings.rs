//! Proceedings: each one a file, with what is looked for beside it.

use chassis::store::{StoreError, Total};
use credit_domain::process::{Ground, Proceeding, Stage};
use credit_domain::{Cause, Entry as LedgerEntry};
use kernel::{CaseId, City, MerchantId, ProceedingId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ActiveValue, ConnectionTrait, ExprTrait as _, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait as _,
    Select,
};
use serde::{Deserialize, Serialize};

use super::{city_column, city_of, instant_column, version_column};

/// A row of `proceedings`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proceedings")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) merchant: Uuid,
    pub(super) breach_case: Option<Uuid>,
    pub(super) stage: String,
    pub(super) due_what: Option<String>,
    pub(super) due_by: Option<i64>,
    /// Whether nobody was told yet that it passed.
    pub(super) due_untold: bool,
    /// Until when its emergency suspension waits for another person's word.
    pub(super) confirm_by: Option<i64>,
    /// When its emergency suspension ended without a decision, while there is none.
    pub(super) suspension_ended_at: Option<i64>,
    pub(super) turns_at: Option<i64>,
    pub(super) version: i64,
    /// JSON: the file.
    pub(super) file: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Where a proceeding is.
pub(crate) type Place = (City, ProceedingId);

/// Keeps a new file.
///
/// # Errors
/// [`StoreError::Taken`] when a live proceeding is about the same breach.
pub(crate) async fn insert(conn: &impl ConnectionTrait, proceeding: &Proceeding) -> Result<(), StoreError> {
    Entity::insert(to_row(proceeding)?.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Writes a file back that was [`lock`]ed as `before`. A new deadline has been told to nobody.
pub(crate) async fn save(
    conn: &impl ConnectionTrait,
    before: &Proceeding,
    after: &Proceeding,
) -> Result<(), StoreError> {
    let mut row = to_row(after)?.into_active_model().reset_all();
    if before.due() == after.due() {
        row.due_untold = ActiveValue::NotSet;
    }
    Entity::update(row).exec(conn).await?;
    Ok(())
}

/// Somebody was told that its deadline passed.
pub(crate) async fn mark_told(conn: &impl ConnectionTrait, (city, id): Place) -> Result<(), StoreError> {
    let row = ActiveModel {
        city: ActiveValue::Unchanged(city_column(city)),
        id: ActiveValue::Unchanged(id.uuid()),
        due_untold: ActiveValue::Set(false),
        ..Default::default()
    };
    Entity::update(row).exec(conn).await?;
    Ok(())
}

/// The file as it is committed.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    id: ProceedingId,
) -> Result<Option<Proceeding>, StoreError> {
    Entity::find_by_id((city_column(city), id.uuid())).one(conn).await?.map(to_domain).transpose()
}

/// The file, held until the transaction ends. Whoever holds the merchant comes first.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    id: ProceedingId,
) -> Result<Option<Proceeding>, StoreError> {
    let key = (city_column(city), id.uuid());
    Entity::find_by_id(key).lock_exclusive().one(conn).await?.map(to_domain).transpose()
}

/// The live proceeding about a breach.
pub(crate) async fn about_case(
    conn: &impl ConnectionTrait,
    city: City,
    case: CaseId,
) -> Result<Option<Proceeding>, StoreError> {
    let over = [Stage::Dropped.as_str(), Stage::Reversed.as_str()];
    let found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::BreachCase.eq(case.uuid()))
        .filter(Column::Stage.is_not_in(over));
    found.one(conn).await?.map(to_domain).transpose()
}

/// How many of the merchant's proceedings are under appeal.
pub(crate) async fn appealed(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
) -> Result<u64, StoreError> {
    let found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(merchant.uuid()))
        .filter(Column::Stage.eq(Stage::Appealed.as_str()));
    Ok(found.count(conn).await?)
}

/// In which order proceedings are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Those opened first stand first: ids rise with time.
    Opened,
    /// Those whose next deadline ends first stand first, those without any last.
    Due,
}

/// A place in a list of proceedings: by what it is ordered, and the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// In the order in which they were opened.
    Opened(ProceedingId),
    /// By the end of the next deadline, where there is one.
    Due(Option<Timestamp>, ProceedingId),
}

/// The end of the next deadline, and after all of them where there is none, in the very words of the index that holds
/// the proceedings in this order.
const DUE: &str = "COALESCE(due_by, 9223372036854775807)";

impl Mark {
    /// How the list that it is a place of is ordered.
    #[must_use]
    pub const fn sort(&self) -> Sort {
        match self {
            Self::Opened(_) => Sort::Opened,
            Self::Due(..) => Sort::Due,
        }
    }

    /// Those that come after it.
    fn beyond(self) -> Expr {
        match self {
            Self::Opened(id) => Column::Id.gt(id.uuid()),
            Self::Due(by, id) => {
                let place = [Expr::value(instant_column(by).unwrap_or(i64::MAX)), Expr::value(id.uuid())];
                Expr::tuple([Expr::cust(DUE), Expr::col(Column::Id)]).gt(Expr::tuple(place))
            }
        }
    }
}

/// Which proceedings.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    /// Of which city.
    pub city: City,
    /// Only this one.
    pub id: Option<ProceedingId>,
    /// Only about this breach.
    pub case: Option<CaseId>,
    /// Only against this merchant.
    pub merchant: Option<MerchantId>,
    /// Only those that stand here.
    pub stage: Option<Stage>,
    /// Only those whose next deadline ends after this moment.
    pub due_after: Option<Timestamp>,
    /// Only those whose next deadline ends by this moment.
    pub due_until: Option<Timestamp>,
    /// Only those whose emergency suspension waits for another person's word.
    pub awaits_confirmation: bool,
    /// Only those whose emergency suspension ended without a decision.
    pub suspension_ended: bool,
    /// In which order.
    pub sort: Sort,
    /// After this place, which is one of this order.
    pub after: Option<Mark>,
    /// At most.
    pub limit: u64,
}

impl Filter {
    /// The merchant's.
    pub(crate) const fn of_merchant(city: City, merchant: MerchantId, limit: u64) -> Self {
        Self {
            city,
            id: None,
            case: None,
            merchant: Some(merchant),
            stage: None,
            due_after: None,
            due_until: None,
            awaits_confirmation: false,
            suspension_ended: false,
            sort: Sort::Opened,
            after: None,
            limit,
        }
    }
}

/// The proceeding that made this entry by what it imposed; none where something else made it.
pub(crate) async fn that_imposed(
    conn: &impl ConnectionTrait,
    city: City,
    entry: &LedgerEntry,
) -> Result<Option<Proceeding>, StoreError> {
    match entry.posting.cause {
        Cause::Sanction(id) => find(conn, city, id).await,
        _ => Ok(None),
    }
}

/// Proceedings in the order that is asked for.
pub(crate) async fn page(conn: &impl ConnectionTrait, filter: Filter) -> Result<Vec<Proceeding>, StoreError> {
    let found = fitting(filter).apply_if(filter.after, |rows, mark| rows.filter(mark.beyond()));
    let found = match filter.sort {
        Sort::Opened => found,
        Sort::Due => found.order_by_asc(Expr::cust(DUE)),
    };
    let rows = found.order_by_asc(Column::Id).limit(filter.limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

/// How many proceedings there are on all pages.
pub(crate) async fn total(conn: &impl ConnectionTrait, filter: Filter) -> Result<Total, StoreError> {
    Total::of(conn, fitting(filter)).await
}

fn fitting(filter: Filter) -> Select<Entity> {
    Entity::find()
        .filter(Column::City.eq(city_column(filter.city)))
        .apply_if(filter.id, |rows, id| rows.filter(Column::Id.eq(id.uuid())))
        .apply_if(filter.case, |rows, case| rows.filter(Column::BreachCase.eq(case.uuid())))
        .apply_if(filter.merchant, |rows, merchant| rows.filter(Column::Merchant.eq(merchant.uuid())))
        .apply_if(filter.stage, |rows, stage| rows.filter(Column::Stage.eq(stage.as_str())))
        .apply_if(filter.due_after, |rows, from| rows.filter(Column::DueBy.gt(from.as_micros())))
        .apply_if(filter.due_until, |rows, until| rows.filter(Column::DueBy.lte(until.as_micros())))
        .apply_if(filter.awaits_confirmation.then_some(Column::ConfirmBy), |rows, by| {
            rows.filter(by.is_not_null())
        })
        .apply_if(filter.suspension_ended.then_some(Column::SuspensionEndedAt), |rows, at| {
            rows.filter(at.is_not_null())
        })
}

/// All proceedings against these merchants, by merchant; at most `limit`.
pub(crate) async fn of_merchants(
    conn: &impl ConnectionTrait,
    city: City,
    merchants: &[MerchantId],
    limit: u64,
) -> Result<Vec<Proceeding>, StoreError> {
    let found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.is_in(merchants.iter().map(|merchant| merchant.uuid())));
    let rows = found.order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Proceedings that time changes now, the longest due first.
pub(crate) async fn turning(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Place>, StoreError> {
    let found = Entity::find()
        .select_only()
        .columns([Column::City, Column::Id])
        .filter(Column::TurnsAt.lte(now.as_micros()))
        .order_by_asc(Column::TurnsAt)
        .limit(limit);
    places(found.into_tuple().all(conn).await?)
}

/// Whether the deadline of any proceeding passed and nobody was told.
pub(crate) async fn any_untold(conn: &impl ConnectionTrait, now: Timestamp) -> Result<bool, StoreError> {
    let found = Entity::find().filter(Column::DueUntold.eq(true)).filter(Column::DueBy.lte(now.as_micros()));
    Ok(found.limit(1).count(conn).await? > 0)
}

/// Proceedings whose deadline passed and nobody was told, the longest overdue first; held, and those that another
/// instance holds left out.
pub(crate) async fn lock_untold(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Proceeding>, StoreError> {
    let rows = Entity::find()
        .filter(Column::DueUntold.eq(true))
        .filter(Column::DueBy.lte(now.as_micros()))
        .order_by_asc(Column::DueBy)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(conn)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

fn places(rows: Vec<(i64, Uuid)>) -> Result<Vec<Place>, StoreError> {
    rows.into_iter().map(|(city, id)| Ok((city_of(city)?, ProceedingId::new(id)))).collect()
}

fn to_row(proceeding: &Proceeding) -> Result<Model, StoreError> {
    let due = proceeding.due();
    Ok(Model {
        city: city_column(proceeding.city),
        id: proceeding.id.uuid(),
        merchant: proceeding.merchant.uuid(),
        breach_case: match proceeding.ground {
            Ground::Breach { case } => Some(case.uuid()),
            Ground::RedLine { .. } | Ground::Finding => None,
        },
        stage: proceeding.stage().to_string(),
        due_what: due.map(|due| due.what.to_string()),
        due_by: instant_column(due.map(|due| due.by)),
        due_untold: due.is_some(),
        confirm_by: instant_column(proceeding.confirm_by()),
        suspension_ended_at: instant_column(proceeding.suspension_ended_at()),
        turns_at: instant_column(proceeding.turns_at()),
        version: version_column(proceeding.version)?,
        file: serde_json::to_string(proceeding)?,
    })
}

fn to_domain(row: Model) -> Result<Proceeding, StoreError> {
    let Model { file, .. } = row;
    Ok(serde_json::from_str(&file)?)
}

//! Ledger entries: appended, read, never changed.

use chassis::store::{StoreError, Total};
use credit_domain::{Cause, Dimension, Entry as LedgerEntry, EntryHash, Evidence, Points, Posting, Tally};
use kernel::{City, EntryId, MerchantId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LikeExpr;
use sea_orm::{Condition, ConnectionTrait, ExprTrait as _, IntoActiveModel, QueryOrder, QuerySelect, Select};

use super::{ROWS_PER_INSERT, city_column, corrupt, ends, instant_column, narrow, word};

/// How the causes of entries begin by which a merchant came back.
const CAME_BACK: &str = "admission:";

/// A row of `ledger`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) merchant: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) seq: i64,
    pub(super) id: Uuid,
    pub(super) category: Option<String>,
    pub(super) cause: String,
    pub(super) rule: String,
    pub(super) rules_version: i64,
    pub(super) clause: Option<String>,
    pub(super) valid_from: i64,
    pub(super) valid_until: Option<i64>,
    pub(super) recorded_at: i64,
    pub(super) prev: Vec<u8>,
    pub(super) hash: Vec<u8>,
    pub(super) social_evaluation: i64,
    pub(super) credit_activities: i64,
    pub(super) credit_record: i64,
    pub(super) demonstration: i64,
    pub(super) satisfied: i64,
    pub(super) unsatisfied: i64,
    pub(super) verified_orders: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Appends entries of merchants of this city.
pub(crate) async fn append(
    conn: &impl ConnectionTrait,
    city: City,
    entries: &[LedgerEntry],
) -> Result<(), StoreError> {
    for part in entries.chunks(ROWS_PER_INSERT) {
        let rows = part.iter().map(|entry| to_row(city, entry).map(IntoActiveModel::into_active_model));
        let rows: Vec<ActiveModel> = rows.collect::<Result<_, _>>()?;
        Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    ends::keep(conn, city, entries).await
}

/// The entry that this cause made, if it was applied before.
pub(crate) async fn by_cause(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    cause: Cause,
) -> Result<Option<LedgerEntry>, StoreError> {
    Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(merchant.uuid()))
        .filter(Column::Cause.eq(cause.to_string()))
        .one(conn)
        .await?
        .map(to_domain)
        .transpose()
}

/// When the merchant's ledger was opened, or opened again when it came back.
pub(crate) async fn opened_at(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
) -> Result<Option<Timestamp>, StoreError> {
    let opens = Column::Cause.eq(Cause::Opening.to_string());
    let found: Option<Option<i64>> = Entity::find()
        .select_only()
        .column_as(Column::ValidFrom.max(), "opened_at")
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(merchant.uuid()))
        .filter(opens.or(Column::Cause.starts_with(CAME_BACK)))
        .into_tuple()
        .one(conn)
        .await?;
    Ok(found.flatten().map(Timestamp::from_micros))
}

/// One entry of the merchant.
pub(crate) async fn by_id(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    id: EntryId,
) -> Result<Option<LedgerEntry>, StoreError> {
    Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(merchant.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .one(conn)
        .await?
        .map(to_domain)
        .transpose()
}

/// The entry in this place.
pub(crate) async fn at(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    seq: u64,
) -> Result<Option<LedgerEntry>, StoreError> {
    let key = (city_column(city), merchant.uuid(), narrow::<i64, _>("seq", seq)?);
    Entity::find_by_id(key).one(conn).await?.map(to_domain).transpose()
}

/// Entries of the merchant by their place, after this one; 0 begins.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    after: u64,
    limit: u64,
) -> Result<Vec<LedgerEntry>, StoreError> {
    page_of(conn, city, merchant, EntrySearch::default(), after, limit).await
}

/// Which entries of a ledger are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Those that count since then or later.
    pub from: Option<Timestamp>,
    /// Those that count since before then.
    pub until: Option<Timestamp>,
    /// Those that were recorded by then.
    pub known_at: Option<Timestamp>,
}

/// Which entries are looked for: those that fit all that is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EntrySearch {
    /// Within this span.
    pub span: Span,
    /// With points in this dimension.
    pub dimension: Option<Dimension>,
    /// Of this kind: one of [`Cause::OF_ENTRIES`].
    pub cause: Option<&'static str>,
}

impl EntrySearch {
    fn condition(self) -> Condition {
        let Self { span: Span { from, until, known_at }, dimension, cause } = self;
        // Kinds are made of letters and of the one sign that stands for any letter.
        let of_kind = |kind: &str| {
            let pattern = LikeExpr::new(format!("{}:%", kind.replace('_', "\\_"))).escape('\\');
            Condition::any().add(Column::Cause.eq(kind)).add(Column::Cause.like(pattern))
        };
        Condition::all()
            .add_option(from.map(|from| Column::ValidFrom.gte(from.as_micros())))
            .add_option(until.map(|until| Column::ValidFrom.lt(until.as_micros())))
            .add_option(known_at.map(|at| Column::RecordedAt.lte(at.as_micros())))
            .add_option(dimension.map(|dimension| points(dimension).ne(0)))
            .add_option(cause.map(of_kind))
    }
}

const fn points(dimension: Dimension) -> Column {
    match dimension {
        Dimension::SocialEvaluation => Column::SocialEvaluation,
        Dimension::CreditActivities => Column::CreditActivities,
        Dimension::CreditRecord => Column::CreditRecord,
        Dimension::Demonstration => Column::Demonstration,
    }
}

/// The same, of those that fit.
pub(crate) async fn page_of(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    search: EntrySearch,
    after: u64,
    limit: u64,
) -> Result<Vec<LedgerEntry>, StoreError> {
    let found = fitting(city, merchant, search).filter(Column::Seq.gt(narrow::<i64, _>("seq", after)?));
    let rows = found.order_by_asc(Column::Seq).limit(limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

/// How many entries of the merchant fit.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
    search: EntrySearch,
) -> Result<Total, StoreError> {
    Total::of(conn, fitting(city, merchant, search)).await
}

fn fitting(city: City, merchant: MerchantId, search: EntrySearch) -> Select<Entity> {
    Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(merchant.uuid()))
        .filter(search.condition())
}

fn to_row(city: City, entry: &LedgerEntry) -> Result<Model, StoreError> {
    let Posting {
        id,
        tally,
        category,
        cause,
        rule,
        rules_version,
        clause,
        valid_from,
        valid_until,
        recorded_at,
    } = &entry.posting;
    let Tally { points, evidence } = tally;
    Ok(Model {
        city: city_column(city),
        merchant: entry.merchant.uuid(),
        seq: narrow("seq", entry.seq)?,
        id: id.uuid(),
        category: category.as_ref().map(ToString::to_string),
        cause: cause.to_string(),
        rule: rule.clone(),
        rules_version: i64::from(*rules_version),
        clause: clause.clone(),
        valid_from: valid_from.as_micros(),
        valid_until: instant_column(*valid_until),
        recorded_at: recorded_at.as_micros(),
        prev: entry.prev.bytes().to_vec(),
        hash: entry.hash.bytes().to_vec(),
        social_evaluation: points.social_evaluation,
        credit_activities: points.credit_activities,
        credit_record: points.credit_record,
        demonstration: points.demonstration,
        satisfied: evidence.satisfied,
        unsatisfied: evidence.unsatisfied,
        verified_orders: evidence.verified_orders,
    })
}

fn to_domain(row: Model) -> Result<LedgerEntry, StoreError> {
    let hash = |column: &str, bytes: &[u8]| {
        let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| corrupt(column, row.id))?;
        Ok::<_, StoreError>(EntryHash::from_bytes(bytes))
    };
    Ok(LedgerEntry {
        merchant: MerchantId::new(row.merchant),
        seq: narrow("seq", row.seq)?,
        prev: hash("prev of", &row.prev)?,
        hash: hash("hash of", &row.hash)?,
        posting: Posting {
            id: EntryId::new(row.id),
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
            category: row.category.as_deref().map(|code| word("category", code)).transpose()?,
            cause: word("cause", &row.cause)?,
            rules_version: narrow("rules_version", row.rules_version)?,
            valid_from: Timestamp::from_micros(row.valid_from),
            valid_until: row.valid_until.map(Timestamp::from_micros),
            recorded_at: Timestamp::from_micros(row.recorded_at),
            rule: row.rule,
            clause: row.clause,
        },
    })
}

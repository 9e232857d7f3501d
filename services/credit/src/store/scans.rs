//! Scans and the entries they confirmed: appended, read, never changed. Nothing of the citizen's is kept.

use chassis::store::bulk::{self, Clash};
use chassis::store::{StoreError, Total};
use credit_domain::workers::{ConfirmedEntry, Scan};
use kernel::{City, MerchantId, RequestId, ScanId, Timestamp, WorkerId};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, Select};

use super::{city_column, city_of, word};

/// A row of `scans`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scans")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) actor: String,
    pub(super) proof: String,
    pub(super) outcome: String,
    pub(super) worker: Option<Uuid>,
    pub(super) merchant: Option<Uuid>,
    /// What may be scanned once only; none where nothing was shown.
    pub(super) mark: Option<Uuid>,
    /// The one try of one caller.
    pub(super) attempt: Uuid,
    pub(super) scanned_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

mod confirmed {
    use sea_orm::entity::prelude::*;

    /// A row of `confirmed_entries`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "confirmed_entries")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) city: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) scan: Uuid,
        pub(super) worker: Uuid,
        pub(super) merchant: Uuid,
        pub(super) request: Option<Uuid>,
        pub(super) confirmed_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A scan with what tells a repetition from a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The scan.
    pub(crate) scan: Scan,
    /// What may be scanned once only.
    pub(crate) mark: Option<Uuid>,
    /// The one try of one caller.
    pub(crate) attempt: Uuid,
}

/// Appends scans, all in one statement.
///
/// # Errors
/// [`StoreError::Taken`] when another transaction scanned one of the codes meanwhile.
pub(crate) async fn append(conn: &impl ConnectionTrait, scans: &[Kept]) -> Result<(), StoreError> {
    let rows: Vec<ActiveModel> = scans.iter().map(|kept| to_row(kept).into_active_model()).collect();
    bulk::insert(conn, rows, Clash::Fails).await
}

/// The scans that used these marks.
pub(crate) async fn by_marks(conn: &impl ConnectionTrait, marks: &[Uuid]) -> Result<Vec<Kept>, StoreError> {
    if marks.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Entity::find().filter(Column::Mark.is_in(marks.iter().copied())).all(conn).await?;
    rows.iter().map(to_domain).collect()
}

/// One scan.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    city: City,
    id: ScanId,
) -> Result<Option<Scan>, StoreError> {
    let row = Entity::find_by_id((city_column(city), id.uuid())).one(conn).await?;
    Ok(row.as_ref().map(to_domain).transpose()?.map(|kept| kept.scan))
}

/// Scans of the city, or of one merchant's workers, the first first, after this one.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: Option<MerchantId>,
    after: Option<ScanId>,
    limit: u64,
) -> Result<Vec<Scan>, StoreError> {
    let mut found = of(city, merchant);
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.iter().map(|row| Ok(to_domain(row)?.scan)).collect()
}

/// How many scans there are of the city, or of one merchant's workers.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: Option<MerchantId>,
) -> Result<Total, StoreError> {
    Total::of(conn, of(city, merchant)).await
}

fn of(city: City, merchant: Option<MerchantId>) -> Select<Entity> {
    let found = Entity::find().filter(Column::City.eq(city_column(city)));
    match merchant {
        Some(merchant) => found.filter(Column::Merchant.eq(merchant.uuid())),
        None => found,
    }
}

/// Keeps a confirmed entry.
///
/// # Errors
/// [`StoreError::Taken`] when another transaction confirmed the same scan meanwhile.
pub(crate) async fn confirm(
    conn: &impl ConnectionTrait,
    city: City,
    entry: &ConfirmedEntry,
) -> Result<(), StoreError> {
    let row = confirmed::Model {
        city: city_column(city),
        scan: entry.scan.uuid(),
        worker: entry.worker.uuid(),
        merchant: entry.merchant.uuid(),
        request: entry.request.map(RequestId::uuid),
        confirmed_at: entry.at.as_micros(),
    };
    confirmed::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// The entries that these scans confirmed.
pub(crate) async fn confirmed_by(
    conn: &impl ConnectionTrait,
    city: City,
    scans: impl IntoIterator<Item = ScanId>,
) -> Result<Vec<ConfirmedEntry>, StoreError> {
    let rows = confirmed::Entity::find()
        .filter(confirmed::Column::City.eq(city_column(city)))
        .filter(confirmed::Column::Scan.is_in(scans.into_iter().map(ScanId::uuid)))
        .all(conn)
        .await?;
    let entry = |row: confirmed::Model| ConfirmedEntry {
        scan: ScanId::new(row.scan),
        worker: WorkerId::new(row.worker),
        merchant: MerchantId::new(row.merchant),
        request: row.request.map(RequestId::new),
        at: Timestamp::from_micros(row.confirmed_at),
    };
    Ok(rows.into_iter().map(entry).collect())
}

fn to_row(Kept { scan, mark, attempt }: &Kept) -> Model {
    Model {
        city: city_column(scan.city),
        id: scan.id.uuid(),
        actor: scan.by.to_string(),
        proof: scan.proof.to_string(),
        outcome: scan.outcome.to_string(),
        worker: scan.worker.map(WorkerId::uuid),
        merchant: scan.merchant.map(MerchantId::uuid),
        mark: *mark,
        attempt: *attempt,
        scanned_at: scan.at.as_micros(),
    }
}

fn to_domain(row: &Model) -> Result<Kept, StoreError> {
    let scan = Scan {
        id: ScanId::new(row.id),
        city: city_of(row.city)?,
        by: word("actor", &row.actor)?,
        proof: word("proof", &row.proof)?,
        outcome: word("outcome", &row.outcome)?,
        worker: row.worker.map(WorkerId::new),
        merchant: row.merchant.map(MerchantId::new),
        at: Timestamp::from_micros(row.scanned_at),
    };
    Ok(Kept { scan, mark: row.mark, attempt: row.attempt })
}

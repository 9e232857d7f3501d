//! Workers and what their safety colour is computed from. The colour itself is never stored.
//!
//! Order of locks: a worker first, then the merchants concerned, by their ids.

use std::collections::{BTreeSet, HashMap};

use chassis::store::StoreError;
use credit_domain::workers::{CardNumber, Employer, Enrolment, IdentityNumber, StarAward, Stars, Transfer};
use credit_domain::{Papers, Worker};
use kernel::{City, MerchantId, Timestamp, Version, WorkerId};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{Condition, ConnectionTrait, DbErr, IntoActiveModel, QueryOrder, QuerySelect};

use super::{
    ROWS_PER_INSERT, city_column, city_of, corrupt, instant_column, merchants, narrow, version_column,
    version_of, word,
};

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
    /// When the colour ceases to be green by the papers that are there; 0 where it is green at no moment.
    pub(super) green_until: i64,
    pub(super) version: i64,
    pub(super) enrolled_at: i64,
    pub(super) left_at: Option<i64>,
    pub(super) photo: Option<String>,
    pub(super) transfer_to: Option<Uuid>,
    pub(super) transfer_asked_at: Option<i64>,
    pub(super) transfer_due_at: Option<i64>,
    pub(super) stars: Option<i64>,
    pub(super) stars_training: Option<String>,
    pub(super) stars_by: Option<String>,
    pub(super) stars_at: Option<i64>,
    pub(super) notice_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Which identity number belongs to which worker: looked up, never read out.
mod persons {
    use sea_orm::entity::prelude::*;

    /// A row of `worker_persons`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "worker_persons")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) city: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) identity_number: String,
        pub(super) worker: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Where a worker is.
pub(crate) type Place = (City, WorkerId);

/// Keeps new workers.
pub(crate) async fn insert(conn: &impl ConnectionTrait, workers: &[Worker]) -> Result<(), StoreError> {
    for part in workers.chunks(ROWS_PER_INSERT) {
        let rows = part.iter().map(|worker| to_row(worker).map(IntoActiveModel::into_active_model));
        let rows: Vec<ActiveModel> = rows.collect::<Result<_, _>>()?;
        Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Keeps whose number it is.
///
/// # Errors
/// [`StoreError::Taken`] when another transaction enrolled the same person meanwhile.
pub(crate) async fn insert_person(
    conn: &impl ConnectionTrait,
    (city, worker): Place,
    number: &IdentityNumber,
) -> Result<(), StoreError> {
    let row = persons::Model {
        city: city_column(city),
        identity_number: number.in_the_clear().to_owned(),
        worker: worker.uuid(),
    };
    persons::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// The worker with this identity number.
pub(crate) async fn of_person(
    conn: &impl ConnectionTrait,
    city: City,
    number: &IdentityNumber,
) -> Result<Option<WorkerId>, StoreError> {
    let key = (city_column(city), number.in_the_clear().to_owned());
    Ok(persons::Entity::find_by_id(key).one(conn).await?.map(|row| WorkerId::new(row.worker)))
}

/// The worker as it is committed.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    (city, id): Place,
) -> Result<Option<Worker>, StoreError> {
    Entity::find_by_id((city_column(city), id.uuid())).one(conn).await?.map(to_domain).transpose()
}

/// The worker, held until the transaction ends.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    (city, id): Place,
) -> Result<Option<Worker>, StoreError> {
    let key = (city_column(city), id.uuid());
    Entity::find_by_id(key).lock_exclusive().one(conn).await?.map(to_domain).transpose()
}

/// The same, unless another transaction holds it.
pub(crate) async fn lock_if_free(
    conn: &impl ConnectionTrait,
    (city, id): Place,
) -> Result<Option<Worker>, StoreError> {
    Entity::find_by_id((city_column(city), id.uuid()))
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(conn)
        .await?
        .map(to_domain)
        .transpose()
}

/// Writes back a worker that was read at version `before`.
///
/// # Errors
/// [`StoreError::Collision`] when it has another version by now: the same command again will see it.
pub(crate) async fn save(
    conn: &impl ConnectionTrait,
    worker: &Worker,
    before: Version,
) -> Result<(), StoreError> {
    let row = to_row(worker)?.into_active_model().reset_all();
    let guarded = Entity::update(row).validate()?.filter(Column::Version.eq(version_column(before)?));
    match guarded.exec(conn).await {
        Ok(_) => Ok(()),
        Err(moved @ DbErr::RecordNotUpdated) => Err(StoreError::Collision(moved)),
        Err(error) => Err(error.into()),
    }
}

/// Workers whom some merchant of the city enrols now, by id, after this one.
pub(crate) async fn page_of_city(
    conn: &impl ConnectionTrait,
    city: City,
    after: Option<WorkerId>,
    limit: u64,
) -> Result<Vec<Worker>, StoreError> {
    let mut found =
        Entity::find().filter(Column::City.eq(city_column(city))).filter(Column::LeftAt.is_null());
    if let Some(after) = after {
        found = found.filter(Column::Id.gt(after.uuid()));
    }
    let rows = found.order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

pub(super) fn enrolled_by(city: City, merchant: MerchantId) -> Select<Entity> {
    Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(merchant.uuid()))
        .filter(Column::LeftAt.is_null())
}

/// The papers of all whom the merchant enrols now.
pub(crate) async fn papers_of(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
) -> Result<Vec<Papers>, StoreError> {
    let rows: Vec<(String, Option<i64>, Option<i64>)> = enrolled_by(city, merchant)
        .select_only()
        .columns([Column::Identity, Column::ExamUntil, Column::InsuranceUntil])
        .into_tuple()
        .all(conn)
        .await?;
    rows.iter().map(|(identity, exam, insurance)| papers(identity, *exam, *insurance)).collect()
}

/// The card that was given out last in the city.
pub(crate) async fn last_card(
    conn: &impl ConnectionTrait,
    city: City,
) -> Result<Option<CardNumber>, StoreError> {
    let found: Option<Option<String>> = Entity::find()
        .select_only()
        .column_as(Column::Card.max(), "card")
        .filter(Column::City.eq(city_column(city)))
        .into_tuple()
        .one(conn)
        .await?;
    found.flatten().map(|card| word("card", &card)).transpose()
}

/// Workers with a transfer whose notice has run, the longest due first.
pub(crate) async fn due_transfers(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Place>, StoreError> {
    due(conn, Column::TransferDueAt, now, limit).await
}

/// Workers with a notice of an expiring paper that is due, the longest due first.
pub(crate) async fn due_notices(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Place>, StoreError> {
    due(conn, Column::NoticeAt, now, limit).await
}

async fn due(
    conn: &impl ConnectionTrait,
    column: Column,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Place>, StoreError> {
    let rows: Vec<(i64, Uuid)> = Entity::find()
        .select_only()
        .columns([Column::City, Column::Id])
        .filter(column.lte(now.as_micros()))
        .order_by_asc(column)
        .limit(limit)
        .into_tuple()
        .all(conn)
        .await?;
    rows.into_iter().map(|(city, id)| Ok((city_of(city)?, WorkerId::new(id)))).collect()
}

/// Workers by id.
pub(crate) async fn by_ids(conn: &impl ConnectionTrait, wanted: &[Place]) -> Result<Vec<Worker>, StoreError> {
    let ids = wanted.iter().map(|(_, id)| id.uuid());
    some(conn, wanted.iter().map(|(city, _)| *city), Condition::all().add(Column::Id.is_in(ids))).await
}

/// Workers by the number on their card.
pub(crate) async fn by_cards(
    conn: &impl ConnectionTrait,
    wanted: &[CardNumber],
) -> Result<Vec<Worker>, StoreError> {
    let cards = wanted.iter().map(ToString::to_string);
    some(conn, wanted.iter().map(|card| card.city()), Condition::all().add(Column::Card.is_in(cards))).await
}

async fn some(
    conn: &impl ConnectionTrait,
    cities: impl Iterator<Item = City>,
    wanted: Condition,
) -> Result<Vec<Worker>, StoreError> {
    let cities: BTreeSet<i64> = cities.map(city_column).collect();
    if cities.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Entity::find().filter(Column::City.is_in(cities)).filter(wanted).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Which side of a transfer a merchant is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It enrols the worker.
    Leaving,
    /// It asked for the worker.
    Arriving,
}

/// Workers with a transfer under way from or to this merchant, by id, after this one.
pub(crate) async fn in_transfer(
    conn: &impl ConnectionTrait,
    (city, merchant): (City, MerchantId),
    side: Option<Side>,
    after: Option<WorkerId>,
    limit: u64,
) -> Result<Vec<Worker>, StoreError> {
    let (from, to) = (Column::Merchant.eq(merchant.uuid()), Column::TransferTo.eq(merchant.uuid()));
    let sides = match side {
        Some(Side::Leaving) => Condition::all().add(from),
        Some(Side::Arriving) => Condition::all().add(to),
        None => Condition::any().add(from).add(to),
    };
    let found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::TransferTo.is_not_null())
        .filter(sides)
        .filter(Condition::all().add_option(after.map(|after| Column::Id.gt(after.uuid()))));
    let rows = found.order_by_asc(Column::Id).limit(limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

/// What a worker is told apart by.
#[derive(Debug, Clone)]
pub(crate) struct Called {
    /// The masked name.
    pub(crate) masked_name: String,
    /// The card in force.
    pub(crate) card: CardNumber,
    /// Who enrols the worker, or did last.
    pub(crate) merchant: MerchantId,
}

/// What these are told apart by.
pub(crate) async fn called(
    conn: &impl ConnectionTrait,
    city: City,
    wanted: impl IntoIterator<Item = WorkerId>,
) -> Result<HashMap<WorkerId, Called>, StoreError> {
    let found: Vec<(Uuid, String, String, Uuid)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::MaskedName, Column::Card, Column::Merchant])
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Id.is_in(wanted.into_iter().map(WorkerId::uuid)))
        .into_tuple()
        .all(conn)
        .await?;
    let called = |(id, masked_name, card, merchant): (Uuid, String, String, Uuid)| {
        let (card, merchant) = (word("card", &card)?, MerchantId::new(merchant));
        Ok((WorkerId::new(id), Called { masked_name, card, merchant }))
    };
    found.into_iter().map(called).collect()
}

/// Merchants as far as a scan shows them.
pub(crate) async fn employers(
    conn: &impl ConnectionTrait,
    wanted: impl Iterator<Item = (City, MerchantId)>,
) -> Result<Vec<Employer>, StoreError> {
    use merchants::Column as M;
    let (cities, ids): (BTreeSet<i64>, BTreeSet<Uuid>) =
        wanted.map(|(city, id)| (city_column(city), id.uuid())).unzip();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Uuid, String, String, bool, String)> = merchants::Entity::find()
        .select_only()
        .columns([M::Id, M::Name, M::Grade, M::UnderObjection, M::Status])
        .filter(M::City.is_in(cities))
        .filter(M::Id.is_in(ids))
        .into_tuple()
        .all(conn)
        .await?;
    let employer = |(id, name, grade, under_objection, status): (Uuid, String, String, bool, String)| {
        let (grade, status) = (word("grade", &grade)?, word("status", &status)?);
        Ok(Employer { id: MerchantId::new(id), name, grade, under_objection, status })
    };
    rows.into_iter().map(employer).collect()
}

pub(super) fn green_column(papers: Papers) -> i64 {
    papers.green_until().map_or(0, Timestamp::as_micros)
}

fn to_row(worker: &Worker) -> Result<Model, StoreError> {
    let Papers { identity, exam_until, insurance_until } = worker.papers;
    let Enrolment { merchant, since, left_at } = worker.enrolment;
    let (transfer, stars) = (worker.transfer, worker.stars.as_ref());
    Ok(Model {
        city: city_column(worker.city),
        id: worker.id.uuid(),
        merchant: merchant.uuid(),
        card: worker.card.to_string(),
        masked_name: worker.masked_name.clone(),
        identity: identity.to_string(),
        exam_until: instant_column(exam_until),
        insurance_until: instant_column(insurance_until),
        green_until: green_column(worker.papers),
        version: version_column(worker.version)?,
        enrolled_at: since.as_micros(),
        left_at: instant_column(left_at),
        photo: worker.photo.clone(),
        transfer_to: transfer.map(|transfer| transfer.to.uuid()),
        transfer_asked_at: instant_column(transfer.map(|transfer| transfer.asked_at)),
        transfer_due_at: instant_column(transfer.map(|transfer| transfer.due_at)),
        stars: stars.map(|award| i64::from(award.stars.count())),
        stars_training: stars.map(|award| award.training.clone()),
        stars_by: stars.map(|award| award.by.to_string()),
        stars_at: instant_column(stars.map(|award| award.at)),
        notice_at: instant_column(worker.notice_at),
    })
}

pub(super) fn to_domain(row: Model) -> Result<Worker, StoreError> {
    let instant = |column: Option<i64>| column.map(Timestamp::from_micros);
    Ok(Worker {
        id: WorkerId::new(row.id),
        city: city_of(row.city)?,
        card: word("card", &row.card)?,
        papers: papers(&row.identity, row.exam_until, row.insurance_until)?,
        enrolment: Enrolment {
            merchant: MerchantId::new(row.merchant),
            since: Timestamp::from_micros(row.enrolled_at),
            left_at: instant(row.left_at),
        },
        transfer: transfer_of(&row)?,
        stars: stars_of(&row)?,
        notice_at: instant(row.notice_at),
        version: version_of(row.version)?,
        masked_name: row.masked_name,
        photo: row.photo,
    })
}

fn papers(
    identity: &str,
    exam_until: Option<i64>,
    insurance_until: Option<i64>,
) -> Result<Papers, StoreError> {
    Ok(Papers {
        identity: word("identity", identity)?,
        exam_until: exam_until.map(Timestamp::from_micros),
        insurance_until: insurance_until.map(Timestamp::from_micros),
    })
}

fn transfer_of(row: &Model) -> Result<Option<Transfer>, StoreError> {
    match (row.transfer_to, row.transfer_asked_at, row.transfer_due_at) {
        (None, None, None) => Ok(None),
        (Some(to), Some(asked_at), Some(due_at)) => Ok(Some(Transfer {
            to: MerchantId::new(to),
            asked_at: Timestamp::from_micros(asked_at),
            due_at: Timestamp::from_micros(due_at),
        })),
        _ => Err(corrupt("transfer of", row.id)),
    }
}

fn stars_of(row: &Model) -> Result<Option<StarAward>, StoreError> {
    match (row.stars, &row.stars_training, &row.stars_by, row.stars_at) {
        (None, None, None, None) => Ok(None),
        (Some(stars), Some(training), Some(by), Some(at)) => Ok(Some(StarAward {
            stars: Stars::try_from(narrow::<u8, _>("stars", stars)?).map_err(|_| corrupt("stars", stars))?,
            training: training.clone(),
            by: word("stars_by", by)?,
            at: Timestamp::from_micros(at),
        })),
        _ => Err(corrupt("stars of", row.id)),
    }
}

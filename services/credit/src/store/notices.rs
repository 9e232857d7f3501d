//! The publicity board.

use std::collections::HashSet;

use chassis::store::StoreError;
use credit_domain::publicity::{BoardNotice, BoardState, NoticeKind};
use kernel::{Actor, CategoryCode, City, District, MerchantId, NoticeId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{ActiveValue, ConnectionTrait, ExprTrait as _, IntoActiveModel, QueryOrder, QuerySelect};

use super::{ROWS_PER_INSERT, city_column, city_of, corrupt, instant_column, merchants, narrow, word};

/// A row of `notices`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notices")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) source: Option<String>,
    pub(super) merchant: Option<Uuid>,
    pub(super) merchant_name: Option<String>,
    pub(super) category: Option<String>,
    pub(super) district: Option<i64>,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) text_en: Option<String>,
    pub(super) measure: Option<String>,
    pub(super) class: Option<String>,
    pub(super) grade: Option<String>,
    pub(super) publish_at: i64,
    pub(super) remove_at: Option<i64>,
    pub(super) withdrawn_at: Option<i64>,
    pub(super) contested: bool,
    /// Kept by the turn: what the board shows.
    pub(super) state: String,
    pub(super) turns_at: Option<i64>,
    pub(super) written_by: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Puts a new notice up, or in wait.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    notice: &BoardNotice,
    written_by: Option<Actor>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = Model { written_by: written_by.map(|by| by.to_string()), ..to_row(notice, now) };
    Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// Puts many new notices up, or in wait; they follow from decisions.
pub(crate) async fn insert_all(
    conn: &impl ConnectionTrait,
    notices: &[BoardNotice],
    now: Timestamp,
) -> Result<(), StoreError> {
    for part in notices.chunks(ROWS_PER_INSERT) {
        let rows = part.iter().map(|notice| to_row(notice, now).into_active_model());
        Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Writes a notice back; who wrote it stays.
pub(crate) async fn save(
    conn: &impl ConnectionTrait,
    notice: &BoardNotice,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut row = to_row(notice, now).into_active_model().reset_all();
    row.written_by = ActiveValue::NotSet;
    Entity::update(row).exec(conn).await?;
    Ok(())
}

/// The notice, held until the transaction ends.
pub(crate) async fn lock(
    conn: &impl ConnectionTrait,
    city: City,
    id: NoticeId,
) -> Result<Option<BoardNotice>, StoreError> {
    let key = (city_column(city), id.uuid());
    Entity::find_by_id(key).lock_exclusive().one(conn).await?.map(to_domain).transpose()
}

/// The notice that follows from this, held until the transaction ends.
pub(crate) async fn lock_source(
    conn: &impl ConnectionTrait,
    city: City,
    source: &str,
) -> Result<Option<BoardNotice>, StoreError> {
    let found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Source.eq(source))
        .lock_exclusive();
    found.one(conn).await?.map(to_domain).transpose()
}

/// The notices of this kind about a merchant whose time is not over, held until the transaction ends.
pub(crate) async fn lock_about(
    conn: &impl ConnectionTrait,
    (city, merchant): (City, MerchantId),
    kind: NoticeKind,
    now: Timestamp,
) -> Result<Vec<BoardNotice>, StoreError> {
    let found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(merchant.uuid()))
        .filter(Column::Kind.eq(kind.as_str()))
        .filter(Column::RemoveAt.gt(now.as_micros()))
        .order_by_asc(Column::Id)
        .lock_exclusive();
    found.all(conn).await?.into_iter().map(to_domain).collect()
}

/// Takes down the notice that follows from this, if it is there and up, or waits.
pub(crate) async fn withdraw_source(
    conn: &impl ConnectionTrait,
    city: City,
    source: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    match lock_source(conn, city, source).await?.filter(|shown| shown.withdrawn_at.is_none()) {
        Some(shown) => save(conn, &BoardNotice { withdrawn_at: Some(now), ..shown }, now).await,
        None => Ok(()),
    }
}

/// Shows on a notice that is held whether what it follows from is contested.
pub(crate) async fn contest(
    conn: &impl ConnectionTrait,
    shown: BoardNotice,
    contested: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    if shown.contested == contested {
        return Ok(());
    }
    save(conn, &BoardNotice { contested, ..shown }, now).await
}

/// Whether the day of any notice came.
pub(crate) async fn any_turning(conn: &impl ConnectionTrait, now: Timestamp) -> Result<bool, StoreError> {
    let found = Entity::find().filter(Column::TurnsAt.lte(now.as_micros()));
    Ok(found.limit(1).count(conn).await? > 0)
}

/// Notices whose day came, held; those that another instance holds left out.
pub(crate) async fn lock_turning(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<BoardNotice>, StoreError> {
    let rows = Entity::find()
        .filter(Column::TurnsAt.lte(now.as_micros()))
        .order_by_asc(Column::TurnsAt)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(conn)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// Which notices of a city's board.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    pub(crate) city: City,
    pub(crate) kind: Option<NoticeKind>,
    pub(crate) merchant: Option<MerchantId>,
    pub(crate) category: Option<CategoryCode>,
    pub(crate) district: Option<District>,
    pub(crate) before: Option<NoticeId>,
    pub(crate) limit: u64,
}

/// What stands on the board, the newest first.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    filter: &Filter,
) -> Result<Vec<BoardNotice>, StoreError> {
    let mut found = Entity::find()
        .filter(Column::City.eq(city_column(filter.city)))
        .filter(Column::State.eq(BoardState::Published.as_str()));
    if let Some(kind) = filter.kind {
        found = found.filter(Column::Kind.eq(kind.as_str()));
    }
    if let Some(merchant) = filter.merchant {
        found = found.filter(Column::Merchant.eq(merchant.uuid()));
    }
    if let Some(category) = &filter.category {
        // What is about a merchant as a whole concerns whatever it serves.
        let serving = Column::Merchant.in_subquery(merchants::serving(filter.city, category));
        let whole = Column::Category.is_null().and(serving);
        found = found.filter(Column::Category.eq(category.as_str()).or(whole));
    }
    if let Some(district) = filter.district {
        found = found.filter(Column::District.eq(i64::from(district.code())));
    }
    if let Some(before) = filter.before {
        found = found.filter(Column::Id.lt(before.uuid()));
    }
    let rows = found.order_by_desc(Column::Id).limit(filter.limit).all(conn).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Those of these merchants of whom the board shows a measure that is appealed against.
pub(crate) async fn appealed(
    conn: &impl ConnectionTrait,
    city: City,
    ids: &[MerchantId],
) -> Result<HashSet<MerchantId>, StoreError> {
    let found: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Merchant)
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.is_in(ids.iter().map(|id| id.uuid())))
        .filter(Column::State.eq(BoardState::Published.as_str()))
        .filter(Column::Measure.is_not_null())
        .filter(Column::Contested.eq(true))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(found.into_iter().map(MerchantId::new).collect())
}

fn to_row(notice: &BoardNotice, now: Timestamp) -> Model {
    let merchant = notice.merchant.as_ref();
    Model {
        city: city_column(notice.city),
        id: notice.id.uuid(),
        kind: notice.kind.to_string(),
        source: notice.source.clone(),
        merchant: merchant.map(|(id, _)| id.uuid()),
        merchant_name: merchant.map(|(_, name)| name.clone()),
        category: notice.category.as_ref().map(ToString::to_string),
        district: notice.district.map(|district| i64::from(district.code())),
        title: notice.title.clone(),
        text: notice.text.clone(),
        text_en: notice.text_en.clone(),
        measure: notice.measure.map(|measure| measure.to_string()),
        class: notice.class.map(|class| class.to_string()),
        grade: notice.grade.map(|grade| grade.to_string()),
        publish_at: notice.publish_at.as_micros(),
        remove_at: instant_column(notice.remove_at),
        withdrawn_at: instant_column(notice.withdrawn_at),
        contested: notice.contested,
        state: notice.state(now).to_string(),
        turns_at: instant_column(notice.turns_at(now)),
        written_by: None,
    }
}

fn to_domain(row: Model) -> Result<BoardNotice, StoreError> {
    let district =
        |code: i64| District::try_new(narrow("district", code)?).map_err(|_| corrupt("district", code));
    Ok(BoardNotice {
        id: NoticeId::new(row.id),
        city: city_of(row.city)?,
        kind: word("kind", &row.kind)?,
        source: row.source,
        merchant: row.merchant.zip(row.merchant_name).map(|(id, name)| (MerchantId::new(id), name)),
        category: row.category.as_deref().map(|code| word("category", code)).transpose()?,
        district: row.district.map(district).transpose()?,
        title: row.title,
        text: row.text,
        text_en: row.text_en,
        measure: row.measure.as_deref().map(|text| word("measure", text)).transpose()?,
        class: row.class.as_deref().map(|text| word("class", text)).transpose()?,
        grade: row.grade.as_deref().map(|text| word("grade", text)).transpose()?,
        publish_at: Timestamp::from_micros(row.publish_at),
        remove_at: row.remove_at.map(Timestamp::from_micros),
        withdrawn_at: row.withdrawn_at.map(Timestamp::from_micros),
        contested: row.contested,
    })
}

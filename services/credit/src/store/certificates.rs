//! Certificates, and which merchant holds which.

use chassis::store::StoreError;
use credit_domain::certificate::{Certificate, CertificateNumber, Holding, State, Statement};
use credit_domain::keys::KeyId;
use kernel::{City, MerchantId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, ExprTrait as _, IntoActiveModel, QueryOrder, QuerySelect};

use super::{
    city_column, city_of, corrupt, instant_column, narrow, taken_is_collision, version_column, version_of,
    word,
};

/// A row of `certificates`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificates")]
pub(super) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) city: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) year: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) serial: i64,
    pub(super) merchant: Uuid,
    pub(super) name: String,
    pub(super) grade: String,
    /// JSON: a list of codes.
    pub(super) categories: String,
    pub(super) standing_version: i64,
    pub(super) issuer: String,
    pub(super) valid_from: i64,
    pub(super) valid_until: i64,
    /// The signed text.
    pub(super) code: String,
    /// The name of the key.
    pub(super) signed_by: String,
    pub(super) issued_by: String,
    pub(super) state: String,
    pub(super) revoked_at: Option<i64>,
    pub(super) why: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

mod holders {
    use sea_orm::entity::prelude::*;

    /// A row of `certificate_holders`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "certificate_holders")]
    pub(in crate::store) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(in crate::store) city: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(in crate::store) merchant: Uuid,
        pub(in crate::store) year: Option<i64>,
        pub(in crate::store) serial: Option<i64>,
        pub(in crate::store) due_at: Option<i64>,
        pub(in crate::store) contested: bool,
        pub(in crate::store) changed_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(in crate::store) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

const STANDING: &str = "standing";
const REVOKED: &str = "revoked";
/// The words of the column.
pub(super) const STATES: [&str; 2] = [STANDING, REVOKED];

/// Keeps a certificate that was issued.
///
/// # Errors
/// [`StoreError::Collision`] when another one took the number: the same command again takes the next.
pub(crate) async fn insert(conn: &impl ConnectionTrait, issued: &Certificate) -> Result<(), StoreError> {
    let row = to_row(issued)?.into_active_model();
    Entity::insert(row).exec_without_returning(conn).await.map_err(taken_is_collision)?;
    Ok(())
}

/// Writes back how a certificate stands; what it says never changes.
pub(crate) async fn save_state(conn: &impl ConnectionTrait, changed: &Certificate) -> Result<(), StoreError> {
    let row = to_row(changed)?;
    let (city, year, serial) = place(changed.says.number);
    Entity::update_many()
        .col_expr(Column::State, Expr::value(row.state))
        .col_expr(Column::RevokedAt, Expr::value(row.revoked_at))
        .col_expr(Column::Why, Expr::value(row.why))
        .filter(Column::City.eq(city))
        .filter(Column::Year.eq(year))
        .filter(Column::Serial.eq(serial))
        .exec(conn)
        .await?;
    Ok(())
}

/// The certificate of this number.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    number: CertificateNumber,
) -> Result<Option<Certificate>, StoreError> {
    Entity::find_by_id(place(number)).one(conn).await?.map(to_domain).transpose()
}

/// The certificates of a merchant, the newest first, before this one.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    (city, merchant): (City, MerchantId),
    before: Option<(u16, u32)>,
    limit: u64,
) -> Result<Vec<Certificate>, StoreError> {
    let mut found = Entity::find()
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Merchant.eq(merchant.uuid()));
    if let Some((year, serial)) = before {
        let same_year = Column::Year.eq(i64::from(year)).and(Column::Serial.lt(i64::from(serial)));
        found = found.filter(Column::Year.lt(i64::from(year)).or(same_year));
    }
    let rows = found.order_by_desc(Column::Year).order_by_desc(Column::Serial).limit(limit);
    rows.all(conn).await?.into_iter().map(to_domain).collect()
}

/// The serial that was given out last in the city and year; 0 before the first.
pub(crate) async fn last_serial(
    conn: &impl ConnectionTrait,
    city: City,
    year: u16,
) -> Result<u32, StoreError> {
    let found: Option<Option<i64>> = Entity::find()
        .select_only()
        .column_as(Column::Serial.max(), "serial")
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::Year.eq(i64::from(year)))
        .into_tuple()
        .one(conn)
        .await?;
    found.flatten().map_or(Ok(0), |serial| narrow("serial", serial))
}

/// The numbers that are revoked and would be valid at this moment otherwise; at most `limit`.
pub(crate) async fn revoked(
    conn: &impl ConnectionTrait,
    city: City,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<CertificateNumber>, StoreError> {
    let found: Vec<(i64, i64)> = Entity::find()
        .select_only()
        .column(Column::Year)
        .column(Column::Serial)
        .filter(Column::City.eq(city_column(city)))
        .filter(Column::State.eq(REVOKED))
        .filter(Column::ValidUntil.gt(now.as_micros()))
        .limit(limit)
        .into_tuple()
        .all(conn)
        .await?;
    found.into_iter().map(|(year, serial)| number(city, year, serial)).collect()
}

/// The last numbers of merchants that object to an entry behind their grade; at most `limit`.
pub(crate) async fn contested(
    conn: &impl ConnectionTrait,
    city: City,
    limit: u64,
) -> Result<Vec<CertificateNumber>, StoreError> {
    let found: Vec<(i64, i64)> = holders::Entity::find()
        .select_only()
        .column(holders::Column::Year)
        .column(holders::Column::Serial)
        .filter(holders::Column::City.eq(city_column(city)))
        .filter(holders::Column::Contested.eq(true))
        .filter(holders::Column::Serial.is_not_null())
        .limit(limit)
        .into_tuple()
        .all(conn)
        .await?;
    found.into_iter().map(|(year, serial)| number(city, year, serial)).collect()
}

/// When the list of revocations of the city changed last, if ever.
pub(crate) async fn changed_at(
    conn: &impl ConnectionTrait,
    city: City,
) -> Result<Option<Timestamp>, StoreError> {
    let found: Option<Option<i64>> = holders::Entity::find()
        .select_only()
        .column_as(holders::Column::ChangedAt.max(), "changed_at")
        .filter(holders::Column::City.eq(city_column(city)))
        .into_tuple()
        .one(conn)
        .await?;
    Ok(found.flatten().map(Timestamp::from_micros))
}

/// What a merchant holds; none when it never held a certificate and is to get none. Whoever changes it holds the
/// merchant.
pub(crate) async fn holding(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
) -> Result<Option<Holding>, StoreError> {
    let key = (city_column(city), merchant.uuid());
    let Some(row) = holders::Entity::find_by_id(key).one(conn).await? else { return Ok(None) };
    let last = match (row.year, row.serial) {
        (Some(year), Some(serial)) => {
            let number = number(city, year, serial)?;
            Some(find(conn, number).await?.ok_or_else(|| corrupt("certificate", number))?)
        }
        _ => None,
    };
    Ok(Some(Holding {
        last,
        due_at: row.due_at.map(Timestamp::from_micros),
        contested: row.contested,
        changed_at: Timestamp::from_micros(row.changed_at),
    }))
}

/// Writes what a merchant holds.
pub(crate) async fn save_holding(
    conn: &impl ConnectionTrait,
    (city, merchant): (City, MerchantId),
    holding: &Holding,
) -> Result<(), StoreError> {
    use holders::Column as C;

    let place = holding.last.as_ref().map(|last| place(last.says.number));
    let row = holders::Model {
        city: city_column(city),
        merchant: merchant.uuid(),
        year: place.map(|(_, year, _)| year),
        serial: place.map(|(_, _, serial)| serial),
        due_at: instant_column(holding.due_at),
        contested: holding.contested,
        changed_at: holding.changed_at.as_micros(),
    };
    let again = OnConflict::columns([C::City, C::Merchant])
        .update_columns([C::Year, C::Serial, C::DueAt, C::Contested, C::ChangedAt])
        .to_owned();
    holders::Entity::insert(row.into_active_model()).on_conflict(again).exec_without_returning(conn).await?;
    Ok(())
}

/// Merchants about whose certificate something is due, the longest due first.
pub(crate) async fn due(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<(City, MerchantId)>, StoreError> {
    let found: Vec<(i64, Uuid)> = holders::Entity::find()
        .select_only()
        .column(holders::Column::City)
        .column(holders::Column::Merchant)
        .filter(holders::Column::DueAt.lte(now.as_micros()))
        .order_by_asc(holders::Column::DueAt)
        .limit(limit)
        .into_tuple()
        .all(conn)
        .await?;
    found.into_iter().map(|(city, merchant)| Ok((city_of(city)?, MerchantId::new(merchant)))).collect()
}

fn place(number: CertificateNumber) -> (i64, i64, i64) {
    (city_column(number.city()), i64::from(number.year()), i64::from(number.serial()))
}

fn number(city: City, year: i64, serial: i64) -> Result<CertificateNumber, StoreError> {
    let number = CertificateNumber::try_new(city, narrow("year", year)?, narrow("serial", serial)?);
    number.map_err(|_| corrupt("serial", serial))
}

fn to_row(certificate: &Certificate) -> Result<Model, StoreError> {
    let Certificate { says, code, key, state, issued_by } = certificate;
    let (city, year, serial) = place(says.number);
    let (state, revoked_at, why) = match state {
        State::Standing => (STANDING, None, None),
        State::Revoked { at, why } => (REVOKED, Some(at.as_micros()), Some(why.to_string())),
    };
    Ok(Model {
        city,
        year,
        serial,
        merchant: says.merchant.uuid(),
        name: says.name.clone(),
        grade: says.grade.to_string(),
        categories: serde_json::to_string(&says.categories)?,
        standing_version: version_column(says.standing_version)?,
        issuer: says.issuer.clone(),
        valid_from: says.valid_from.as_micros(),
        valid_until: says.valid_until.as_micros(),
        code: code.clone(),
        signed_by: key.to_string(),
        issued_by: issued_by.to_string(),
        state: state.to_owned(),
        revoked_at,
        why,
    })
}

fn to_domain(row: Model) -> Result<Certificate, StoreError> {
    let state = match (row.state.as_str(), row.revoked_at, &row.why) {
        (STANDING, None, None) => State::Standing,
        (REVOKED, Some(at), Some(why)) => {
            State::Revoked { at: Timestamp::from_micros(at), why: word("why", why)? }
        }
        (state, _, _) => return Err(corrupt("state", state)),
    };
    let key: KeyId = word("signed_by", &row.signed_by)?;
    let says = Statement {
        number: number(city_of(row.city)?, row.year, row.serial)?,
        issuer: row.issuer,
        merchant: MerchantId::new(row.merchant),
        name: row.name,
        grade: word("grade", &row.grade)?,
        categories: serde_json::from_str(&row.categories)?,
        standing_version: version_of(row.standing_version)?,
        valid_from: Timestamp::from_micros(row.valid_from),
        valid_until: Timestamp::from_micros(row.valid_until),
    };
    Ok(Certificate { says, code: row.code, key, state, issued_by: word("issued_by", &row.issued_by)? })
}

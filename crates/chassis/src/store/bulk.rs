//! Many rows in one statement whose text does not depend on how many.
//!
//! PostgreSQL parses and plans each text anew, and a connection remembers a hundred of them: with a list of
//! values, batches of all sizes push each other out. So it gets the rows as one JSON parameter. SQLite prepares in
//! the same process and gets the list.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{
    ActiveValue, ConnectionTrait, DbBackend, Iterable, PrimaryKeyToColumn, QueryTrait, Statement,
    TryGetableMany,
};
use serde_json::Value as Json;

use super::StoreError;

/// What becomes of a row whose key is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    /// The statement fails with [`StoreError::Taken`].
    Fails,
    /// The row that is there stays as it is.
    FirstStays,
}

/// Inserts the rows; all have the same columns set.
///
/// # Errors
/// When the database refuses.
pub async fn insert<A>(conn: &impl ConnectionTrait, rows: Vec<A>, clash: Clash) -> Result<(), StoreError>
where
    A: ActiveModelTrait + Send,
{
    if rows.is_empty() {
        return Ok(());
    }
    if conn.get_database_backend() == DbBackend::Postgres {
        conn.execute_raw(statement(&rows, |insert| match clash {
            Clash::Fails => insert,
            Clash::FirstStays => format!("{insert} ON CONFLICT DO NOTHING"),
        })?)
        .await?;
        return Ok(());
    }
    let insert = A::Entity::insert_many(rows);
    match clash {
        Clash::Fails => insert.exec_without_returning(conn).await?,
        Clash::FirstStays => insert.on_conflict(first_stays()).exec_without_returning(conn).await?,
    };
    Ok(())
}

/// The primary key of an entity, as a value.
type KeyOf<A> = <<<A as ActiveModelTrait>::Entity as EntityTrait>::PrimaryKey as PrimaryKeyTrait>::ValueType;

/// Inserts those rows whose key is not there yet, and says which they were: each key once. A key that another
/// transaction is about to insert is waited for.
///
/// # Errors
/// When the database refuses.
pub async fn claim<A>(conn: &impl ConnectionTrait, rows: Vec<A>) -> Result<Vec<KeyOf<A>>, StoreError>
where
    A: ActiveModelTrait + Send,
{
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let keys = <A::Entity as EntityTrait>::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
    let claimed = if conn.get_database_backend() == DbBackend::Postgres {
        let names: Vec<String> = keys.map(|column| format!("\"{}\"", column.as_str())).collect();
        let names = names.join(", ");
        let text = |insert| format!("{insert} ON CONFLICT DO NOTHING RETURNING {names}");
        conn.query_all_raw(statement(&rows, text)?).await?
    } else {
        let mut insert = A::Entity::insert_many(rows).on_conflict(first_stays()).into_query();
        conn.query_all(insert.returning(Query::returning().columns(keys))).await?
    };
    let claimed = claimed.iter().map(KeyOf::<A>::try_get_many_by_index).collect::<Result<_, _>>();
    claimed.map_err(|error| StoreError::Other(error.into()))
}

fn first_stays() -> OnConflict {
    OnConflict::new().do_nothing().to_owned()
}

/// The insert of these rows on PostgreSQL, made a whole statement by `complete`.
pub(super) fn statement<A: ActiveModelTrait>(
    rows: &[A],
    complete: impl FnOnce(String) -> String,
) -> Result<Statement, StoreError> {
    let is_set = |row: &A, column| matches!(row.get(column), ActiveValue::Set(_) | ActiveValue::Unchanged(_));
    let columns: Vec<_> = <A::Entity as EntityTrait>::Column::iter()
        .filter(|column| rows.first().is_some_and(|row| is_set(row, *column)))
        .collect();
    let table = A::Entity::default().table_name().to_owned();
    let names: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.as_str())).collect();
    let names = names.join(", ");
    let insert = format!(
        "INSERT INTO \"{table}\" ({names}) SELECT {names} FROM json_populate_recordset(NULL::\"{table}\", $1::json)"
    );
    let json = rows.iter().map(|row| object(row, &columns)).collect::<Result<Vec<_>, _>>()?;
    let json = serde_json::to_string(&json)?;
    Ok(Statement::from_sql_and_values(DbBackend::Postgres, complete(insert), [json.into()]))
}

fn object<A: ActiveModelTrait>(
    row: &A,
    columns: &[<A::Entity as EntityTrait>::Column],
) -> Result<Json, StoreError> {
    let mut object = serde_json::Map::with_capacity(columns.len());
    for column in columns {
        let value = match row.get(*column) {
            ActiveValue::Set(value) | ActiveValue::Unchanged(value) => json(value)?,
            ActiveValue::NotSet => Json::Null,
        };
        object.insert(column.as_str().to_owned(), value);
    }
    Ok(Json::Object(object))
}

/// A value as PostgreSQL reads it from JSON into its column's type.
fn json(value: Value) -> Result<Json, StoreError> {
    Ok(match value {
        Value::Bool(value) => value.into(),
        Value::SmallInt(value) => value.into(),
        Value::Int(value) => value.into(),
        Value::BigInt(value) => value.into(),
        Value::String(value) => value.into(),
        Value::Uuid(value) => value.map(|id| id.hyphenated().to_string()).into(),
        Value::Bytes(value) => value.map(|bytes| hex(&bytes)).into(),
        other => return Err(StoreError::Corrupt(format!("{other:?} has no place in a row of ours"))),
    })
}

/// The input form of `bytea`.
fn hex(bytes: &[u8]) -> String {
    use core::fmt::Write as _;
    let mut text = String::with_capacity(2 + 2 * bytes.len());
    text.push_str("\\x");
    for byte in bytes {
        // Writing to memory does not fail.
        let _: core::fmt::Result = write!(text, "{byte:02x}");
    }
    text
}

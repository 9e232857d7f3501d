//! Many rows in one statement whose text does not depend on how many.
//!
//! PostgreSQL parses and plans each text anew, and a connection remembers a hundred of them: with a list of
//! values, batches of all sizes push each other out. So it gets the rows as one JSON parameter. SQLite prepares in
//! the same process and gets the list.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ConnectionTrait, DbBackend, Iterable, Statement};
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
    let Some(first) = rows.first() else { return Ok(()) };
    if conn.get_database_backend() == DbBackend::Postgres {
        let columns: Vec<_> = <A::Entity as EntityTrait>::Column::iter()
            .filter(|column| matches!(first.get(*column), ActiveValue::Set(_) | ActiveValue::Unchanged(_)))
            .collect();
        let json = rows.iter().map(|row| object(row, &columns)).collect::<Result<Vec<_>, _>>()?;
        let text = statement::<A::Entity>(&columns, clash);
        let json = serde_json::to_string(&json)?;
        conn.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, text, [json.into()])).await?;
        return Ok(());
    }
    let insert = A::Entity::insert_many(rows);
    match clash {
        Clash::Fails => insert.exec_without_returning(conn).await?,
        Clash::FirstStays => {
            let first_stays = OnConflict::new().do_nothing().to_owned();
            insert.on_conflict(first_stays).exec_without_returning(conn).await?
        }
    };
    Ok(())
}

fn statement<E: EntityTrait>(columns: &[E::Column], clash: Clash) -> String {
    let table = E::default().table_name().to_owned();
    let names: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.as_str())).collect();
    let names = names.join(", ");
    let end = match clash {
        Clash::Fails => "",
        Clash::FirstStays => " ON CONFLICT DO NOTHING",
    };
    format!(
        "INSERT INTO \"{table}\" ({names}) SELECT {names} FROM json_populate_recordset(NULL::\"{table}\", $1::json){end}"
    )
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

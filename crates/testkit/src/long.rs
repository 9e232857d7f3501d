//! Long lists: many rows in seconds, and whether a list of them is read by an index.
//!
//! Rows come out of one that the service made itself, in one statement; their ids are the numbers from 0 on, so that a
//! test knows every page by heart.

use std::sync::{Mutex, PoisonError};

use anyhow::ensure;
use sea_orm::prelude::async_trait;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, EntityTrait, ExecResult,
    IdenStatic, Iterable, QueryResult, Statement,
};
use serde_json::Value;

/// How long a long list is.
pub const MANY: u32 = 100_000;

/// Makes [`MANY`] rows of the one that `source` picks. Each is like it but for the columns that are given: as an
/// expression over the row's number `i`.
///
/// # Errors
/// When the database refuses, or `source` picks none or more than one.
pub async fn multiply<E: EntityTrait>(
    conn: &DatabaseConnection,
    source: &str,
    given: &[(E::Column, String)],
) -> anyhow::Result<()> {
    let table = E::default().table_name().to_owned();
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for column in E::Column::iter() {
        let name = column.as_str();
        let expression = given.iter().find(|(given, _)| given.as_str() == name);
        columns.push(format!("\"{name}\""));
        values.push(expression.map_or_else(|| format!("o.\"{name}\""), |(_, expression)| expression.clone()));
    }
    let (columns, values, last) = (columns.join(", "), values.join(", "), MANY - 1);
    let statement = format!(
        "INSERT INTO {table} ({columns}) \
         WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) \
         SELECT {values} FROM n, (SELECT * FROM {table} WHERE {source}) AS o"
    );
    let made = conn.execute_unprepared(&statement).await?.rows_affected();
    ensure!(made == u64::from(MANY), "{made} rows were made: the source is not one row");
    Ok(())
}

/// The id with this number, as an expression.
#[must_use]
pub fn id_of(backend: DbBackend, number: &str) -> String {
    match backend {
        DbBackend::Postgres => format!("lpad(to_hex({number}), 32, '0')::uuid"),
        _ => format!("unhex(printf('%032x', {number}))"),
    }
}

/// A number in so many digits, as an expression.
#[must_use]
pub fn digits(backend: DbBackend, number: &str, digits: u8) -> String {
    match backend {
        DbBackend::Postgres => format!("lpad(({number})::text, {digits}, '0')"),
        _ => format!("printf('%0{digits}d', {number})"),
    }
}

/// A connection that asks for the plan of each statement before it runs it.
#[derive(Debug)]
pub struct Planned {
    conn: DatabaseConnection,
    plans: Mutex<Vec<Plan>>,
}

#[derive(Debug)]
struct Plan {
    statement: String,
    text: String,
    is_by_index: bool,
}

impl Planned {
    /// To a database whose rows are all there: PostgreSQL is told of them, as it tells itself after a while.
    ///
    /// A test's table holds little but what is asked for, and PostgreSQL would rightly look through all of it. It is kept
    /// from that here where there is another way: what is asked is whether an index gives the rows in their order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1);
        let conn = Database::connect(options).await?;
        if conn.get_database_backend() == DbBackend::Postgres {
            conn.execute_unprepared("VACUUM ANALYZE").await?;
            for kind in ["seqscan", "bitmapscan", "sort"] {
                conn.execute_unprepared(&format!("SET enable_{kind} = off")).await?;
            }
        }
        Ok(Self { conn, plans: Mutex::default() })
    }

    /// That all that was asked since the last time was read by indexes, and in their order: nothing was looked through
    /// from end to end, and nothing sorted that was not limited before.
    ///
    /// # Errors
    /// Names the statements that were not, with their plans.
    pub fn read_by_indexes(&self) -> anyhow::Result<()> {
        let plans = core::mem::take(&mut *self.plans.lock().unwrap_or_else(PoisonError::into_inner));
        ensure!(!plans.is_empty(), "nothing was asked");
        let bad: Vec<String> = plans
            .iter()
            .filter(|plan| !plan.is_by_index)
            .map(|plan| format!("{}\n{}", plan.statement, plan.text))
            .collect();
        ensure!(bad.is_empty(), "not read by an index:\n{}", bad.join("\n\n"));
        Ok(())
    }

    async fn plan(&self, statement: &Statement) -> Result<(), DbErr> {
        let explain = match self.conn.get_database_backend() {
            DbBackend::Postgres => "EXPLAIN (FORMAT JSON)",
            _ => "EXPLAIN QUERY PLAN",
        };
        let asked = Statement {
            sql: format!("{explain} {}", statement.sql),
            values: statement.values.clone(),
            db_backend: statement.db_backend,
        };
        let rows = self.conn.query_all_raw(asked).await?;
        let plan = match self.conn.get_database_backend() {
            DbBackend::Postgres => postgresql(&rows, statement)?,
            _ => sqlite(&rows, statement)?,
        };
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).push(plan);
        Ok(())
    }
}

/// Lines such as `SEARCH requests USING INDEX requests_status (city=? AND status=?)`.
fn sqlite(rows: &[QueryResult], statement: &Statement) -> Result<Plan, DbErr> {
    let lines: Vec<String> = rows.iter().map(|row| row.try_get("", "detail")).collect::<Result<_, _>>()?;
    // What another part of the statement makes may be read from end to end: that part has a line of its own.
    let is_made = |name: &str| lines.iter().any(|line| line == &format!("CO-ROUTINE {name}"));
    let is_bad = |line: &String| {
        let scanned = line.strip_prefix("SCAN ").map(|rest| rest.split(' ').next().unwrap_or(rest));
        line.starts_with("USE TEMP B-TREE") || scanned.is_some_and(|name| !is_made(name))
    };
    let is_by_index = !lines.iter().any(is_bad);
    Ok(Plan { statement: statement.to_string(), text: lines.join("\n"), is_by_index })
}

fn postgresql(rows: &[QueryResult], statement: &Statement) -> Result<Plan, DbErr> {
    let row = rows.first().ok_or_else(|| DbErr::RecordNotFound("a plan".to_owned()))?;
    let plan: Value = row.try_get_by_index(0)?;
    let is_by_index = plan.as_array().is_some_and(|parts| parts.iter().all(|part| is_good(&part["Plan"])));
    Ok(Plan { statement: statement.to_string(), text: format!("{plan:#}"), is_by_index })
}

fn is_good(node: &Value) -> bool {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    let is_bad = kind == "Seq Scan" || (kind.ends_with("Sort") && !is_limited(node));
    !is_bad && parts(node).all(is_good)
}

fn is_limited(node: &Value) -> bool {
    node["Node Type"] == "Limit" || parts(node).any(is_limited)
}

fn parts(node: &Value) -> impl Iterator<Item = &Value> {
    node["Plans"].as_array().into_iter().flatten()
}

#[async_trait::async_trait]
impl ConnectionTrait for Planned {
    fn get_database_backend(&self) -> DbBackend {
        self.conn.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.conn.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.conn.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.plan(&statement).await?;
        self.conn.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.plan(&statement).await?;
        self.conn.query_all_raw(statement).await
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::ConnectionTrait as _;

    use super::Planned;
    use crate::TestDb;

    crate::on_both_databases! {
        async fn what_is_looked_through_or_sorted_is_told_from_what_an_index_gives(db: TestDb) {
            let conn = sea_orm::Database::connect(db.url()).await.unwrap();
            conn.execute_unprepared("CREATE TABLE t (n INTEGER PRIMARY KEY, m INTEGER NOT NULL)").await.unwrap();
            conn.execute_unprepared("INSERT INTO t WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c \
                WHERE i < 9999) SELECT i, -i FROM c").await.unwrap();
            let planned = Planned::connect(db.url()).await.unwrap();
            let ask = async |sql: &str| {
                let statement = sea_orm::Statement::from_string(planned.get_database_backend(), sql);
                planned.query_all_raw(statement).await.unwrap();
                planned.read_by_indexes()
            };
            assert!(ask("SELECT n FROM t WHERE n > 5000 ORDER BY n LIMIT 5").await.is_ok());
            assert!(ask("SELECT n FROM t WHERE m = 3").await.is_err());
            assert!(ask("SELECT n FROM t WHERE n > 5000 ORDER BY m LIMIT 5").await.is_err());
            assert!(planned.read_by_indexes().is_err(), "nothing was asked");
        }
    }
}

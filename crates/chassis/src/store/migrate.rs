//! Migrations: an explicit step under a lock, so that several instances may try at once.
//!
//! Expand, then contract: a migration only adds, so that an older binary keeps working on a newer schema. A
//! service at its start only checks that all it knows of is applied.

use std::collections::BTreeSet;
use std::fs::File;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, FromQueryResult, Statement, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use super::{Db, StoreError};
use crate::config::DatabaseConfig;

/// Any number will do, as long as all instances use the same one.
const ADVISORY_LOCK: i64 = 81_890;

/// Why the schema is not ready.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The lock file beside a SQLite database cannot be taken.
    #[error("the migration lock cannot be taken")]
    Lock(#[from] std::io::Error),
    /// Migrations are missing: run the service once with `--migrate`.
    #[error("the schema lacks {}: run this service once with --migrate", .0.join(", "))]
    Behind(Vec<String>),
}

impl From<DbErr> for MigrateError {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// Applies what is missing, under a lock. Does nothing when another instance was faster or the schema is newer.
///
/// # Errors
/// When the database refuses a migration or the lock.
pub async fn migrate<M: MigratorTrait>(db: &Db, config: &DatabaseConfig) -> Result<(), MigrateError> {
    let conn = db.writer();
    match db.backend() {
        DbBackend::Postgres => {
            // A transaction of its own holds the lock while the migrations run on other connections.
            let guard = conn.begin().await?;
            let lock = format!("SELECT pg_advisory_xact_lock({ADVISORY_LOCK}, hashtext(current_schema()))");
            // It is idle as long as they take.
            guard.execute_unprepared("SET LOCAL idle_in_transaction_session_timeout = 0").await?;
            guard.execute_unprepared(&lock).await?;
            let done = apply::<M>(conn).await;
            guard.commit().await?;
            done
        }
        _ => {
            let path = config.url.expose().trim_start_matches("sqlite:").trim_start_matches("//");
            let path = path.split('?').next().unwrap_or(path);
            let lock = File::create(format!("{path}.migrate.lock"))?;
            tokio::task::block_in_place(|| lock.lock())?;
            let done = apply::<M>(conn).await;
            lock.unlock()?;
            done
        }
    }
}

async fn apply<M: MigratorTrait>(conn: &DatabaseConnection) -> Result<(), MigrateError> {
    if missing::<M>(conn).await?.is_empty() {
        return Ok(());
    }
    M::up(conn, None).await?;
    Ok(())
}

/// Checks, without writing, that every migration this binary knows is applied.
///
/// # Errors
/// [`MigrateError::Behind`] with what is missing.
pub async fn check<M: MigratorTrait>(db: &Db) -> Result<(), MigrateError> {
    let missing = missing::<M>(db.writer()).await?;
    if missing.is_empty() { Ok(()) } else { Err(MigrateError::Behind(missing)) }
}

async fn missing<M: MigratorTrait>(conn: &DatabaseConnection) -> Result<Vec<String>, MigrateError> {
    #[derive(FromQueryResult)]
    struct Applied {
        version: String,
    }

    let statement =
        Statement::from_string(conn.get_database_backend(), "SELECT version FROM seaql_migrations");
    let applied: BTreeSet<String> = match Applied::find_by_statement(statement).all(conn).await {
        Ok(rows) => rows.into_iter().map(|row| row.version).collect(),
        // No table yet: nothing was ever applied. Any other trouble shows in the next statement.
        Err(DbErr::Query(_) | DbErr::Exec(_)) => BTreeSet::new(),
        Err(other) => return Err(other.into()),
    };
    let known = M::migrations().into_iter().map(|migration| migration.name().to_owned());
    Ok(known.filter(|name| !applied.contains(name)).collect())
}

//! What can go wrong in a database, sorted by what the caller can do about it.

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

/// A database error.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another transaction was in the way: the same again may succeed at once.
    #[error("the transaction collided with another one")]
    Collision(#[source] DbErr),
    /// The database does not answer, is shutting down, or has no connection free.
    #[error("the database is not available")]
    Unavailable(#[source] DbErr),
    /// The disk is full.
    #[error("the database has no space left")]
    Full(#[source] DbErr),
    /// A unique key is taken: someone was faster.
    #[error("a unique key is taken")]
    Taken(#[source] DbErr),
    /// A value could not be written as, or read from, JSON.
    #[error("a stored value is not what it should be")]
    Json(#[from] serde_json::Error),
    /// A stored value does not fit its type.
    #[error("a stored value is out of its range: {0}")]
    Corrupt(String),
    /// Anything else: a mistake in this program.
    #[error("the database refused a statement")]
    Other(#[source] DbErr),
}

impl StoreError {
    /// Whether the same transaction may succeed when tried again at once.
    #[must_use]
    pub fn is_collision(&self) -> bool {
        matches!(self, Self::Collision(_))
    }

    /// Whether waiting may help.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Collision(_) | Self::Full(_))
    }
}

/// An error of a command that can carry a store error.
pub trait WriteError: From<StoreError> + Send {
    /// Whether the same command may succeed when run again at once.
    fn is_transient(&self) -> bool;
}

impl WriteError for StoreError {
    fn is_transient(&self) -> bool {
        self.is_collision()
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match classify(&error) {
            Class::Collision => Self::Collision(error),
            Class::Unavailable => Self::Unavailable(error),
            Class::Full => Self::Full(error),
            Class::Taken => Self::Taken(error),
            Class::Other => Self::Other(error),
        }
    }
}

enum Class {
    Collision,
    Unavailable,
    Full,
    Taken,
    Other,
}

fn classify(error: &DbErr) -> Class {
    if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) {
        return Class::Taken;
    }
    let (DbErr::Conn(runtime) | DbErr::Exec(runtime) | DbErr::Query(runtime)) = error else {
        return if matches!(error, DbErr::ConnectionAcquire(_)) { Class::Unavailable } else { Class::Other };
    };
    let RuntimeErr::SqlxError(error) = runtime else {
        return Class::Other;
    };
    match error.as_ref() {
        sqlx::Error::Database(refusal) => by_code(refusal.code().as_deref().unwrap_or_default()),
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_) => Class::Unavailable,
        _ => Class::Other,
    }
}

/// SQLSTATE of PostgreSQL (five characters) or the (extended) result code of SQLite (a number).
fn by_code(code: &str) -> Class {
    match code {
        // serialization_failure, deadlock_detected, lock_not_available
        "40001" | "40P01" | "55P03" => Class::Collision,
        // disk_full
        "53100" => Class::Full,
        // too_many_connections, the server shutting down or starting, read_only_sql_transaction
        "53300" | "57P01" | "57P02" | "57P03" | "25006" => Class::Unavailable,
        _ => match code.parse::<u32>() {
            // SQLITE_BUSY and SQLITE_LOCKED with their extensions
            Ok(number) if matches!(number & 0xff, 5 | 6) && code.len() < 5 => Class::Collision,
            // SQLITE_FULL
            Ok(13) => Class::Full,
            // SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN
            Ok(number) if matches!(number & 0xff, 8 | 10 | 14) && code.len() < 5 => Class::Unavailable,
            _ => Class::Other,
        },
    }
}

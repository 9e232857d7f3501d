//! The database of one service: SQLite or PostgreSQL behind the same few words.
//!
//! All writing goes through [`Db::write`]: a [`Command`] runs in one transaction that holds the change and
//! the events it says, so that neither can exist without the other. SQLite has one writer (its nature); the
//! hot paths share commits through [`group::GroupCommit`] on both.

mod append_only;
pub mod bulk;
pub mod clear_reads;
pub mod dead_letters;
mod error;
mod figures;
pub mod group;
pub mod idempotency;
pub mod inbox;
pub(crate) mod marks;
pub mod migrate;
pub mod nonce;
pub mod outbox;
pub mod schema;
mod total;
mod tx;

use std::sync::Arc;
use std::time::Duration;

use kernel::{Clock, IdSource};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbBackend, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::Notify;

pub use append_only::append_only;
pub use error::{StoreError, WriteError};
pub use total::{COUNTED_MAX, Total};
pub use tx::{Said, Tx};

use crate::config::DatabaseConfig;

/// Tries of one command before a deadlock or lock time-out is reported.
const TRIES_MAX: u32 = 4;
/// PostgreSQL ends a transaction in which nothing happened for so long; no command waits for anything but the
/// database. As long as an event stays with a consumer that does not acknowledge it.
const IDLE_IN_TRANSACTION_MAX: &str = "10s";

/// What a command does inside its transaction.
pub trait Command: Send + Sync {
    /// What it answers once durable.
    type Out: Send;
    /// Why it did nothing: the transaction was rolled back.
    type Error: WriteError;

    /// Loads, decides, saves and emits. May run again when the database asks for it (deadlock, busy), so it
    /// keeps nothing between runs.
    fn run(&self, tx: &mut Tx) -> impl Future<Output = Result<Self::Out, Self::Error>> + Send;
}

/// Who carries broadcasts to the bus after the commit. Must not wait.
pub trait Herald: Send + Sync {
    /// Sends what the transaction said.
    fn herald(&self, said: Vec<Said>);
}

/// Hears what this process says, right after the commit and before it goes to the bus. Must not wait.
pub type Ear = Box<dyn Fn(&Said) + Send + Sync>;

/// The database of one service. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    writers: DatabaseConnection,
    readers: DatabaseConnection,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    committed: Notify,
    herald: std::sync::OnceLock<Arc<dyn Herald>>,
    ear: std::sync::OnceLock<Ear>,
    figures: std::sync::OnceLock<figures::StoreFigures>,
}

impl Db {
    /// Opens the pools. Does not migrate.
    ///
    /// # Errors
    /// When the database cannot be reached or the URL is wrong.
    pub async fn open(
        config: &DatabaseConfig,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Result<Self, StoreError> {
        let (writers, readers) = if config.url.expose().starts_with("sqlite:") {
            // One writer: SQLite has one lock, and waiting in our queue is fair where its busy loop is not.
            let writers = Database::connect(sqlite(config, 1, false)).await?;
            let readers = Database::connect(sqlite(config, config.readers_max.get(), true)).await?;
            (writers, readers)
        } else {
            let writers = Database::connect(postgres(config, config.writers_max.get())).await?;
            let readers = Database::connect(postgres(config, config.readers_max.get())).await?;
            (writers, readers)
        };
        Ok(Self {
            inner: Arc::new(Inner {
                writers,
                readers,
                clock,
                ids,
                committed: Notify::new(),
                herald: std::sync::OnceLock::new(),
                ear: std::sync::OnceLock::new(),
                figures: std::sync::OnceLock::new(),
            }),
        })
    }

    /// A connection for reading; writes through it fail on SQLite and are a mistake on PostgreSQL.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.inner.readers
    }

    /// Which database it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.inner.writers.get_database_backend()
    }

    /// Runs the command in one transaction; when this returns, the effect is durable.
    ///
    /// # Errors
    /// The command's own error, or the store's turned into it.
    pub async fn write<C: Command>(&self, command: &C) -> Result<C::Out, C::Error> {
        let mut tried = 0;
        loop {
            tried += 1;
            match self.attempt(command).await {
                Err(error) if tried < TRIES_MAX && error.is_transient() => {
                    tracing::debug!(tried, "transaction will be tried again");
                    // Colliding writers part by chance; bounded by TRIES_MAX.
                    let jitter = self.inner.ids.random() % (1 << (3 + tried));
                    tokio::time::sleep(Duration::from_millis(jitter)).await;
                }
                done => return done,
            }
        }
    }

    async fn attempt<C: Command>(&self, command: &C) -> Result<C::Out, C::Error> {
        let mut tx = self.begin().await?;
        match command.run(&mut tx).await {
            Ok(out) => {
                let said = tx.commit().await?;
                self.after_commit(said);
                Ok(out)
            }
            Err(error) => {
                tx.rollback().await;
                Err(error)
            }
        }
    }

    async fn begin(&self) -> Result<Tx, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let conn = self.inner.writers.begin_with_options(options).await?;
        Ok(Tx::new(conn, self.inner.clock.now(), Arc::clone(&self.inner.ids)))
    }

    fn after_commit(&self, said: tx::Committed) {
        if let Some(ear) = self.inner.ear.get() {
            said.broadcasts.iter().for_each(ear);
        }
        if !said.broadcasts.is_empty()
            && let Some(herald) = self.inner.herald.get()
        {
            herald.herald(said.broadcasts);
        }
        if said.events > 0 {
            self.inner.committed.notify_one();
        }
    }

    /// Wakes when a transaction with events was committed by this process.
    pub async fn committed(&self) {
        self.inner.committed.notified().await;
    }

    /// Names who carries broadcasts; once, at start.
    pub fn set_herald(&self, herald: Arc<dyn Herald>) {
        if self.inner.herald.set(herald).is_err() {
            tracing::warn!("a herald was set twice; the first one stays");
        }
    }

    /// Names who in this process hears its broadcasts, whether the bus is there or not; once, at start.
    pub fn set_ear(&self, ear: Ear) {
        if self.inner.ear.set(ear).is_err() {
            tracing::warn!("an ear was set twice; the first one stays");
        }
    }

    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.inner.writers
    }

    /// Closes both pools, after the last command.
    pub async fn close(&self) {
        for pool in [&self.inner.readers, &self.inner.writers] {
            if let Err(error) = pool.clone().close().await {
                tracing::warn!(%error, "closing a database pool");
            }
        }
    }
}

fn common(config: &DatabaseConfig, connections_max: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(config.url.expose());
    options
        .max_connections(connections_max)
        .acquire_timeout(Duration::from_millis(config.acquire_timeout_ms.get()))
        .test_before_acquire(false)
        .sqlx_logging(false);
    options
}

/// An instance that stops in the middle of a transaction without being gone (a frozen process or machine) must not
/// keep its rows from the others for ever.
fn postgres(config: &DatabaseConfig, connections_max: u32) -> ConnectOptions {
    let mut options = common(config, connections_max);
    options.map_sqlx_postgres_opts(|postgres| {
        postgres.options([("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_MAX)])
    });
    options
}

fn sqlite(config: &DatabaseConfig, connections_max: u32, read_only: bool) -> ConnectOptions {
    let mut options = common(config, connections_max);
    options.min_connections(1).map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite
            .create_if_missing(true)
            .journal_mode(sea_orm::sqlx::sqlite::SqliteJournalMode::Wal)
            .synchronous(sea_orm::sqlx::sqlite::SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            // Rows come from the database's thread; with the default of 50 it waits for us again and again.
            .row_buffer_size(1_024)
            .pragma("cache_size", "-65536")
            .pragma("temp_store", "memory");
        if read_only { sqlite.pragma("query_only", "on") } else { sqlite }
    });
    options
}

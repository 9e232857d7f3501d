//! One test body, both databases.
//!
//! ```
//! testkit::on_both_databases! {
//!     async fn an_empty_database_answers(db: testkit::TestDb) {
//!         let _connection = sea_orm::Database::connect(db.url()).await.unwrap();
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! makes the tests `an_empty_database_answers::on_sqlite` and `::on_postgresql`.

use std::future::Future;

use anyhow::Context;
use nix::sys::signal::Signal;

use crate::postgres;
use crate::scratch::Scratch;

/// An empty database of one test: a SQLite file in its own folder, or one on the shared PostgreSQL.
#[derive(Debug)]
pub struct TestDb {
    url: String,
    /// The folder of a SQLite file: gone with this value.
    _folder: Option<Scratch>,
}

impl TestDb {
    /// An empty SQLite file.
    ///
    /// # Errors
    /// When its folder cannot be made.
    pub fn sqlite() -> anyhow::Result<Self> {
        let folder = Scratch::new("sqlite", Signal::SIGKILL)?;
        let file = folder.path().join("test.db");
        let url =
            format!("sqlite://{}?mode=rwc", file.to_str().context("the temporary folder is not UTF-8")?);
        Ok(Self { url, _folder: Some(folder) })
    }

    /// An empty database on the PostgreSQL that this process shares.
    ///
    /// # Errors
    /// When PostgreSQL is not on this machine or does not start.
    pub async fn postgresql() -> anyhow::Result<Self> {
        Ok(Self { url: postgres::shared().await?.fresh_database().await?, _folder: None })
    }

    /// Its address, as `sea_orm` takes it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// Makes of each `async fn name(db: TestDb) { ... }` a test on SQLite and one on PostgreSQL, each on a run time
/// of two threads.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$attribute:meta])* async fn $name:ident($db:ident: $type:ty) $body:block)+) => {$(
        $(#[$attribute])*
        mod $name {
            use super::*;

            async fn body($db: $type) $body

            #[test]
            fn on_sqlite() {
                $crate::db::run(async { body($crate::TestDb::sqlite()?).await; Ok(()) });
            }

            #[test]
            fn on_postgresql() {
                $crate::db::run(async { body($crate::TestDb::postgresql().await?).await; Ok(()) });
            }
        }
    )+};
}

/// Runs the body of one test; what [`on_both_databases!`] calls.
#[doc(hidden)]
#[expect(clippy::expect_used, reason = "it is the outermost function of a test")]
pub fn run(test: impl Future<Output = anyhow::Result<()>>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a run time").block_on(test).expect("a database for the test");
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, Database};

    use crate::TestDb;

    on_both_databases! {
        async fn a_table_can_be_made_and_read(db: TestDb) {
            let connection = Database::connect(db.url()).await.unwrap();
            connection.execute_unprepared("CREATE TABLE t (n INTEGER NOT NULL)").await.unwrap();
            let inserted = connection.execute_unprepared("INSERT INTO t VALUES (1), (2)").await.unwrap();
            assert_eq!(inserted.rows_affected(), 2);
        }
    }
}

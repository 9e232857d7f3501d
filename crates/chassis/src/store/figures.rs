//! What is measured of the database.

use core::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::Histogram;
use sea_orm::{DatabaseConnection, DbBackend};

use super::Db;
use crate::telemetry::{Metrics, names};

/// Upper bounds for the commands of one commit.
const COMMANDS: [f64; 10] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0];

/// Group commits.
pub(super) struct StoreFigures {
    duration: Histogram<f64>,
    commands: Histogram<f64>,
    wait: Histogram<f64>,
}

impl StoreFigures {
    /// One commit: how many commands it held, how long the first of them had waited, how long it took.
    pub(super) fn committed(&self, commands: usize, waited: Duration, took: Duration) {
        self.commands.record(f64::from(u32::try_from(commands).unwrap_or(u32::MAX)), &[]);
        self.wait.record(waited.as_secs_f64(), &[]);
        self.duration.record(took.as_secs_f64(), &[]);
    }
}

impl Db {
    /// Shows commits and connections among the metrics; once, at start.
    pub fn measure(&self, metrics: &Metrics) {
        let about = "Commands in one commit.";
        let figures = StoreFigures {
            duration: metrics.seconds(names::COMMIT_DURATION, "One group commit."),
            commands: metrics.histogram(names::COMMIT_COMMANDS, "{command}", about, COMMANDS.to_vec()),
            wait: metrics.seconds(names::COMMIT_WAIT, "The wait of a commit's first command."),
        };
        if self.inner.figures.set(figures).is_err() {
            return tracing::warn!("a database is measured twice; the first one stays");
        }
        let pools = [("read", self.read().clone()), ("write", self.writer().clone())];
        let gauge = metrics.meter().f64_observable_gauge(names::DB_CONNECTIONS).with_unit("{connection}");
        gauge
            .with_description("Connections to the database, by pool and state.")
            .with_callback(move |observer| {
                for (pool, conn) in &pools {
                    let (size, idle) = connections(conn);
                    let used = size.saturating_sub(idle);
                    for (state, count) in [("used", used), ("idle", idle)] {
                        let with =
                            [KeyValue::new(names::DB_POOL, *pool), KeyValue::new(names::DB_STATE, state)];
                        observer.observe(f64::from(count), &with);
                    }
                }
            })
            .build();
    }

    pub(super) fn figures(&self) -> Option<&StoreFigures> {
        self.inner.figures.get()
    }
}

/// All, and those that are idle.
fn connections(conn: &DatabaseConnection) -> (u32, u32) {
    let (size, idle) = match conn.get_database_backend() {
        DbBackend::Postgres => {
            let pool = conn.get_postgres_connection_pool();
            (pool.size(), pool.num_idle())
        }
        _ => {
            let pool = conn.get_sqlite_connection_pool();
            (pool.size(), pool.num_idle())
        }
    };
    (size, u32::try_from(idle).unwrap_or(u32::MAX))
}

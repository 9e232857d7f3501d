//! `deploy/postgres/setup.sql`: a role that migrates and a role that runs, for each service its own.

use std::sync::Arc;
use std::time::Duration;

use chassis::clock::{SystemClock, SystemIds};
use chassis::config::{self, DatabaseConfig};
use chassis::entry::{self, Definition};
use chassis::store::Db;
use chassis::store::migrate;
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection};
use testkit::postgres::{Options, Postgres};

use crate::{deploy, read};

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).connect_timeout(Duration::from_secs(5)).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

fn as_role(server: &Postgres, database: &str, role: &str) -> String {
    server.url(database).replace("postgres://postgres@", &format!("postgres://{role}@"))
}

fn settings<D: Definition>(url: &str) -> (D::Config, DatabaseConfig) {
    let variable = (format!("{}__DATABASE__URL", D::NAME.to_uppercase()), url.to_owned());
    let config: D::Config = config::load(D::NAME, D::DEFAULTS, None, [variable].into_iter()).unwrap();
    let database = D::sections(&config).database.clone();
    (config, database)
}

/// Migrates as the owner, then opens as the service and does what its instances do.
async fn lives<D: Definition>(server: &Postgres, database: &str) {
    let (_, owner) = settings::<D>(&as_role(server, database, &format!("{}_owner", D::NAME)));
    entry::migrate::<D>(&owner).await.unwrap();
    let (_, own) = settings::<D>(&as_role(server, database, D::NAME));
    let db = Db::open(&own, Arc::new(SystemClock), Arc::new(SystemIds::new())).await.unwrap();
    migrate::check::<D::Migrator>(&db).await.unwrap();
    assert_eq!(db.outbox_backlog().await.unwrap(), (0, None));
    db.republish("NONE").await.unwrap();
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_service_migrates_by_its_owner_runs_by_its_role_and_sees_no_other() {
    let server = Postgres::start(Options::default()).await.unwrap();
    let admin_url = server.fresh_database().await.unwrap();
    let database = admin_url.rsplit('/').next().unwrap().to_owned();
    let admin = connect(&admin_url).await;
    let setup = read(&deploy("postgres/setup.sql"));
    // Twice: it may be run again.
    for _ in 0..2 {
        admin.execute_unprepared(&setup).await.unwrap();
    }
    lives::<intake::Intake>(&server, &database).await;
    lives::<dispatch::Dispatch>(&server, &database).await;
    lives::<feedback::Feedback>(&server, &database).await;
    lives::<credit::Credit>(&server, &database).await;

    let intake = connect(&as_role(&server, &database, "intake")).await;
    let write = "INSERT INTO inbox (consumer, event_id, done_at) VALUES ('x', gen_random_uuid(), 1)";
    intake.execute_unprepared(write).await.unwrap();
    for refused in [
        "SELECT 1 FROM dispatch.outbox",
        "DELETE FROM credit.outbox",
        "CREATE TABLE mine (n int)",
        "CREATE TABLE public.mine (n int)",
        "DROP TABLE outbox",
        "ALTER TABLE outbox ADD COLUMN n int",
        "TRUNCATE outbox",
        "CREATE ROLE other",
        "CREATE SCHEMA other",
    ] {
        assert!(intake.execute_unprepared(refused).await.is_err(), "intake may {refused}");
    }
    let owner = connect(&as_role(&server, &database, "intake_owner")).await;
    assert!(owner.execute_unprepared("SELECT 1 FROM dispatch.outbox").await.is_err());
}

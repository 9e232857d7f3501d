//! How the databases find what the lists ask for: along an index, in its order, never by reading a whole table.

use std::sync::Arc;

use chassis::entry::Definition as _;
use chassis::store::{Db, migrate};
use feedback_domain::Due;
use kernel::{ActorId, CallbackId, CaseId, City, MerchantId, Timestamp};
use sea_orm::{
    ConnectionTrait as _, DatabaseTransaction, DbBackend, EntityTrait, QuerySelect as _, QueryTrait as _,
    Select, Statement, TransactionTrait as _,
};
use testkit::{ManualClock, SeededIds, TestDb, identity};

use super::callbacks::{self, OpenCalls};
use super::cases::{self, Filter, Stage};
use crate::{Config, Feedback, Migrator};

fn city() -> City {
    City::try_new(330_200).unwrap()
}

fn now() -> Timestamp {
    "2026-11-24T10:00:00+08:00".parse().unwrap()
}

async fn migrated(db: &TestDb) -> Db {
    let environment = [("DATABASE__URL", db.url().to_owned()), ("AUTH__JWKS", identity::jwks())]
        .map(|(name, value)| (format!("FEEDBACK__{name}"), value))
        .into_iter();
    let config: Config =
        chassis::config::load(Feedback::NAME, Feedback::DEFAULTS, None, environment).unwrap();
    let clock = Arc::new(ManualClock::default());
    let ids = Arc::new(SeededIds::new(7, clock.clone()));
    let store = Db::open(&config.database, clock, ids).await.unwrap();
    migrate::migrate::<Migrator>(&store, &config.database).await.unwrap();
    store
}

/// A transaction in which the tables, which are empty, are worth an index.
async fn planning(store: &Db) -> DatabaseTransaction {
    let on = store.read().begin().await.unwrap();
    if store.backend() == DbBackend::Postgres {
        for way in ["seqscan", "sort", "bitmapscan"] {
            on.execute_unprepared(&format!("SET LOCAL enable_{way} = off")).await.unwrap();
        }
    }
    on
}

/// What the database would do, step by step.
async fn plan<E: EntityTrait>(on: &DatabaseTransaction, query: Select<E>) -> String {
    let backend = on.get_database_backend();
    let asked = query.limit(50).build(backend);
    let (explain, column) = match backend {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
        _ => ("EXPLAIN", "QUERY PLAN"),
    };
    let statement = Statement { sql: format!("{explain} {}", asked.sql), ..asked };
    let rows = on.query_all_raw(statement).await.unwrap();
    let steps: Vec<String> = rows.iter().map(|row| row.try_get("", column).unwrap()).collect();
    steps.join("\n")
}

/// Finds by this index, and has nothing left to sort.
fn follows(plan: &str, index: &str) -> bool {
    let reads_all = plan.lines().any(|step| step.starts_with("SCAN") || step.contains("Seq Scan"));
    plan.contains(index) && !reads_all && !plan.contains("TEMP B-TREE") && !plan.contains("Sort")
}

testkit::on_both_databases! {
    async fn every_list_of_call_backs_follows_an_index(db: TestDb) {
        let store = migrated(&db).await;
        let on = planning(&store).await;
        let after = Some((now(), CallbackId::from_u128(1)));
        let (due_by, claimed_by) = (Some(now()), Some(ActorId::from_u128(11)));
        for (of, index) in [
            (OpenCalls { due_by, ..OpenCalls::default() }, "callbacks_worklist"),
            (OpenCalls { due: Some((Due::Overdue, now())), ..OpenCalls::default() }, "callbacks_worklist"),
            (OpenCalls { due: Some((Due::Today, now())), ..OpenCalls::default() }, "callbacks_worklist"),
            (OpenCalls { claimed_by, ..OpenCalls::default() }, "callbacks_claims"),
            (OpenCalls { claimed_by, due_by, due: Some((Due::Today, now())) }, "callbacks_claims"),
        ] {
            for after in [None, after] {
                let found = plan(&on, callbacks::in_order(city(), &of, after)).await;
                assert!(follows(&found, index), "{of:?} after {after:?}: {found}");
            }
        }
        on.rollback().await.unwrap();
        store.close().await;
    }

    async fn every_list_of_cases_follows_an_index(db: TestDb) {
        let store = migrated(&db).await;
        let on = planning(&store).await;
        let all = Filter { city: city(), id: None, merchant: None, stage: None, unanswered: false, after: None };
        let merchant = Some(MerchantId::from_u128(1));
        for (filter, index) in [
            (Filter { stage: Some(Stage::Open), ..all }, "cases_list"),
            (Filter { merchant, ..all }, "cases_merchant"),
            (all, "cases"),
        ] {
            for after in [None, Some(CaseId::from_u128(1))] {
                let filter = Filter { after, ..filter };
                let found = plan(&on, cases::in_order(filter)).await;
                assert!(follows(&found, index), "{filter:?}: {found}");
            }
        }
        on.rollback().await.unwrap();
        store.close().await;
    }
}

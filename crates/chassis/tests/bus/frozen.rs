//! An instance that stops in the middle of a transaction without being gone. On PostgreSQL: only there have several
//! instances one database.

use std::sync::Arc;

use testkit::{TestDb, nats};
use tokio::sync::Notify;

use crate::host::{Freeze, TestService};
use crate::{notes_reach, subscription};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stops_in_the_middle_of_a_transaction_does_not_keep_its_rows_from_the_others_for_ever() {
    let db = TestDb::postgresql().await.unwrap();
    let bus = nats::Server::start(nats::Options::default()).await.unwrap();
    let frozen = TestService::start(&db, &bus.url()).await;
    let other = TestService::start(&db, &bus.url()).await;
    let held = Arc::new(Notify::new());
    let freeze = Freeze(Arc::clone(&held));
    tokio::select! {
        _ = frozen.runtime.db.write(&freeze) => panic!("it must stand still"),
        () = async {
            held.notified().await;
            other.runtime.consume(subscription());
            other.emit(1).await;
            notes_reach(&other, 1).await;
        } => {}
    }
    other.stop().await;
    frozen.stop().await;
}

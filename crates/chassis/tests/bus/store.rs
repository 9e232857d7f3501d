//! What the outbox keeps, and how commands share commits.

use std::sync::{Arc, Mutex};

use chassis::store::group::{Answers, Batch, GroupCommit, Limits};
use chassis::store::{StoreError, Tx};
use kernel::{Timestamp, Version};
use sea_orm::{ConnectionTrait as _, Database, TransactionTrait as _};
use testkit::{TestDb, nats, wait};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::host::TestService;
use crate::{PATIENCE, notes_reach, subscription};

testkit::on_both_databases! {
    async fn i1_pruning_keeps_what_waits_and_the_last_of_each_subject_of_a_compacted_stream(db: TestDb) {
        let mut nats = nats::Server::start(nats::Options::default()).await.unwrap();
        let service = TestService::start(&db, &nats.url()).await;
        let store = &service.runtime.db;
        service.standing(Version(1)).await;
        service.standing(Version(2)).await;
        service.emit(3).await;
        let published = async || store.outbox_oldest().await.unwrap().is_none().then_some(());
        wait::until("the outbox", PATIENCE, published).await.unwrap();
        nats.kill9().unwrap();
        service.emit(2).await;
        let later = Timestamp::from_micros(i64::MAX);
        assert_eq!(store.outbox_prune("INTAKE", false, later).await.unwrap(), 3);
        assert_eq!(store.outbox_prune("STANDING", true, later).await.unwrap(), 1);
        assert_eq!(store.outbox_backlog().await.unwrap().0, 2);
        nats.restart().await.unwrap();
        service.stop().await;
    }
}

/// Of two transactions on PostgreSQL the one with the lower number may be committed last.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i1_an_event_that_is_committed_after_a_later_one_is_published_too() {
    let db = TestDb::postgresql().await.unwrap();
    let nats = nats::Server::start(nats::Options::default()).await.unwrap();
    let service = TestService::start(&db, &nats.url()).await;
    service.runtime.consume(subscription());
    service.emit(1).await;
    notes_reach(&service, 1).await;
    let slow = Database::connect(db.url()).await.unwrap().begin().await.unwrap();
    let the_same_again = "WITH written AS (INSERT INTO outbox (event_id, stream, subject, ce_type, payload, recorded_at) \
        SELECT gen_random_uuid(), stream, subject, ce_type, payload, recorded_at FROM outbox RETURNING seq) \
        INSERT INTO outbox_waiting SELECT seq FROM written";
    slow.execute_unprepared(the_same_again).await.unwrap();
    service.emit(1).await;
    notes_reach(&service, 2).await;
    slow.commit().await.unwrap();
    notes_reach(&service, 3).await;
    service.stop().await;
}

/// Notes how many commands each batch holds, and commits none before it is told to.
struct Held {
    sizes: Arc<Mutex<Vec<usize>>>,
    leave: Arc<Semaphore>,
}

impl Batch for Held {
    type Item = ();
    type Out = ();
    type Error = StoreError;

    async fn run(&self, _: &mut Tx, items: &[()]) -> Result<Answers<Self>, StoreError> {
        self.sizes.lock().unwrap().push(items.len());
        self.leave.acquire().await.unwrap().forget();
        Ok(items.iter().map(|()| Ok(())).collect())
    }
}

/// A second batch may be as small as the first; from then on each holds as many as all that are under way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_that_come_during_commits_gather_until_they_are_as_many_as_those_under_way() {
    let db = TestDb::postgresql().await.unwrap();
    let nats = nats::Server::start(nats::Options::default()).await.unwrap();
    let service = TestService::start(&db, &nats.url()).await;
    let (sizes, leave) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Semaphore::new(0)));
    let held = Held { sizes: Arc::clone(&sizes), leave: Arc::clone(&leave) };
    let limits = Limits { waiting_max: 100, batch_max: 100, lanes: 4 };
    let group = GroupCommit::start("held", &service.runtime.db, held, limits, &service.runtime.tasks);
    let mut callers = JoinSet::new();
    for begun in [vec![1], vec![1, 1], vec![1, 1, 2], vec![1, 1, 2, 4]] {
        for _ in 0..*begun.last().unwrap() {
            let group = group.clone();
            callers.spawn(async move { group.submit(()).await });
        }
        let all = async || (*sizes.lock().unwrap() == begun).then_some(());
        wait::until("the next batch", PATIENCE, all).await.unwrap();
    }
    leave.add_permits(4);
    assert!(callers.join_all().await.into_iter().all(|answer| matches!(answer, Ok(Ok(())))));
    service.stop().await;
}

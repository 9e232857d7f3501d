//! Nothing stays stuck: whatever is done to the bus while nothing happens, the next event takes effect soon after.

use std::sync::Arc;
use std::time::Duration;

use contracts::credit::{StandingChanged, StandingNow};
use kernel::Version;
use testkit::{TestDb, nats, wait};

use crate::host::{Standings, TestService};
use crate::operations::figure;
use crate::{PATIENCE, subscription};

/// From the fault to the effect.
const RESUMED_WITHIN: Duration = Duration::from_secs(15);

struct Idle {
    nats: nats::Server,
    service: TestService,
    _db: TestDb,
}

impl Idle {
    /// A consumer that has done its work and waits for more.
    async fn start() -> Self {
        let db = TestDb::sqlite().unwrap();
        let nats = nats::Server::start(nats::Options::default()).await.unwrap();
        let service = TestService::start(&db, &nats.url()).await;
        service.runtime.consume(subscription());
        service.emit(1).await;
        crate::notes_reach(&service, 1).await;
        Self { nats, service, _db: db }
    }

    async fn resumes(self) {
        self.service.emit(1).await;
        let reached = async || (self.service.notes().await == 2).then_some(());
        wait::until("the effect", RESUMED_WITHIN, reached).await.unwrap();
        let balance = self.service.runtime.ops.balance("test-intake", 100).await.unwrap();
        assert_eq!((balance.received, balance.missing), (2, 0), "{balance:?}");
        self.service.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_resumes_after_the_broker_was_restarted_while_it_was_idle() {
    let mut idle = Idle::start().await;
    idle.nats.kill9().unwrap();
    idle.nats.restart().await.unwrap();
    idle.resumes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_resumes_after_heartbeats_were_missed() {
    let mut idle = Idle::start().await;
    idle.nats.pause().await.unwrap();
    let restarts = r#"platform_consumer_restarts_total{messaging_consumer_group_name="test-intake"}"#;
    let noticed = async || (figure(&idle.service, restarts)? > 0.0).then_some(());
    wait::until("the missed heartbeats", PATIENCE, noticed).await.unwrap();
    idle.nats.resume().unwrap();
    idle.resumes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_resumes_after_it_was_deleted_by_hand() {
    let idle = Idle::start().await;
    let stream = idle.service.runtime.bus.jetstream().get_stream("INTAKE").await.unwrap();
    stream.delete_consumer("test-intake").await.unwrap();
    idle.resumes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_resumes_after_its_stream_was_deleted_by_hand() {
    let idle = Idle::start().await;
    idle.service.runtime.bus.jetstream().delete_stream("INTAKE").await.unwrap();
    idle.resumes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i4_an_idle_projection_shows_its_age_while_the_broker_is_away_and_heals() {
    let db = TestDb::sqlite().unwrap();
    let mut nats = nats::Server::start(nats::Options::default()).await.unwrap();
    let service = TestService::start(&db, &nats.url()).await;
    service.standing(Version(1)).await;
    let standings = Arc::new(Standings::default());
    let progress = service.runtime.follow::<StandingChanged, StandingNow>(&standings);
    wait::until("catching up", PATIENCE, async || progress.is_caught_up().then_some(())).await.unwrap();
    let age = |service: &TestService| figure(service, "platform_projection_age_seconds").unwrap();

    nats.kill9().unwrap();
    wait::until("a growing age", PATIENCE, async || (age(&service) > 3.0).then_some(())).await.unwrap();
    assert!(!service.runtime.health.report().ready);
    nats.restart().await.unwrap();
    wait::until("a small age", RESUMED_WITHIN, async || (age(&service) < 2.0).then_some(())).await.unwrap();
    service.standing(Version(2)).await;
    let sure = async || (standings.sure() == Version(2)).then_some(());
    wait::until("version 2 by the stream", RESUMED_WITHIN, sure).await.unwrap();
    assert!(service.runtime.health.report().ready);
    service.stop().await;
}

//! Outbox, relay, consumer, inbox, dead letters and follower together, against a real nats-server and both
//! databases: what goes in takes effect exactly once, whatever the bus does meanwhile.

#![cfg(test)]

mod frozen;
mod host;
mod operations;
mod store;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use chassis::bus::subscription::{Handle, Outcome, Subscription};
use chassis::store::StoreError;
use contracts::credit::{StandingChanged, StandingNow};
use contracts::intake::{Cancelled, RequestReceived};
use contracts::streams::Stream;
use kernel::Version;
use testkit::{TestDb, nats, wait};

use host::{Emit, Noted, Standings, TestService};

const PATIENCE: Duration = Duration::from_secs(20);

/// Notes the request; what it notes twice shows.
struct NoteReceived;

impl Handle<RequestReceived> for NoteReceived {
    type Error = Noted;

    async fn handle(&self, tx: &mut chassis::store::Tx, event: RequestReceived) -> Result<(), Noted> {
        host::note(tx, event.request.uuid()).await
    }
}

/// Is never content.
struct RefuseCancelled;

impl Handle<Cancelled> for RefuseCancelled {
    type Error = Noted;

    async fn handle(&self, _: &mut chassis::store::Tx, _: Cancelled) -> Result<(), Noted> {
        Err(Noted(Outcome::Reject("no cancelling here".to_owned())))
    }
}

fn subscription() -> Subscription {
    Subscription::new("test-intake", Stream::Intake)
        .on::<RequestReceived, _>(NoteReceived)
        .on::<Cancelled, _>(RefuseCancelled)
}

async fn notes_reach(service: &TestService, count: u64) {
    let reached =
        wait::until("the notes", PATIENCE, async || (service.notes().await == count).then_some(())).await;
    reached.unwrap();
}

testkit::on_both_databases! {
    async fn i2_an_event_takes_effect_once_however_often_it_is_published(db: TestDb) {
        let nats = nats::Server::start(nats::Options::default()).await.unwrap();
        let service = TestService::start(&db, &nats.url()).await;
        service.runtime.consume(subscription());
        service.emit(40).await;
        notes_reach(&service, 40).await;
        service.runtime.db.republish("INTAKE").await.unwrap();
        wait::until("the outbox", PATIENCE, async || service.runtime.db.outbox_oldest().await.unwrap().is_none().then_some(()))
            .await
            .unwrap();
        service.emit(1).await;
        notes_reach(&service, 41).await;
        assert_eq!(service.runtime.db.inbox_count("test-intake").await.unwrap(), 41);
        service.stop().await;
    }

    async fn what_was_written_while_the_bus_was_away_arrives_after(db: TestDb) {
        let mut nats = nats::Server::start(nats::Options::default()).await.unwrap();
        let service = TestService::start(&db, &nats.url()).await;
        service.runtime.consume(subscription());
        service.emit(1).await;
        notes_reach(&service, 1).await;
        nats.kill9().unwrap();
        service.emit(20).await;
        nats.restart().await.unwrap();
        notes_reach(&service, 21).await;
        service.stop().await;
    }

    async fn i1_a_wiped_stream_is_filled_again_from_the_outbox(db: TestDb) {
        let mut nats = nats::Server::start(nats::Options::default()).await.unwrap();
        let service = TestService::start(&db, &nats.url()).await;
        service.emit(30).await;
        wait::until("the outbox", PATIENCE, async || service.runtime.db.outbox_oldest().await.unwrap().is_none().then_some(()))
            .await
            .unwrap();
        nats.kill9().unwrap();
        nats.wipe_store().unwrap();
        nats.restart().await.unwrap();
        service.runtime.consume(subscription());
        notes_reach(&service, 30).await;
        service.stop().await;
    }

    async fn i6_poison_ends_as_a_dead_letter_with_its_reason_and_the_others_go_on(db: TestDb) {
        let nats = nats::Server::start(nats::Options::default()).await.unwrap();
        let service = TestService::start(&db, &nats.url()).await;
        service.runtime.consume(subscription());
        service.emit(1).await;
        notes_reach(&service, 1).await;
        let client = nats.client().await.unwrap();
        for subject in ["intake.request-received.v1.330200.x", "intake.request-received.v9.330200.x"] {
            client.publish(subject, "{bad".into()).await.unwrap();
        }
        client.flush().await.unwrap();
        service.cancel().await;
        service.emit(5).await;
        notes_reach(&service, 6).await;
        wait::until("three dead letters", PATIENCE, async || {
            (service.runtime.db.dead_letter_count(Some("test-intake")).await.unwrap() == 3).then_some(())
        })
        .await
        .unwrap();
        let letters = service.runtime.db.dead_letters(None, 10).await.unwrap();
        assert!(letters.iter().all(|letter| !letter.reason.is_empty()));
        service.stop().await;
    }

    async fn a_command_that_fails_leaves_neither_state_nor_event(db: TestDb) {
        let nats = nats::Server::start(nats::Options::default()).await.unwrap();
        let service = TestService::start(&db, &nats.url()).await;
        let failed = service.runtime.db.write(&Emit { count: 3, fail: true }).await;
        assert!(matches!(failed, Err(StoreError::Corrupt(_))));
        assert_eq!(service.runtime.db.outbox_oldest().await.unwrap(), None);
        service.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i4_a_follower_applies_broadcast_and_stream_and_starts_from_the_last_of_each() {
    let db = TestDb::sqlite().unwrap();
    let mut nats = nats::Server::start(nats::Options::default()).await.unwrap();
    let service = TestService::start(&db, &nats.url()).await;
    service.standing(Version(1)).await;
    service.standing(Version(2)).await;
    let standings = Arc::new(Standings::default());
    let progress = service.runtime.follow::<StandingChanged, StandingNow>(&standings);
    wait::until("catching up", PATIENCE, async || progress.is_caught_up().then_some(())).await.unwrap();
    assert_eq!(standings.version(), Version(2));
    service.standing(Version(3)).await;
    wait::until("version 3", PATIENCE, async || (standings.version() == Version(3)).then_some(()))
        .await
        .unwrap();
    nats.kill9().unwrap();
    nats.wipe_store().unwrap();
    nats.restart().await.unwrap();
    service.standing(Version(4)).await;
    wait::until("version 4 by the stream", PATIENCE, async || (standings.sure() == Version(4)).then_some(()))
        .await
        .unwrap();
    service.stop().await;
}

/// The server no longer knows the id of what a later standing replaced, and would take that for new and the later one
/// for a duplicate.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i4_a_stream_of_standings_that_is_published_again_ends_with_the_last_standing() {
    let db = TestDb::sqlite().unwrap();
    let mut nats = nats::Server::start(nats::Options::default()).await.unwrap();
    let service = TestService::start(&db, &nats.url()).await;
    service.standing(Version(1)).await;
    service.standing(Version(2)).await;
    let published = async || service.runtime.db.outbox_oldest().await.unwrap().is_none().then_some(());
    wait::until("the outbox", PATIENCE, published).await.unwrap();
    nats.kill9().unwrap();
    nats.restart().await.unwrap();
    service.runtime.db.republish("STANDING").await.unwrap();
    wait::until("the outbox", PATIENCE, published).await.unwrap();
    let standings = Arc::new(Standings::default());
    let progress = service.runtime.follow::<StandingChanged, StandingNow>(&standings);
    wait::until("catching up", PATIENCE, async || progress.is_caught_up().then_some(())).await.unwrap();
    assert_eq!(standings.sure(), Version(2));
    service.stop().await;
}

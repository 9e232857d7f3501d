use contracts::Event;
use contracts::dispatch::{Accepted, Completed, Declined, Offered};
use contracts::feedback::FollowupRecorded;
use futures::future::join_all;
use intake_domain::{Kind, Status};
use kernel::{Actor, RequestId};
use testkit::TestDb;
use testkit::nats::{Options, Server};
use testkit::wait::until;

use crate::support::{Intake, PATIENCE, incoming};

async fn stands_at(intake: &Intake, request: RequestId, status: Status) {
    until("the status", PATIENCE, async || (intake.request(request).await.status == status).then_some(()))
        .await
        .unwrap();
}

testkit::on_both_databases! {
    async fn i2_an_offer_delivered_twice_adds_one_timeline_entry(db: TestDb) {
        let intake = Intake::start(db).await;
        intake.streams_of_others().await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        let offered = Offered { request, ..Offered::example() };
        intake.say(1, &offered).await;
        // The same message again, and the same fact in another message.
        intake.say(1, &offered).await;
        intake.say(2, &offered).await;
        intake.say(3, &Accepted { request, ..Accepted::example() }).await;
        stands_at(&intake, request, Status::Accepted).await;
        assert_eq!(intake.kinds(request).await, [Kind::Received, Kind::Offered, Kind::Accepted]);
        intake.stop().await;
    }

    async fn i1_what_dispatch_and_feedback_say_closes_a_request_in_whatever_order_it_comes(db: TestDb) {
        let intake = Intake::start(db).await;
        intake.streams_of_others().await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        intake.say(1, &FollowupRecorded { request, ..FollowupRecorded::example() }).await;
        stands_at(&intake, request, Status::Closed).await;
        intake.say(2, &Completed { request, ..Completed::example() }).await;
        intake.say(3, &Offered { request, ..Offered::example() }).await;
        until("all entries", PATIENCE, async || (intake.kinds(request).await.len() == 4).then_some(()))
            .await
            .unwrap();
        assert_eq!(intake.request(request).await.status, Status::Closed);
        intake.stop().await;
    }

    async fn a_call_is_of_whoever_made_it(db: TestDb) {
        let intake = Intake::start(db).await;
        intake.streams_of_others().await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        let call = FollowupRecorded { request, ..FollowupRecorded::example() };
        intake.say(1, &call).await;
        stands_at(&intake, request, Status::Closed).await;
        let by = Actor::Staff { id: call.recorded_by.unwrap() };
        assert_eq!(intake.entries(request).await.pop().unwrap().by, by);
        intake.stop().await;
    }

    async fn a_declined_request_waits_again(db: TestDb) {
        let intake = Intake::start(db).await;
        intake.streams_of_others().await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        intake.say(1, &Offered { request, ..Offered::example() }).await;
        stands_at(&intake, request, Status::Offered).await;
        intake.say(2, &Declined { request, ..Declined::example() }).await;
        stands_at(&intake, request, Status::Received).await;
        intake.stop().await;
    }

    async fn i6_an_event_about_an_unknown_request_becomes_a_dead_letter(db: TestDb) {
        let intake = Intake::start(db).await;
        intake.streams_of_others().await;
        intake.say(1, &Offered::example()).await;
        until("a dead letter", PATIENCE, async || {
            (intake.db().dead_letter_count(Some("intake-dispatch")).await.unwrap() == 1).then_some(())
        })
        .await
        .unwrap();
        intake.stop().await;
    }

    async fn i1_requests_are_received_while_the_bus_is_down_and_go_out_when_it_is_back(db: TestDb) {
        let mut nats = Server::start(Options::default()).await.unwrap();
        nats.stop().await.unwrap();
        let mut intake = Intake::start_with(db, nats).await;
        let tries = (0..300).map(|n| intake.app.receive(incoming(&n.to_string())));
        assert!(join_all(tries).await.iter().all(Result::is_ok));
        assert!(intake.db().outbox_oldest().await.unwrap().is_some());
        intake.nats.launch().unwrap();
        intake.nats.healthy().await.unwrap();
        intake.drained().await;
        assert_eq!(intake.messages().await, 300);
        intake.stop().await;
    }
}

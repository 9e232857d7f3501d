use chassis::http::problem::{IDEMPOTENCY_KEY_REUSED, Problem};
use chassis::store::idempotency::Key;
use futures::future::join_all;
use intake::error::Error;
use intake::usecases::{CancelRequest, Incoming};
use intake_domain::{Kind, Status};
use kernel::{PersonalText, Version};
use testkit::TestDb;

use crate::support::{Intake, city, incoming, signed};

fn other_payload(key: &str) -> Incoming {
    let key = Key::new("wechat POST /v1/requests".to_owned(), key.to_owned(), b"something else");
    Incoming { key, ..incoming("-") }
}

fn cancel_of(request: kernel::RequestId, expected: Option<Version>) -> CancelRequest {
    let by = incoming("-").by;
    CancelRequest { city: city(), request, by, reason: PersonalText::default(), nonce: None, expected }
}

testkit::on_both_databases! {
    async fn i1_a_received_request_reads_back_with_its_timeline_and_goes_out_once(db: TestDb) {
        let intake = Intake::start(db).await;
        let received = intake.app.receive(incoming("a")).await.unwrap();
        let request = intake.request(received.request).await;
        assert_eq!((request.status, request.version, request.due_by), (Status::Received, Version(1), received.due_by));
        assert_eq!(request.contact.phone.in_the_clear(), "13800001234");
        assert_eq!(intake.kinds(received.request).await, [Kind::Received]);
        intake.drained().await;
        assert_eq!(intake.messages().await, 1);
        intake.stop().await;
    }

    async fn i2_the_same_key_twice_gives_one_request_and_the_same_answer(db: TestDb) {
        let intake = Intake::start(db).await;
        let first = intake.app.receive(incoming("a")).await.unwrap();
        let second = intake.app.receive(incoming("a")).await.unwrap();
        assert_eq!(first, second);
        intake.drained().await;
        assert_eq!(intake.messages().await, 1);
        intake.stop().await;
    }

    async fn i2_the_same_key_many_times_at_once_gives_one_request(db: TestDb) {
        let intake = Intake::start(db).await;
        let tries = (0..200).map(|n| intake.app.receive(incoming(if n % 2 == 0 { "a" } else { "b" })));
        let answers: Vec<_> = join_all(tries).await.into_iter().map(Result::unwrap).collect();
        let mut requests: Vec<_> = answers.iter().map(|answer| answer.request).collect();
        requests.sort_unstable();
        requests.dedup();
        assert_eq!(requests.len(), 2);
        intake.drained().await;
        assert_eq!(intake.messages().await, 2);
        intake.stop().await;
    }

    async fn i2_the_same_key_with_another_payload_is_refused(db: TestDb) {
        let intake = Intake::start(db).await;
        intake.app.receive(incoming("a")).await.unwrap();
        let refused = intake.app.receive(other_payload("a")).await.unwrap_err();
        assert!(matches!(refused, Error::OtherPayload));
        assert_eq!(Problem::from(refused).kind(), IDEMPOTENCY_KEY_REUSED);
        intake.stop().await;
    }

    async fn i2_a_signature_is_good_once(db: TestDb) {
        let intake = Intake::start(db).await;
        intake.app.receive(signed("a", "msg_1", &intake.clock)).await.unwrap();
        let replayed = intake.app.receive(signed("b", "msg_1", &intake.clock)).await.unwrap_err();
        assert!(matches!(replayed, Error::Replayed));
        // A new signature for the same intent is a retry: it gets the first result.
        assert!(intake.app.receive(signed("a", "msg_2", &intake.clock)).await.is_ok());
        intake.stop().await;
    }

    async fn one_refused_request_leaves_the_others_of_its_batch_alone(db: TestDb) {
        let intake = Intake::start(db).await;
        let tries = (0..50).map(|n| {
            let mut one = incoming(&n.to_string());
            if n % 10 == 3 {
                one.contact.phone = "81890".to_owned().into();
            }
            intake.app.receive(one)
        });
        let answers = join_all(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 45);
        assert!(answers.iter().enumerate().all(|(n, answer)| (n % 10 == 3) == matches!(answer, Err(Error::Invalid(_)))));
        // The key of a refused request is free: it may be mended and sent again.
        assert!(intake.app.receive(incoming("3")).await.is_ok());
        intake.stop().await;
    }

    async fn i2_a_request_is_cancelled_once_and_a_retry_gets_the_first_result(db: TestDb) {
        let intake = Intake::start(db).await;
        let request = intake.app.receive(incoming("a")).await.unwrap().request;
        let stale = intake.db().write(&cancel_of(request, Some(Version(9)))).await.unwrap_err();
        assert!(matches!(stale, Error::Moved { now: Version(1) }));
        let first = intake.db().write(&cancel_of(request, Some(Version(1)))).await.unwrap();
        let again = intake.db().write(&cancel_of(request, Some(Version(1)))).await.unwrap();
        assert!(!first.already && again.already);
        assert_eq!((first.cancelled_at, first.version), (again.cancelled_at, again.version));
        assert_eq!(intake.kinds(request).await, [Kind::Received, Kind::Cancelled]);
        intake.drained().await;
        assert_eq!(intake.messages().await, 2);
        intake.stop().await;
    }
}

//! How others learn of a standing: by stream, by broadcast, by asking.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use async_nats::jetstream::stream::StorageType;
use contracts::credit::{
    ConfirmStanding, Confirmation, GradeChanged, Standing, StandingChanged, StandingNow,
};
use contracts::feedback::{FollowupOutcome, Severity};
use contracts::streams::Stream;
use contracts::{Broadcast as _, Event};
use credit::usecases::{self, Seeded};
use futures::StreamExt as _;
use kernel::{Clock as _, Grade, MerchantId, Version};
use testkit::{TestDb, on_both_databases, wait};

use crate::host::{MERCHANTS, PATIENCE, TestCredit, ningbo};

/// The last message of the stream under this merchant's subject.
async fn last<E: Event>(credit: &TestCredit, merchant: MerchantId) -> Option<E> {
    let stream = credit.service.runtime.bus.jetstream().get_stream(E::STREAM.spec().name).await.ok()?;
    let subject = format!("{}.{}.{merchant}", E::SUBJECT, ningbo());
    let message = stream.get_last_raw_message_by_subject(&subject).await.ok()?;
    serde_json::from_slice(&message.payload).ok()
}

/// The standing on the compacted stream, once it has this version.
async fn on_stream(credit: &TestCredit, merchant: MerchantId, version: Version) -> Standing {
    let what = format!("version {version} on the stream");
    let found = wait::until(&what, PATIENCE, async || {
        last::<StandingChanged>(credit, merchant).await.filter(|found| found.0.version >= version)
    });
    found.await.unwrap().0
}

/// How many messages the stream of standings holds.
async fn on_stream_count(credit: &TestCredit) -> u64 {
    let js = credit.service.runtime.bus.jetstream();
    let Ok(stream) = js.get_stream(Stream::Standing.spec().name).await else { return 0 };
    stream.cached_info().state.messages
}

async fn until_all_on_stream(credit: &TestCredit) {
    wait::until("every standing on the stream", PATIENCE, async || {
        (on_stream_count(credit).await == u64::from(MERCHANTS)).then_some(())
    })
    .await
    .unwrap();
}

async fn confirm(credit: &TestCredit, merchant: MerchantId, version: Version) -> Confirmation {
    let ask = ConfirmStanding { merchant, city: ningbo(), version };
    let bus = &credit.service.runtime.bus;
    let answered =
        wait::until("an answer", PATIENCE, async || bus.ask(&ask, Duration::from_secs(2)).await.ok());
    answered.await.unwrap()
}

on_both_databases! {
    async fn i4_a_downgrade_arrives_by_broadcast_and_on_the_compacted_stream_with_the_same_version(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let before = credit.any_of_grade(Grade::AAA).await;
        let id = before.profile.id;
        let listener = credit.bus.client().await.unwrap();
        let mut live = listener.subscribe(format!("{}.{}", StandingNow::SUBJECT, ningbo())).await.unwrap();
        listener.flush().await.unwrap();
        credit.publish(credit.id(), &credit.breach(id, Severity::General)).await;
        let message = tokio::time::timeout(PATIENCE, live.next()).await.unwrap().unwrap();
        let now: StandingNow = serde_json::from_slice(&message.payload).unwrap();
        assert_eq!((now.0.merchant, now.0.version, now.0.grade), (id, before.version.next(), Grade::B));
        assert_eq!(now.0.cause, "breach_verified");
        assert_eq!(on_stream(&credit, id, now.0.version).await, now.0);
        let moved = wait::until("the grade to be said", PATIENCE, async || last::<GradeChanged>(&credit, id).await);
        let moved = moved.await.unwrap();
        assert_eq!((moved.from, moved.to, moved.version), (Grade::AAA, Grade::B, now.0.version));
        credit.stop().await;
    }

    async fn a_change_that_leaves_the_grade_says_a_standing_and_no_change_of_grade(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::B).await.profile.id;
        credit.publish(credit.id(), &credit.followup(id, FollowupOutcome::Satisfied)).await;
        let standing = on_stream(&credit, id, Version(2)).await;
        assert_eq!((standing.grade, standing.cause.as_str()), (Grade::B, "followup"));
        assert_eq!(last::<GradeChanged>(&credit, id).await, None);
        credit.stop().await;
    }

    async fn i4_a_standing_is_confirmed_from_what_is_committed(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AA).await.profile.id;
        assert_eq!(confirm(&credit, id, Version(1)).await, Confirmation::Current);
        credit.publish(credit.id(), &credit.breach(id, Severity::Serious)).await;
        credit.consumed(1).await;
        let Confirmation::Moved { standing } = confirm(&credit, id, Version(1)).await else {
            panic!("the old version was confirmed");
        };
        assert_eq!((standing.merchant, standing.version, standing.grade), (id, Version(2), Grade::C));
        assert_eq!(confirm(&credit, id, Version(2)).await, Confirmation::Current);
        assert_eq!(confirm(&credit, credit.id(), Version(1)).await, Confirmation::Unknown);
        credit.stop().await;
    }

    async fn the_example_of_a_sample_city_is_a_list_of_more_than_one_grade_with_its_merchant_on_it(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let now = credit.clock.now();
        let shown = usecases::example(credit.db(), ningbo(), now, None).await.unwrap().unwrap();
        let mut on_it = credit.all().await;
        on_it.retain(|it| {
            it.profile.areas.contains(&shown.area)
                && it.profile.categories.iter().any(|signed| signed.category == shown.category)
        });
        let grades: BTreeSet<Grade> = on_it.iter().map(|merchant| merchant.credit.grade).collect();
        assert!(grades.len() >= 2, "{grades:?}");
        assert!(on_it.iter().any(|merchant| merchant.profile.id == shown.merchant));
        let again = usecases::example(credit.db(), ningbo(), now, Some(shown.merchant)).await.unwrap();
        assert_eq!(again, Some(shown));
        credit.stop().await;
    }

    async fn a_city_is_seeded_once_with_one_standing_for_each_merchant(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        assert_eq!(credit.seed().await, Seeded { made: 0, kept: MERCHANTS });
        until_all_on_stream(&credit).await;
        for merchant in credit.all().await {
            let standing = on_stream(&credit, merchant.profile.id, Version(1)).await;
            assert_eq!((standing.grade, standing.score), (merchant.credit.grade, merchant.credit.score));
        }
        credit.stop().await;
    }

    async fn a_stream_that_lost_everything_is_filled_again_from_the_table(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        credit.publish(credit.id(), &credit.breach(id, Severity::General)).await;
        on_stream(&credit, id, Version(2)).await;
        until_all_on_stream(&credit).await;
        let js = credit.service.runtime.bus.jetstream();
        let stream = js.get_stream(Stream::Standing.spec().name).await.unwrap();
        assert_eq!(stream.cached_info().config.storage, StorageType::File);
        stream.purge().await.unwrap();
        let said = usecases::republish_standings(credit.db()).await.unwrap();
        assert_eq!(said, u64::from(MERCHANTS));
        until_all_on_stream(&credit).await;
        let versions: HashMap<_, _> = credit
            .all()
            .await
            .into_iter()
            .map(|merchant| (merchant.profile.id, merchant.version))
            .collect();
        for (merchant, version) in versions {
            assert_eq!(on_stream(&credit, merchant, version).await.version, version);
        }
        credit.stop().await;
    }
}

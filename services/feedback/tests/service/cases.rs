//! Cases, from the suspicion to the ruling.

use contracts::feedback::{BreachDismissed, BreachVerified, FollowupOutcome, FollowupRecorded, Severity};
use feedback::error::Error;
use feedback::usecases::{CaseList, Stage};
use feedback_domain::{CaseState, Refusal, Ruling};
use kernel::{Actor, ActorId};
use testkit::TestDb;

use crate::support::{
    CALLER, MERCHANT, OFFICER, OPERATOR, OTHER_OFFICER, World, city, completed, offered, request,
};

testkit::on_both_databases! {
    async fn a_suspected_breach_opens_a_case_with_what_was_said(db: TestDb) {
        let mut world = World::start(db).await;
        let case = world.case(1).await;
        let told: FollowupRecorded = world.says().await;
        assert_eq!(told.outcome, FollowupOutcome::SuspectedBreach);
        assert_eq!((case.callback, case.merchant, &case.state), (told.callback, MERCHANT, &CaseState::Open));
        assert_eq!(case.note.unwrap().in_the_clear(), "多收了五十元");
        assert_eq!((case.item, case.area), (completed(1).item, completed(1).area));
        world.stop().await;
    }

    async fn i8_neither_a_handler_nor_the_caller_can_rule_on_a_case(db: TestDb) {
        let mut world = World::start(db).await;
        let case = world.case(1).await;
        for by in [OPERATOR, CALLER, Actor::Merchant { id: MERCHANT }, Actor::Platform] {
            for refused in [world.verify(case.id, by).await, world.dismiss(case.id, by).await] {
                assert!(matches!(refused, Err(Error::Refused(Refusal::HandledTheCase))), "{by}: {refused:?}");
            }
        }
        // An officer who turns out to have handled the request.
        world.hear(&offered(1, OFFICER)).await;
        world.taken_in(3).await;
        let refused = world.verify(case.id, OFFICER).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::HandledTheCase))), "{refused:?}");
        assert!(world.verify(case.id, OTHER_OFFICER).await.is_ok());
        world.stop().await;
    }

    async fn i2_a_verified_breach_is_told_once(db: TestDb) {
        let mut world = World::start(db).await;
        let case = world.case(1).await;
        let first = world.verify(case.id, OFFICER).await.unwrap();
        let again = world.verify(case.id, OFFICER).await.unwrap();
        assert_eq!((first.already, again.already, first.now), (false, true, again.now));
        for late in [world.verify(case.id, OTHER_OFFICER).await, world.dismiss(case.id, OFFICER).await] {
            assert!(matches!(late, Err(Error::Refused(Refusal::RuledOtherwise { .. }))), "{late:?}");
        }

        world.says::<FollowupRecorded>().await;
        let told: BreachVerified = world.says().await;
        assert_eq!((told.case, told.request, told.merchant), (case.id, request(1), MERCHANT));
        assert_eq!((told.clause.as_str(), told.severity), ("price-as-posted", Severity::General));
        world.nothing_but_the_next(2).await;
        world.stop().await;
    }

    async fn a_dismissed_suspicion_is_told_as_that(db: TestDb) {
        let mut world = World::start(db).await;
        let case = world.case(1).await;
        world.dismiss(case.id, OFFICER).await.unwrap();
        world.says::<FollowupRecorded>().await;
        assert_eq!(world.says::<BreachDismissed>().await.case, case.id);
        let by_stage = async |stage| {
            let list = CaseList { city: city(), id: None, stage: Some(stage), after: None, limit: 50 };
            list.page(&world.db).await.unwrap().len()
        };
        assert_eq!((by_stage(Stage::Open).await, by_stage(Stage::Dismissed).await), (0, 1));
        world.stop().await;
    }

    async fn of_two_who_rule_at_once_one_ruling_stands(db: TestDb) {
        let mut world = World::start(db).await;
        let case = world.case(1).await;
        let (verified, dismissed) =
            tokio::join!(world.verify(case.id, OFFICER), world.dismiss(case.id, OTHER_OFFICER));
        let (stands, late) = if verified.is_ok() { (verified, dismissed) } else { (dismissed, verified) };
        assert!(matches!(late, Err(Error::Refused(Refusal::RuledOtherwise { .. }))), "{late:?}");
        assert_eq!(world.cases().await, [stands.unwrap().now]);
        world.stop().await;
    }

    async fn a_ruling_without_a_reason_is_refused(db: TestDb) {
        let mut world = World::start(db).await;
        let case = world.case(1).await;
        let by = Actor::Staff { id: ActorId::from_u128(13) };
        let reasonless = feedback::usecases::DismissCase {
            city: city(),
            id: case.id,
            by,
            reason: " ".to_owned(),
            expected: case.version,
        };
        let refused = world.db.write(&reasonless).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Empty("reason")))), "{refused:?}");
        let ruled = world.verify(case.id, by).await.unwrap().now;
        assert!(matches!(ruled.state, CaseState::Ruled(Ruling::Verified { .. })));
        world.stop().await;
    }
}

//! Call-backs, from the completion to the outcome.

use contracts::Event as _;
use contracts::dispatch::Completed;
use contracts::feedback::{FollowupOutcome, FollowupRecorded};
use feedback::error::Error;
use feedback::usecases::{ClaimCallback, OpenCalls, RecordOutcome, Worklist};
use feedback_domain::{CallResult, Due, Outcome, Refusal, State, Verdict};
use kernel::{Actor, ActorId, AssignmentId, City, IdSource as _};
use testkit::TestDb;

use crate::support::{
    CALLER, MERCHANT, OPERATOR, OTHER_CALLER, World, city, city_time, completed, offered, request, says,
};

testkit::on_both_databases! {
    async fn i2_a_completion_delivered_twice_opens_one_task(db: TestDb) {
        let world = World::start(db).await;
        let id = world.ids.next_id().into();
        world.hear_as(id, &completed(1)).await;
        world.hear_as(id, &completed(1)).await;
        // Told again under another id, as after a restored backup.
        world.hear(&completed(1)).await;
        world.hear(&completed(2)).await;
        world.taken_in(3).await;
        let open = world.worklist(city_time(24, "09:00")).await;
        assert_eq!(open.iter().map(|open| open.request).collect::<Vec<_>>(), [request(1), request(2)]);
        world.stop().await;
    }

    async fn a_request_that_is_served_again_is_called_back_again(db: TestDb) {
        let world = World::start(db).await;
        world.hear(&completed(1)).await;
        world.hear(&Completed { assignment: AssignmentId::from_u128(9), ..completed(1) }).await;
        world.taken_in(2).await;
        assert_eq!(world.worklist(city_time(24, "09:00")).await.len(), 2);
        world.stop().await;
    }

    async fn the_task_falls_due_the_next_day_inside_calling_hours(db: TestDb) {
        let world = World::start(db).await;
        let callback = world.callback(1).await;
        assert_eq!((callback.due_at, callback.state), (city_time(24, "09:00"), State::Waiting));
        assert_eq!(world.worklist(city_time(24, "08:59")).await, []);

        world.clock.set(city_time(23, "19:00"));
        let early = world.claim(callback.id, CALLER).await;
        assert!(matches!(early, Err(Error::Refused(Refusal::NotDue { .. }))), "{early:?}");
        world.clock.set(city_time(24, "12:30"));
        let at_lunch = world.claim(callback.id, CALLER).await;
        assert!(matches!(at_lunch, Err(Error::Refused(Refusal::OutsideCallingHours { .. }))), "{at_lunch:?}");
        world.clock.set(city_time(24, "14:00"));
        assert!(!world.claim(callback.id, CALLER).await.unwrap().already);
        world.stop().await;
    }

    async fn a_content_citizen_is_told_of_once(db: TestDb) {
        let mut world = World::start(db).await;
        let callback = world.callback(1).await;
        world.clock.set(city_time(24, "10:00"));
        world.claim(callback.id, CALLER).await.unwrap();
        let first = world.record(callback.id, CALLER, says(Verdict::Satisfied)).await.unwrap();
        let again = world.record(callback.id, CALLER, says(Verdict::Satisfied)).await.unwrap();
        assert_eq!((first.already, again.already), (false, true));
        assert_eq!(first.now, again.now);
        let other = world.record(callback.id, CALLER, says(Verdict::SuspectedBreach)).await;
        assert!(matches!(other, Err(Error::Refused(Refusal::RecordedOtherwise { .. }))), "{other:?}");
        assert_eq!(world.cases().await, []);

        let told: FollowupRecorded = world.says().await;
        assert_eq!((told.callback, told.outcome), (callback.id, FollowupOutcome::Satisfied));
        assert_eq!((told.merchant, told.recorded_at), (MERCHANT, city_time(24, "10:00")));
        world.nothing_but_the_next(2).await;
        world.stop().await;
    }

    async fn a_citizen_who_is_never_reached_is_told_of_as_unreached_after_the_last_try(db: TestDb) {
        let mut world = World::start(db).await;
        let mut callback = world.callback(1).await;
        while !matches!(callback.state, State::Done { .. }) {
            world.clock.set(callback.due_at);
            world.claim(callback.id, CALLER).await.unwrap();
            callback = world.record(callback.id, CALLER, CallResult::Unreached).await.unwrap().now;
        }
        assert!(matches!(callback.state, State::Done { outcome: Outcome::Unreached, .. }));
        assert_eq!(callback.attempts.len(), 3);
        assert_eq!(world.says::<FollowupRecorded>().await.outcome, FollowupOutcome::Unreached);
        assert_eq!(world.worklist(city_time(30, "20:00")).await, []);
        world.stop().await;
    }

    async fn i8_whoever_handled_the_request_can_not_claim_its_call_back(db: TestDb) {
        let world = World::start(db).await;
        let callback = world.callback(1).await;
        world.clock.set(city_time(24, "10:00"));
        for by in [OPERATOR, Actor::Merchant { id: MERCHANT }, Actor::Platform] {
            let refused = world.claim(callback.id, by).await;
            assert!(matches!(refused, Err(Error::Refused(Refusal::HandledTheCase))), "{by}: {refused:?}");
        }
        world.stop().await;
    }

    async fn i8_a_handler_who_becomes_known_after_the_claim_can_not_record(db: TestDb) {
        let world = World::start(db).await;
        let callback = world.callback(1).await;
        world.clock.set(city_time(24, "10:00"));
        world.claim(callback.id, CALLER).await.unwrap();
        world.hear(&offered(1, CALLER)).await;
        world.taken_in(3).await;
        let refused = world.record(callback.id, CALLER, says(Verdict::Satisfied)).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::HandledTheCase))), "{refused:?}");
        world.stop().await;
    }

    async fn of_two_who_claim_at_once_one_gets_the_call(db: TestDb) {
        let world = World::start(db).await;
        let callback = world.callback(1).await;
        world.clock.set(city_time(24, "10:00"));
        let (one, other) =
            tokio::join!(world.claim(callback.id, CALLER), world.claim(callback.id, OTHER_CALLER));
        let refused = if one.is_ok() { other } else { one };
        assert!(matches!(refused, Err(Error::Refused(Refusal::ClaimedByAnother { .. }))), "{refused:?}");
        world.stop().await;
    }

    async fn a_result_recorded_while_looking_at_an_old_version_is_refused(db: TestDb) {
        let world = World::start(db).await;
        let callback = world.callback(1).await;
        world.clock.set(city_time(24, "10:00"));
        let claimed = world.claim(callback.id, CALLER).await.unwrap().now.version;
        let stale = RecordOutcome {
            policy: world.policy.clone(),
            city: city(),
            id: callback.id,
            by: CALLER,
            result: says(Verdict::Satisfied),
            expected: callback.version,
        };
        assert!(matches!(world.db.write(&stale).await, Err(Error::Moved { now }) if now == claimed));
        let fitting = RecordOutcome { expected: claimed, ..stale };
        assert!(!world.db.write(&fitting).await.unwrap().already);
        // The same again: the answer was lost on its way, and the first result stands.
        assert!(world.db.write(&fitting).await.unwrap().already);
        world.stop().await;
    }

    async fn another_city_does_not_have_the_call_back(db: TestDb) {
        let world = World::start(db).await;
        let callback = world.callback(1).await;
        let city = City::try_new(310_100).unwrap();
        let claim = ClaimCallback { policy: world.policy.clone(), city, id: callback.id, by: CALLER };
        assert!(matches!(world.db.write(&claim).await, Err(Error::Unknown("call-back"))));
        let of = OpenCalls { due_by: Some(city_time(30, "09:00")), ..OpenCalls::default() };
        let worklist = Worklist { city, of, after: None, limit: 50 };
        assert_eq!(worklist.page(&world.db).await.unwrap(), []);
        world.stop().await;
    }

    async fn the_worklist_is_read_page_by_page_without_gap_or_repeat(db: TestDb) {
        let world = World::start(db).await;
        for n in 0..7 {
            // Two days, so that both parts of the cursor count.
            let completed_at = city_time(if n % 2 == 0 { 23 } else { 24 }, "18:30");
            world.hear(&Completed { completed_at, ..completed(n) }).await;
        }
        world.taken_in(7).await;
        let whole = world.worklist(city_time(30, "09:00")).await;
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let of = OpenCalls { due_by: Some(city_time(30, "09:00")), ..OpenCalls::default() };
            let worklist = Worklist { city: city(), of, after, limit: 2 };
            let page = worklist.page(&world.db).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.due_at, last.id));
            paged.extend(page);
        }
        assert_eq!((paged.len(), paged), (7, whole));
        world.stop().await;
    }

    async fn what_is_overdue_due_today_and_mine_is_told_apart(db: TestDb) {
        let world = World::start(db).await;
        for (n, day) in [(1, 22), (2, 23), (3, 24)] {
            world.hear(&Completed { completed_at: city_time(day, "18:30"), ..completed(n) }).await;
        }
        world.taken_in(3).await;
        let now = city_time(24, "10:00");
        world.clock.set(now);
        let requests = async |of| {
            let found = world.calls(of).await;
            found.iter().map(|callback| callback.request).collect::<Vec<_>>()
        };
        let due = |day| OpenCalls { due: Some((day, now)), ..OpenCalls::default() };
        assert_eq!(requests(due(Due::Overdue)).await, [request(1)]);
        assert_eq!(requests(due(Due::Today)).await, [request(2)]);

        let today = world.calls(due(Due::Today)).await.remove(0);
        world.claim(today.id, CALLER).await.unwrap();
        let claimed_by = |id| OpenCalls { claimed_by: Some(ActorId::from_u128(id)), ..OpenCalls::default() };
        assert_eq!(requests(claimed_by(11)).await, [request(2)]);
        assert_eq!(requests(claimed_by(12)).await, []);
        assert_eq!(requests(OpenCalls { due: Some((Due::Overdue, now)), ..claimed_by(11) }).await, []);
        world.record(today.id, CALLER, says(Verdict::Satisfied)).await.unwrap();
        assert_eq!(requests(claimed_by(11)).await, []);
        world.stop().await;
    }

    async fn a_call_back_says_what_was_done_and_where(db: TestDb) {
        let world = World::start(db).await;
        let callback = world.callback(1).await;
        let Completed { item, area, .. } = completed(1);
        assert_eq!((callback.item, callback.area), (item, area));
        world.stop().await;
    }

    async fn what_is_no_completion_becomes_a_dead_letter_with_its_reason(db: TestDb) {
        let world = World::start(db).await;
        let subject = completed(1).subject();
        let id = world.ids.next_id().into();
        world.hear_raw(id, Completed::TYPE, &subject, b"{\"request\":7}".to_vec()).await;
        let reason = world.dead_letter().await;
        assert!(reason.starts_with("not a cn.81890.dispatch.assignment-completed.v1"), "{reason}");
        world.callback(2).await;
        world.stop().await;
    }
}

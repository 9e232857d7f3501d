//! What happens to a request.

use core::time::Duration;

use intake_domain::{
    AssignmentStep, Change, Disclosure, Fact, Happening, Kind, Progress, Refusal, Request, Status, apply,
    cancel, check_reason, disclosure, tracked,
};
use kernel::{Actor, AssignmentId, CallbackId, MerchantId, Step, Timestamp, Version};
use proptest::prelude::*;

use crate::support::{NOW, request, words};
use AssignmentStep::{Accepted, Completed, Declined, Expired, Offered, Released};

fn minute(minute: i64) -> Timestamp {
    Timestamp::from_micros(NOW.as_micros() + minute * 60_000_000)
}

fn fact(happening: Happening, at: i64) -> Fact {
    Fact { happening, at: minute(at), by: Actor::Platform }
}

fn step(assignment: u128, step: AssignmentStep, at: i64) -> Fact {
    let (assignment, merchant) =
        (AssignmentId::from_u128(assignment), MerchantId::from_u128(assignment + 100));
    fact(Happening::Assignment { assignment, merchant, step }, at)
}

fn called_back(at: i64) -> Fact {
    fact(Happening::CalledBack { callback: CallbackId::from_u128(5) }, at)
}

fn unserved(at: i64) -> Fact {
    fact(Happening::Unserved, at)
}

/// The request after all of them.
fn after(facts: impl IntoIterator<Item = Fact>) -> Request {
    facts.into_iter().fold(request(), |request, fact| match apply(&request, &fact, minute(999)) {
        Step::Done(change) => change.request,
        Step::AlreadyDone(()) => request,
    })
}

fn cancelled(request: &Request) -> Change {
    cancel(request, Actor::Platform, words("不需要了"), minute(50)).unwrap().done().unwrap()
}

/// What a code shows after all of them.
fn code_shows(facts: &[Fact]) -> (Status, Vec<Kind>, Option<MerchantId>) {
    let (mut request, mut timeline) = (request(), Vec::new());
    for fact in facts {
        let change = apply(&request, fact, minute(999)).done().unwrap();
        request = change.request;
        timeline.push(change.entry);
    }
    let tracked = tracked(&request, &timeline);
    (tracked.status, tracked.steps.into_iter().map(|step| step.kind).collect(), tracked.merchant)
}

#[test]
fn i7_a_code_shows_the_steps_in_their_order_and_the_merchant_once_it_took_the_job() {
    let tried = [step(1, Offered, 1), step(1, Declined, 2), step(2, Offered, 4), step(2, Accepted, 5)];
    let merchant = MerchantId::from_u128(102);
    assert_eq!(code_shows(&tried[..3]), (Status::Offered, vec![Kind::Offered, Kind::Offered], None));
    let taken = vec![Kind::Offered, Kind::Offered, Kind::Accepted];
    assert_eq!(code_shows(&tried), (Status::Accepted, taken, Some(merchant)));
    // Heard in another order, shown in the order of happening.
    let late = [step(2, Completed, 60), step(2, Accepted, 5), step(2, Offered, 4)];
    let done = vec![Kind::Offered, Kind::Accepted, Kind::Completed];
    assert_eq!(code_shows(&late), (Status::Completed, done, Some(merchant)));
    assert_eq!(code_shows(&[unserved(3)]), (Status::Unserved, vec![], None));
}

#[test]
fn a_life_without_incident_goes_from_received_to_closed() {
    let life = [step(1, Offered, 1), step(1, Accepted, 2), step(1, Completed, 60), called_back(1_440)];
    let statuses: Vec<Status> = (0..=4).map(|heard| after(life.into_iter().take(heard)).status).collect();
    assert_eq!(
        statuses,
        [Status::Received, Status::Offered, Status::Accepted, Status::Completed, Status::Closed]
    );
    assert_eq!(after(life).version, Version(5));
}

#[test]
fn a_declined_or_expired_offer_goes_back_to_waiting() {
    for given_back in [Declined, Expired] {
        let waiting = after([step(1, Offered, 1), step(1, given_back, 2)]);
        assert_eq!((waiting.status, waiting.progress.holder()), (Status::Received, None));
        let next = after([step(1, Offered, 1), step(1, given_back, 2), step(2, Offered, 2)]);
        assert_eq!(next.status, Status::Offered);
        assert_eq!(next.progress.holder().unwrap().merchant, MerchantId::from_u128(102));
    }
}

#[test]
fn unserved_lasts_until_somebody_is_found_and_a_later_refusal_makes_it_wait_again() {
    let tried = [step(1, Offered, 1), step(1, Declined, 2), unserved(2)];
    assert_eq!(after(tried).status, Status::Unserved);
    let found = [step(2, Offered, 30), step(2, Declined, 31)];
    assert_eq!(after(tried.into_iter().chain(found.into_iter().take(1))).status, Status::Offered);
    assert_eq!(after(tried.into_iter().chain(found)).status, Status::Received);
    assert_eq!(after(tried.into_iter().chain(found).chain([unserved(31)])).status, Status::Unserved);
}

#[test]
fn a_fact_older_than_the_status_is_only_recorded_in_the_timeline() {
    let accepted = after([step(1, Accepted, 2)]);
    let change = apply(&accepted, &step(1, Offered, 1), minute(3)).done().unwrap();
    assert_eq!((change.request.status, change.moved), (Status::Accepted, None));
    assert_eq!(
        (change.entry.kind, change.entry.at, change.entry.recorded_at),
        (Kind::Offered, minute(1), minute(3))
    );
    assert_eq!(change.entry.seq, change.request.version);
}

#[test]
fn an_offer_that_arrives_before_the_end_of_the_last_one_is_not_lost() {
    // The later assignment may even carry the smaller id, from an instance whose clock is slow.
    for (first, second) in [(1, 2), (2, 1)] {
        let facts = [
            step(first, Offered, 1),
            step(second, Offered, 3),
            step(first, Declined, 3),
            step(second, Accepted, 4),
        ];
        assert_eq!(after(facts).status, Status::Accepted);
    }
}

#[test]
fn a_call_back_that_overtakes_the_completion_closes_the_request_for_good() {
    let overtaken = after([step(1, Accepted, 2), called_back(1_440), step(1, Completed, 60)]);
    assert_eq!(overtaken.status, Status::Closed);
}

#[test]
fn a_request_can_be_cancelled_until_it_is_done() {
    for facts in [vec![], vec![step(1, Offered, 1)], vec![step(1, Accepted, 2)], vec![unserved(2)]] {
        let change = cancelled(&after(facts));
        assert_eq!((change.request.status, change.entry.kind), (Status::Cancelled, Kind::Cancelled));
        assert_eq!(change.entry.note, Some(words("不需要了")));
    }
    for (facts, status) in
        [(vec![step(1, Completed, 3)], Status::Completed), (vec![called_back(9)], Status::Closed)]
    {
        let refused = cancel(&after(facts), Actor::Platform, words(""), minute(50));
        assert_eq!(refused, Err(Refusal::TooLate { status }));
    }
}

#[test]
fn i2_a_second_cancellation_is_told_the_moment_of_the_first() {
    let first = cancelled(&request()).request;
    assert_eq!(cancel(&first, Actor::Platform, words(""), minute(70)), Ok(Step::AlreadyDone(minute(50))));
}

#[test]
fn a_cancelled_request_stays_so_while_its_merchant_is_let_go() {
    let gone = cancelled(&after([step(1, Accepted, 2)])).request;
    for late in [step(1, Released, 51), step(2, Offered, 51), unserved(51)] {
        assert_eq!(apply(&gone, &late, minute(52)).done().unwrap().request.status, Status::Cancelled);
    }
}

#[test]
fn work_that_was_done_before_the_cancellation_arrived_is_done() {
    let crossed = cancelled(&after([step(1, Accepted, 2)])).request;
    let done = apply(&crossed, &step(1, Completed, 49), minute(52)).done().unwrap();
    assert_eq!(done.request.status, Status::Completed);
}

#[test]
fn a_reason_is_bounded() {
    let long = cancel(&request(), Actor::Platform, words(&"长".repeat(501)), NOW);
    assert_eq!(long, Err(Refusal::ReasonTooLong));
}

#[test]
fn attempts_are_bounded() {
    let many = (1..=200).flat_map(|number| [step(number, Offered, 1), step(number, Declined, 2)]);
    let request = after(many);
    assert_eq!((request.progress.attempts.len(), request.status), (32, Status::Received));
}

#[test]
fn progress_reads_back_from_its_text() {
    let progress = after([step(1, Offered, 1), step(1, Declined, 2), unserved(2), called_back(9)]).progress;
    let text = serde_json::to_string(&progress).unwrap();
    assert_eq!(serde_json::from_str::<Progress>(&text).unwrap(), progress);
}

/// What dispatch and feedback can say of one request: some assignments given back, perhaps one that lasts.
fn histories() -> impl Strategy<Value = Vec<Fact>> {
    let given_back = prop::collection::vec(prop::sample::select(vec![Declined, Expired]), 0..5);
    (given_back, 0_usize..4, any::<bool>(), any::<bool>()).prop_map(
        |(given_back, lasting, gave_up, closed)| {
            let mut facts = Vec::new();
            let mut now = 0;
            let mut tick = || {
                now += 1;
                now
            };
            for (number, end) in (1..).zip(&given_back) {
                facts.extend([step(number, Offered, tick()), step(number, *end, tick())]);
            }
            if gave_up {
                facts.push(unserved(tick()));
            }
            facts.extend(
                [Offered, Accepted, Completed].into_iter().take(lasting).map(|next| step(50, next, tick())),
            );
            if lasting == 3 && closed {
                facts.push(called_back(tick()));
            }
            facts
        },
    )
}

proptest! {
    #[test]
    fn i1_the_status_does_not_depend_on_the_order_in_which_facts_arrive(
        (facts, shuffled) in histories().prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
    ) {
        let (in_order, shuffled) = (after(facts), after(shuffled));
        prop_assert_eq!(&in_order.progress, &shuffled.progress);
        prop_assert_eq!((in_order.status, in_order.version), (shuffled.status, shuffled.version));
    }

    #[test]
    fn i2_a_doubled_fact_has_one_effect_and_one_entry(
        facts in histories(), picks in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let once = after(facts.clone());
        prop_assert_eq!(once.version, Version(1 + facts.len() as u64));
        for pick in picks.iter().filter(|_| !facts.is_empty()) {
            let again = facts[pick.index(facts.len())];
            prop_assert!(apply(&once, &again, minute(2_000)).is_already_done());
        }
    }

    #[test]
    fn what_is_done_cancelled_or_closed_never_goes_back(
        facts in histories().prop_shuffle(), cancel_after in 0_usize..12,
    ) {
        let mut current = request();
        for (heard, fact) in facts.into_iter().enumerate() {
            if heard == cancel_after && current.status.is_open() {
                current = cancelled(&current).request;
            }
            let before = current.status;
            if let Step::Done(change) = apply(&current, &fact, minute(999)) {
                current = change.request;
                prop_assert_eq!(change.moved.is_some(), before != current.status);
            }
            prop_assert!(before < Status::Cancelled || current.status >= before);
            prop_assert_eq!(current.status, current.progress.status());
        }
    }
}

/// How the merchant of the first assignment stands to the contact, with an hour of grace.
fn shown(request: &Request, at: i64) -> Disclosure {
    disclosure(request, MerchantId::from_u128(101), Duration::from_secs(3_600), minute(at))
}

#[test]
fn a_merchant_sees_the_contact_from_taking_the_job_until_some_time_after_it_is_done() {
    let life = [step(1, Offered, 1), step(1, Accepted, 2), step(1, Completed, 60), called_back(70)];
    let at = |heard, minute| shown(&after(life.into_iter().take(heard)), minute);
    assert_eq!(at(0, 1), Disclosure::Unknown);
    assert_eq!((at(1, 1), at(2, 2)), (Disclosure::Closed, Disclosure::Open));
    assert_eq!((at(3, 60), at(4, 120), at(4, 121)), (Disclosure::Open, Disclosure::Open, Disclosure::Closed));
}

#[test]
fn a_merchant_that_does_not_hold_the_request_sees_no_contact() {
    let taken_over = [step(1, Accepted, 2), step(1, Released, 3), step(2, Offered, 4), step(2, Accepted, 5)];
    assert_eq!(shown(&after(taken_over), 6), Disclosure::Closed);
    assert_eq!(shown(&after([step(2, Accepted, 5)]), 6), Disclosure::Unknown);
    // The release is on its way: whoever cancelled expects no call any more.
    assert_eq!(shown(&cancelled(&after([step(1, Accepted, 2)])).request, 51), Disclosure::Closed);
}

#[test]
fn a_reason_says_something_and_not_too_much() {
    assert!(check_reason(&words("约上门时间")).is_ok() && check_reason(&words(&"长".repeat(200))).is_ok());
    for wrong in ["", " \n", &"长".repeat(201)] {
        assert_eq!(check_reason(&words(wrong)).unwrap_err().pointer, "/reason");
    }
}

//! Each rule fails on a history that breaks it, and on none that does not.

use kernel::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::history::{Acknowledged, Assigned, Callback, Consumer, History, Job, Ruling, Sent, Stored};
use super::{Report, rules};

const REQUEST: Uuid = Uuid::from_u128(1);
const ASSIGNMENT: Uuid = Uuid::from_u128(2);
const MERCHANT: Uuid = Uuid::from_u128(3);
const EVENT: Uuid = Uuid::from_u128(4);
const CALLER: Uuid = Uuid::from_u128(5);

/// One request, served by one merchant and called back.
fn true_history() -> History {
    let entry = |kind: &str| (REQUEST, kind.to_owned(), Some(ASSIGNMENT));
    let subject = "intake.request-received.v1.330200.1".to_owned();
    History {
        answered: vec![REQUEST],
        acknowledged: vec![Acknowledged { merchant: MERCHANT, version: 7, at: at(10) }],
        requests: vec![REQUEST],
        timeline: vec![
            (REQUEST, "received".into(), None),
            entry("offered"),
            entry("accepted"),
            entry("completed"),
            (REQUEST, "called_back".into(), None),
        ],
        jobs: vec![Job { request: REQUEST, state: "completed".into(), assignment: Some(ASSIGNMENT) }],
        assignments: vec![assigned()],
        callbacks: vec![Callback {
            id: Uuid::from_u128(6),
            request: REQUEST,
            assignment: ASSIGNMENT,
            state: "done".into(),
            callers: [CALLER].into(),
        }],
        versions: [(MERCHANT, 7)].into(),
        outbox: vec![Sent {
            id: EVENT,
            stream: "INTAKE".into(),
            subject: subject.clone(),
            ce_type: "request-received".into(),
            payload: json!({ "request": REQUEST }),
            published: true,
        }],
        streams: vec![Stored { stream: "INTAKE".into(), seq: 1, subject, id: Some(EVENT) }],
        consumers: vec![Consumer {
            name: "dispatch-intake",
            stream: "INTAKE",
            filters: vec!["intake.request-received.>".into()],
            waiting: 0,
        }],
        inbox: [("dispatch-intake".to_owned(), EVENT)].into(),
        ..History::default()
    }
}

fn assigned() -> Assigned {
    Assigned {
        id: ASSIGNMENT,
        request: REQUEST,
        merchant: MERCHANT,
        state: "completed".into(),
        credit_version: 7,
        confirmed: true,
        began_at: at(20),
        decision: None,
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

/// What all rules say to a history, but for the replay of decisions, which this one has none of.
fn told(change: impl FnOnce(&mut History)) -> Report {
    let mut history = true_history();
    change(&mut history);
    let mut report = Report::default();
    rules::all(&history, &mut report);
    report
}

#[test]
fn a_true_history_breaks_nothing_but_lacks_its_decision() {
    let report = told(|_| {});
    for invariant in ["I1", "I2", "I4", "I6", "I8"] {
        assert!(!report.breaks(invariant), "{report:?}");
    }
    assert!(report.breaks("I5"), "an assignment without a decision cannot be replayed");
}

#[test]
fn i1_a_request_that_is_missing_or_doubled_anywhere_is_found() {
    assert!(told(|it| it.requests.clear()).breaks("I1"));
    assert!(told(|it| it.jobs.clear()).breaks("I1"));
    assert!(told(|it| it.requests.push(REQUEST)).breaks("I1"));
    assert!(told(|it| it.answered.push(REQUEST)).breaks("I1"));
    assert!(told(|it| drop(it.timeline.remove(2))).breaks("I1"));
    assert!(told(|it| drop(it.timeline.pop())).breaks("I1"));
    assert!(told(|it| it.callbacks.clear()).breaks("I1"));
    assert!(told(|it| it.jobs[0].request = EVENT).breaks("I1"));
}

#[test]
fn i1_an_event_that_its_stream_or_its_consumer_lost_is_found() {
    assert!(told(|it| it.streams.clear()).breaks("I1"));
    assert!(told(|it| it.outbox[0].published = false).breaks("I1"));
    assert!(told(|it| it.inbox.clear()).breaks("I1"));
}

#[test]
fn i2_two_merchants_or_two_effects_are_found() {
    let second = |state: &str| Assigned { id: EVENT, state: state.into(), ..assigned() };
    let offered = |it: &mut History| it.assignments = vec![second("offered"), second("accepted")];
    assert!(told(offered).breaks("I2"));
    assert!(told(|it| it.assignments.push(second("completed"))).breaks("I2"));
    assert!(told(|it| it.jobs[0].state = "waiting".into()).breaks("I2"));
    assert!(told(|it| it.timeline.push(it.timeline[1].clone())).breaks("I2"));
    assert!(told(|it| it.callbacks.push(it.callbacks[0].clone())).breaks("I2"));
    assert!(told(|it| it.causes = vec![(MERCHANT, "followup:1".into()); 2]).breaks("I2"));
    assert!(told(|it| it.outbox.push(Sent { id: CALLER, ..it.outbox[0].clone() })).breaks("I2"));
}

#[test]
fn i4_an_older_version_after_the_acknowledgement_is_found_and_before_it_is_none() {
    let older = |began_at| {
        move |it: &mut History| it.assignments = vec![Assigned { credit_version: 6, began_at, ..assigned() }]
    };
    assert!(told(older(at(20))).breaks("I4"));
    assert!(!told(older(at(10))).breaks("I4"), "it began when the change was not acknowledged yet");
    let unconfirmed = |it: &mut History| {
        it.assignments = vec![Assigned { credit_version: 6, confirmed: false, ..assigned() }];
    };
    assert!(!told(unconfirmed).breaks("I4"), "the policy allowed it, and it is marked");
    assert!(told(|it| it.assignments[0].credit_version = 8).breaks("I4"), "credit never had that version");
}

#[test]
fn i6_a_message_that_is_neither_done_nor_dead_nor_waiting_is_found() {
    let lost = |it: &mut History| it.inbox.clear();
    assert!(told(lost).breaks("I6"));
    let waits = |it: &mut History| {
        it.inbox.clear();
        it.consumers[0].waiting = 1;
    };
    assert!(!told(waits).breaks("I6"));
    assert!(told(|it| it.consumers[0].waiting = 1).breaks("I6"), "nothing is there that could wait");
}

#[test]
fn i8_a_caller_or_an_officer_who_had_a_part_is_found() {
    let handled = |it: &mut History| it.handlers = [(REQUEST, format!("staff:{CALLER}"))].into();
    assert!(told(handled).breaks("I8"));
    let own_case = Ruling {
        case: EVENT,
        request: REQUEST,
        merchant: MERCHANT,
        verified: false,
        opened_by: CALLER,
        by: CALLER,
    };
    assert!(told(|it| it.rulings = vec![own_case]).breaks("I8"));
}

//! The invariants as functions over a history.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::Report;
use super::history::{Acknowledged, Assigned, Consumer, History, Job, Sent, Stored};

/// Every rule.
pub(crate) fn all(history: &History, report: &mut Report) {
    i1_once_in_every_projection(history, report);
    i1_every_event_reaches_its_consumers(history, report);
    i2_one_merchant_at_a_time(history, report);
    i2_one_effect_per_input(history, report);
    i4_versions(&history.assignments, &history.acknowledged, report);
    i4_no_version_from_nowhere(history, report);
    i5_decisions_replay(&history.assignments, report);
    i6_every_message_is_accounted_for(history, report);
    i8_nobody_judges_what_they_handled(history, report);
}

/// What was answered 2xx stands once with intake, once with dispatch; what became of it stands in the timeline and
/// in the list of call-backs.
fn i1_once_in_every_projection(history: &History, report: &mut Report) {
    let jobs: Vec<Uuid> = history.jobs.iter().map(|job| job.request).collect();
    let (received, dispatched) = (tally(&history.requests), tally(&jobs));
    report.count("requests answered", history.answered.len());
    for (request, answers) in tally(&history.answered) {
        for (place, found) in [("intake", &received), ("dispatch", &dispatched)] {
            let times = found.get(&request).copied().unwrap_or_default();
            if times != 1 || answers != 1 {
                report.violate("I1", format_args!("{request}: {answers} answers, {times} times in {place}"));
            }
        }
    }
    for job in jobs.iter().filter(|job| !received.contains_key(job)) {
        report.violate("I1", format_args!("{job} is a job and was never received"));
    }
    let timeline: BTreeSet<(&str, Option<Uuid>)> =
        history.timeline.iter().map(|(_, kind, assignment)| (kind.as_str(), *assignment)).collect();
    let called: BTreeSet<Uuid> = history.callbacks.iter().map(|callback| callback.assignment).collect();
    for assigned in &history.assignments {
        for kind in steps(&assigned.state) {
            if !timeline.contains(&(kind, Some(assigned.id))) {
                report.violate("I1", format_args!("{}: not {kind} in the timeline", assigned.id));
            }
        }
        if assigned.state == "completed" && !called.contains(&assigned.id) {
            report.violate("I1", format_args!("{}: completed, and nobody is called back", assigned.id));
        }
    }
    for callback in history.callbacks.iter().filter(|callback| callback.state == "done") {
        let told =
            |(request, kind, _): &(Uuid, String, _)| *request == callback.request && kind == "called_back";
        if !history.timeline.iter().any(told) {
            report.violate("I1", format_args!("{}: the call-back is not in the timeline", callback.request));
        }
    }
    let causes: BTreeSet<&str> = history.causes.iter().map(|(_, cause)| cause.as_str()).collect();
    for ruling in history.rulings.iter().filter(|ruling| ruling.verified) {
        report.count("verified breaches", 1);
        if !causes.contains(format!("breach_verified:{}", ruling.case).as_str()) {
            report.violate("I1", format_args!("{}: verified, and not in the ledger", ruling.case));
        }
    }
}

/// The entries of the timeline that an assignment in this state has left.
fn steps(state: &str) -> &'static [&'static str] {
    match state {
        "offered" => &["offered"],
        "accepted" => &["offered", "accepted"],
        "completed" => &["offered", "accepted", "completed"],
        "declined" => &["offered", "declined"],
        "expired" => &["offered", "expired"],
        "released" => &["offered", "released"],
        other => panic!("a state that the checker does not know: {other}"),
    }
}

/// What a service said is in its stream under its first id, and each consumer that wants it took effect of it or
/// buried it: whatever happened to the stream.
fn i1_every_event_reaches_its_consumers(history: &History, report: &mut Report) {
    let stored: BTreeSet<(&str, Uuid)> =
        history.streams.iter().filter_map(|message| Some((message.stream.as_str(), message.id?))).collect();
    let last = last_of_each_subject(&history.outbox);
    for sent in &history.outbox {
        report.count("events said", 1);
        let compacted = sent.stream == "STANDING" && last[sent.subject.as_str()] != sent.id;
        if !sent.published || !compacted && !stored.contains(&(sent.stream.as_str(), sent.id)) {
            report.violate("I1", format_args!("{} {} is not in its stream", sent.subject, sent.id));
        }
        for consumer in
            history.consumers.iter().filter(|it| it.stream == sent.stream && it.wants(&sent.subject))
        {
            if !took(history, consumer, Some(sent.id), None) {
                report.violate(
                    "I1",
                    format_args!("{} {} never reached {}", sent.subject, sent.id, consumer.name),
                );
            }
        }
    }
}

fn last_of_each_subject(outbox: &[Sent]) -> BTreeMap<&str, Uuid> {
    outbox.iter().map(|sent| (sent.subject.as_str(), sent.id)).collect()
}

/// Whether the consumer took effect of a message, or buried it.
fn took(history: &History, consumer: &Consumer, id: Option<Uuid>, seq: Option<u64>) -> bool {
    let done = id.is_some_and(|id| history.inbox.contains(&(consumer.name.to_owned(), id)));
    done || history.letters.iter().any(|letter| {
        letter.consumer == consumer.name
            && (letter.id.is_some() && letter.id == id || Some(letter.seq) == seq)
    })
}

/// No request is held by two, and a job and its assignment agree.
fn i2_one_merchant_at_a_time(history: &History, report: &mut Report) {
    report.count("assignments", history.assignments.len());
    let live = |it: &&Assigned| matches!(it.state.as_str(), "offered" | "accepted");
    let held: Vec<Uuid> = history.assignments.iter().filter(live).map(|it| it.request).collect();
    for (request, holders) in tally(&held).into_iter().filter(|(_, holders)| *holders > 1) {
        report.violate("I2", format_args!("{request} is held by {holders} merchants"));
    }
    let served: Vec<Uuid> =
        history.assignments.iter().filter(|it| it.state == "completed").map(|it| it.request).collect();
    for (request, times) in tally(&served).into_iter().filter(|(_, times)| *times > 1) {
        report.violate("I2", format_args!("{request} was served {times} times"));
    }
    let states: BTreeMap<Uuid, &str> =
        history.assignments.iter().map(|it| (it.id, it.state.as_str())).collect();
    for Job { request, state, assignment } in &history.jobs {
        let named = assignment.and_then(|assignment| states.get(&assignment).copied());
        let agrees = match state.as_str() {
            "assigned" => matches!(named, Some("offered" | "accepted")),
            "completed" => named == Some("completed"),
            _ => assignment.is_none() && !held.contains(request),
        };
        if !agrees {
            report.violate("I2", format_args!("the job {request} is {state}, its assignment {named:?}"));
        }
    }
}

/// Nothing that one input led to is there twice.
fn i2_one_effect_per_input(history: &History, report: &mut Report) {
    let timeline = history.timeline.iter().filter(|(_, kind, _)| kind != "unserved");
    let told = timeline.map(|(request, kind, assignment)| format!("{request} {kind} of {assignment:?}"));
    let calls = history.callbacks.iter().map(|it| format!("a call-back of {}", it.assignment));
    let entries = history.causes.iter().map(|(merchant, cause)| format!("{cause} of {merchant}"));
    let events = history.outbox.iter().filter_map(effect_of);
    let effects: Vec<String> = told.chain(calls).chain(entries).chain(events).collect();
    report.count("effects", effects.len());
    for (effect, times) in tally(&effects).into_iter().filter(|(_, times)| *times > 1) {
        report.violate("I2", format_args!("{times} times: {effect}"));
    }
}

/// Which effect an event tells of; none for those that may be told again.
fn effect_of(sent: &Sent) -> Option<String> {
    let of = |name: &str| sent.payload[name].as_str().map(|id| format!("{} of {id}", sent.ce_type));
    if sent.stream == "STANDING" || sent.stream == "CREDIT" {
        // What changes no standing has no version: then nothing is said twice in the same words.
        let (merchant, version) = (&sent.payload["merchant"], &sent.payload["version"]);
        return Some(match version {
            Value::Null => format!("{} {}", sent.ce_type, sent.payload),
            version => format!("{} {merchant} at version {version}", sent.stream),
        });
    }
    if sent.ce_type.contains("unserved") {
        return None;
    }
    of("assignment").or_else(|| of("case")).or_else(|| of("callback")).or_else(|| of("request"))
}

/// No confirmed assignment uses a version older than the last one acknowledged before it began.
pub(crate) fn i4_versions(assignments: &[Assigned], acknowledged: &[Acknowledged], report: &mut Report) {
    let mut known: BTreeMap<Uuid, Vec<&Acknowledged>> = BTreeMap::new();
    for change in acknowledged {
        known.entry(change.merchant).or_default().push(change);
    }
    for assigned in assignments.iter().filter(|assigned| assigned.confirmed) {
        let changes = known.get(&assigned.merchant).into_iter().flatten();
        let before =
            changes.filter(|change| change.at < assigned.began_at).map(|change| change.version).max();
        let Some(version) = before else { continue };
        report.count("assignments after an acknowledged version", 1);
        if assigned.credit_version < version {
            report.violate(
                "I4",
                format_args!(
                    "{} of {} began at {} with version {} after {version} was acknowledged",
                    assigned.id, assigned.merchant, assigned.began_at, assigned.credit_version
                ),
            );
        }
    }
}

/// No assignment uses a version that credit never had.
fn i4_no_version_from_nowhere(history: &History, report: &mut Report) {
    for assigned in &history.assignments {
        let last = history.versions.get(&assigned.merchant).copied();
        if last.is_none_or(|last| assigned.credit_version > last) {
            report.violate(
                "I4",
                format_args!("{} uses version {}, credit has {last:?}", assigned.id, assigned.credit_version),
            );
        }
    }
}

/// Each decision comes out of its record again, byte for byte.
pub(crate) fn i5_decisions_replay(assignments: &[Assigned], report: &mut Report) {
    for assigned in assignments {
        report.count("decisions replayed", 1);
        let replayed = assigned.decision.as_ref().map(|(inputs, outcome)| {
            let inputs = serde_json::from_str(inputs).unwrap();
            let again = dispatch_domain::replay(&inputs).map(|again| serde_json::to_string(&again).unwrap());
            again.as_ref() == Ok(outcome)
        });
        if replayed != Some(true) {
            report.violate("I5", format_args!("{}: replayed {replayed:?}", assigned.id));
        }
    }
}

/// received = done + waiting + dead-lettered, for each durable consumer.
fn i6_every_message_is_accounted_for(history: &History, report: &mut Report) {
    for consumer in &history.consumers {
        let received = |it: &&Stored| it.stream == consumer.stream && consumer.wants(&it.subject);
        let (mut settled, mut open) = (0_usize, Vec::new());
        for message in history.streams.iter().filter(received) {
            if took(history, consumer, message.id, Some(message.seq)) {
                settled += 1;
            } else {
                open.push((message.seq, message.subject.as_str()));
            }
        }
        report.count("messages received", settled + open.len());
        if u64::try_from(open.len()) != Ok(consumer.waiting) {
            report.violate(
                "I6",
                format_args!(
                    "{}: {} wait, but neither done nor dead are {open:?}",
                    consumer.name, consumer.waiting
                ),
            );
        }
    }
    report.count("dead letters", history.letters.len());
    for letter in history.letters.iter().filter(|letter| letter.reason.is_empty()) {
        report.violate("I6", format_args!("{} {}: no reason", letter.consumer, letter.subject));
    }
}

/// Who served a citizen does not ask whether it was good; who asked does not rule.
fn i8_nobody_judges_what_they_handled(history: &History, report: &mut Report) {
    let handled = |request: Uuid, by: Uuid| history.handlers.contains(&(request, format!("staff:{by}")));
    for callback in &history.callbacks {
        report.count("callers", callback.callers.len());
        for by in callback.callers.iter().filter(|by| handled(callback.request, **by)) {
            report.violate("I8", format_args!("{by} called about {}, and had handled it", callback.request));
        }
    }
    for ruling in &history.rulings {
        report.count("rulings", 1);
        if ruling.by == ruling.opened_by || handled(ruling.request, ruling.by) {
            report
                .violate("I8", format_args!("{} ruled on {}, and had a part in it", ruling.by, ruling.case));
        }
    }
}

fn tally<T: Ord + Clone>(items: &[T]) -> BTreeMap<T, usize> {
    let mut tally = BTreeMap::new();
    for item in items {
        *tally.entry(item.clone()).or_default() += 1;
    }
    tally
}

//! The yearly evaluation: what a year merits, what happens after it, and what a report says of it.

use core::time::Duration;

use credit_domain::Opening;
use credit_domain::evaluation::{
    Digest, Evaluation, EvaluationRefusal, EvaluationState, Fold, Order, Raise, Report, ReportInputs, Scope,
    Summary, begins_at, forecast, listed, report, year_due, year_end,
};
use credit_domain::{Calendar, CalendarData, Cause, Entry};
use kernel::{ActorId, City, EvaluationId, Grade, Severity, Step, Timestamp};
use proptest::prelude::*;

use crate::support::{
    Fact, NOW, SATISFIED, Story, UNSATISFIED, any_fact, days, merchant_id, numbered, rules,
};

const OFFICER: ActorId = ActorId::from_u128(1);
const REVIEWER: ActorId = ActorId::from_u128(2);

fn calendar() -> Calendar {
    let data: CalendarData = serde_json::from_str(include_str!("../../../data/calendar.v1.json")).unwrap();
    Calendar::try_new(&data).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A merchant with a good year behind it.
fn good_year() -> Story {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered(vec![SATISFIED; 80]));
    story
}

fn run(scope_year: Option<u16>, by: Option<ActorId>, now: Timestamp) -> Evaluation {
    let city = City::try_new(330_200).unwrap();
    let order = match scope_year {
        Some(year) => Order::yearly(city, year, 1, by, now).unwrap(),
        None => Order::preview(city, None, 1, by.unwrap(), now).unwrap(),
    };
    Evaluation::begin(EvaluationId::from_u128(7), order, 1)
}

#[test]
fn a_year_ends_at_midnight_in_the_city_and_is_evaluated_from_1_february_on() {
    assert_eq!(year_end(2025).unwrap().to_string(), "2025-12-31T15:59:59.999999Z");
    assert_eq!(begins_at(2025).unwrap().to_string(), "2026-01-31T16:00:00Z");
    let due = |text| year_due(at(text));
    assert_eq!(due("2026-01-31T15:59:59Z"), Some(2024));
    assert_eq!(due("2026-01-31T16:00:00Z"), Some(2025));
    assert_eq!(due("2026-12-31T00:00:00Z"), Some(2025));
    let city = City::try_new(330_200).unwrap();
    let early = Order::yearly(city, 2025, 1, None, at("2026-01-31T15:59:59Z"));
    assert_eq!(early, Err(EvaluationRefusal::TooEarly(begins_at(2025).unwrap())));
}

#[test]
fn a_breach_after_the_year_still_holds_the_grade_down_when_the_year_takes_effect() {
    let (mut clean, mut broken) = (good_year(), good_year());
    let as_of = clean.now;
    for story in [&mut clean, &mut broken] {
        story.now = as_of.after(days(20));
    }
    let _ = broken.tell(900, Fact::Breach(Severity::Minor));
    for story in [&mut clean, &mut broken] {
        story.now = as_of.after(days(45));
        story.evaluate_as_of(2025, as_of);
    }
    let (clean, broken) = (clean.merchant.credit, broken.merchant.credit);
    assert_eq!(clean.awarded, broken.awarded, "the year itself was as good");
    assert!(broken.grade < clean.grade, "{} against {}", broken.grade, clean.grade);
    assert_eq!(broken.findings.len(), 1, "the breach weighs until its own year is evaluated");
}

#[test]
fn a_breach_of_the_year_has_had_its_effect_once_the_year_is_evaluated() {
    let mut story = good_year();
    let _ = story.tell(900, Fact::Breach(Severity::Minor));
    let as_of = story.now;
    story.now = as_of.after(days(45));
    story.evaluate_as_of(2025, as_of);
    assert!(story.merchant.credit.findings.is_empty());
}

#[test]
fn what_was_earned_after_the_year_lifts_no_award() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered(vec![UNSATISFIED; 3]));
    let as_of = story.now;
    let merited = story.fold(as_of).assess(&story.rules, &[], as_of).unwrap().awarded;
    story.now = as_of.after(days(30));
    story.tell_all(&(100..250).map(|number| (number, SATISFIED)).collect::<Vec<_>>());
    story.evaluate_as_of(2025, as_of);
    assert_eq!(story.merchant.credit.awarded, merited);
    assert!(story.merchant.credit.grade <= merited);
}

#[test]
fn who_came_after_the_year_is_not_evaluated_for_it() {
    let story = good_year();
    assert!(!story.fold(NOW.before(days(1))).is_evaluated());
    assert_eq!(story.fold(NOW.before(days(1))).assess(&story.rules, &[], NOW), None);
}

#[test]
fn whoever_began_the_run_does_not_publish_it_and_a_preview_is_never_published() {
    let (rules, calendar) = (rules().evaluation, calendar());
    let now = at("2026-02-02T01:00:00Z");
    let own = run(Some(2025), Some(OFFICER), now).computed(&rules, now);
    assert_eq!(own.publish(OFFICER, &rules, &calendar, now), Err(EvaluationRefusal::SamePerson));
    let preview = run(None, Some(OFFICER), now).computed(&rules, now);
    assert_eq!(preview.publish(REVIEWER, &rules, &calendar, now), Err(EvaluationRefusal::Preview));
    assert_eq!(preview.turns_at(), None, "nothing is due about a preview");
    let running = run(Some(2025), None, now);
    assert_eq!(running.publish(REVIEWER, &rules, &calendar, now), Err(EvaluationRefusal::NotNow("running")));
}

#[test]
fn the_grades_take_effect_when_the_working_days_for_objections_are_over() {
    let (rules, calendar) = (rules().evaluation, calendar());
    let now = at("2026-02-02T01:00:00Z");
    let computed = run(Some(2025), None, now).computed(&rules, now);
    let published = computed.publish(REVIEWER, &rules, &calendar, now).unwrap().done().unwrap();
    // Ten working days, the last one a worked Saturday before the spring festival.
    assert_eq!(published.turns_at(), Some(at("2026-02-14T16:00:00Z")));
    assert_eq!(published.publish(REVIEWER, &rules, &calendar, now), Ok(Step::AlreadyDone(())));
    assert!(!published.is_due(at("2026-02-14T15:59:59Z")));
    assert!(published.is_due(at("2026-02-14T16:00:00Z")));
    let done = published.in_effect(Summary::default(), at("2026-02-14T16:00:01Z")).unwrap();
    assert_eq!((done.turns_at(), done.in_effect(Summary::default(), now)), (None, None));
}

#[test]
fn a_run_that_nobody_publishes_is_told_once_and_can_be_run_again() {
    let rules = rules().evaluation;
    let now = at("2026-02-02T01:00:00Z");
    let computed = run(Some(2025), None, now).computed(&rules, now);
    let late = now.after(days(14));
    assert_eq!(computed.overdue(late.before(Duration::from_secs(1))), None);
    let told = computed.overdue(late).unwrap();
    assert_eq!((told.overdue(late), told.turns_at()), (None, None));
    let anew = told.anew(REVIEWER, 2, 5, late).unwrap().done().unwrap();
    assert_eq!((&anew.state, anew.order.rules_version), (&EvaluationState::Running, 2));
    assert_eq!((anew.order.by, anew.progress.digest), (Some(REVIEWER), Digest::default()));
}

#[test]
fn a_report_says_what_would_raise_the_grade_and_the_rules_agree() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered(vec![SATISFIED; 12]));
    let _ = story.tell(900, Fact::Breach(Severity::Minor));
    story.now = NOW.after(days(10));
    let run = run(None, Some(OFFICER), story.now);
    let inputs = ReportInputs {
        run: &run,
        rules: &story.rules,
        merchant: merchant_id(),
        name: "甬诚锁业服务部",
        ledger: &story.ledger,
        files: &[],
    };
    let report = report(inputs, |_| Some(&story.rules)).unwrap().unwrap();
    let counted: i64 = report.dimensions.iter().map(|line| line.counted).sum();
    assert_eq!(counted, i64::from(report.found.score));
    let Some(Raise::Points { grade, missing, .. }) = report.raises.first() else { panic!("{report:?}") };
    assert_eq!(story.rules.band(report.found.score + missing), *grade);
    assert!(story.rules.band(report.found.score + missing - 1) < *grade);
    let breach = report.raises.iter().find(|raise| matches!(raise, Raise::Breach { .. })).unwrap();
    let Raise::Breach { points, ends_at, until_repaired, .. } = breach else { panic!() };
    assert_eq!((*points, *ends_at, *until_repaired), (-60, Some(NOW.after(days(90))), false));
    let fell = report.changes.last().unwrap();
    assert_eq!((fell.from, fell.to, fell.cause.word()), (Some(Grade::B), Grade::C, "breach_verified"));
    assert_eq!(report.entries_of_year as usize, story.ledger.len());
    assert_eq!(report.entries.first().unwrap().posting.cause.word(), "breach_verified");
}

fn reported(story: &Story, run: &Evaluation) -> Report {
    let inputs = ReportInputs {
        run,
        rules: &story.rules,
        merchant: merchant_id(),
        name: "甬诚锁业服务部",
        ledger: &story.ledger,
        files: &[],
    };
    report(inputs, |_| Some(&story.rules)).unwrap().unwrap()
}

#[test]
fn a_report_counts_nothing_by_rule_that_was_taken_back() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered(vec![SATISFIED; 3]));
    let _ = story.tell(900, Fact::Breach(Severity::Serious));
    let run = |story: &Story| run(None, Some(OFFICER), story.now);
    let breaches = |report: &Report| report.rules.iter().filter(|line| line.points.total() < 0).count();
    story.now = NOW.after(days(1));
    assert_eq!(breaches(&reported(&story, &run(&story))), 1);
    let breach = story.entry(story.ledger.len());
    let _ = story.reverse(&breach);
    story.now = NOW.after(days(2));
    let report = reported(&story, &run(&story));
    assert!(report.rules.iter().all(|line| !line.rule.contains("serious")), "{:?}", report.rules);
}

#[test]
fn a_report_says_how_quality_was_measured_and_what_it_is_worth() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered([vec![SATISFIED; 12], vec![UNSATISFIED; 2]].concat()));
    let _ = story.tell(900, Fact::Breach(Severity::Minor));
    story.now = NOW.after(days(10));
    let report = reported(&story, &run(None, Some(OFFICER), story.now));
    let [line] = &report.quality.lines[..] else { panic!("{:?}", report.quality) };
    assert_eq!((line.satisfied, line.unsatisfied, line.breaches), (12, 2, 1));
    assert_eq!((line.prior_permille, report.quality.prior_weight, line.part_permille), (900, 20, 1_000));
    assert_eq!(Some(line.points), report.quality.points, "one category is the whole");
    assert_eq!(report.quality.points, Some(report.dimensions[0].points));
}

#[test]
fn a_report_says_what_each_grade_asks_and_what_the_merchant_has() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered([vec![SATISFIED; 48], vec![UNSATISFIED; 2]].concat()));
    story.now = NOW.after(days(1));
    let report = reported(&story, &run(None, Some(OFFICER), story.now));
    // As docs/CREDIT.md tells merchants: 48 of 50 make sure of 86.5 %.
    assert_eq!(report.sure_permille, 865);
    let best = &report.gates[0];
    assert_eq!(
        (best.grade, best.score_min, best.callbacks_min, best.sure_permille_min),
        (Grade::AAA, 850, 50, 850)
    );
    assert_eq!((best.score_reached, best.callbacks_reached, best.sure_reached), (false, true, true));
    let entry = report.gates.iter().find(|gate| gate.grade == Grade::B).unwrap();
    assert_eq!((entry.callbacks_min, entry.callbacks_reached, entry.sure_reached), (0, true, true));
}

#[test]
fn a_report_counts_call_backs_by_month_and_names_every_other_entry() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered([vec![SATISFIED; 3], vec![UNSATISFIED; 1]].concat()));
    story.now = NOW.after(days(40));
    story.tell_all(&(10..15).map(|number| (number, SATISFIED)).collect::<Vec<_>>());
    let _ = story.tell(900, Fact::Breach(Severity::Minor));
    story.now = NOW.after(days(60));
    let report = reported(&story, &run(None, Some(OFFICER), story.now));
    let counted: Vec<_> =
        report.callbacks.iter().map(|line| (line.satisfied, line.unsatisfied, line.points)).collect();
    assert_eq!(counted, [(5, 0, 10), (3, 1, -2)], "the last month first");
    let others: Vec<_> = report.entries.iter().map(|entry| entry.posting.cause.word()).collect();
    assert_eq!(others, ["breach_verified", "opening"]);
    assert_eq!((report.callbacks_left_out, report.entries_left_out, report.entries_of_year), (0, 0, 11));
}

/// The story's ledger with entries that count from the first day of a pair and were recorded on the second.
fn dated(story: &Story, moments: &[(Timestamp, Timestamp)]) -> Vec<Entry> {
    let mut ledger = story.ledger.clone();
    for (entry, (valid_from, recorded_at)) in ledger.iter_mut().zip(moments) {
        (entry.posting.valid_from, entry.posting.recorded_at) = (*valid_from, *recorded_at);
    }
    ledger
}

fn places(entries: &[&Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq).collect()
}

#[test]
fn a_report_lists_what_was_recorded_since_the_one_before_about_earlier_days() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered(vec![SATISFIED; 5]));
    let mut ledger = dated(
        &story,
        &[
            ("2025-03-01T00:00:00Z", "2025-03-01T00:00:00Z"),
            ("2025-06-01T00:00:00Z", "2026-01-20T00:00:00Z"),
            // A moment after the last one that every run of 2025 knew.
            ("2025-06-01T00:00:00Z", "2026-01-31T15:59:45.000001Z"),
            ("2025-12-31T15:59:59Z", "2026-03-01T00:00:00Z"),
            ("2026-05-01T00:00:00Z", "2026-05-01T00:00:00Z"),
            ("2025-06-01T00:00:00Z", "2027-02-20T00:00:00Z"),
        ]
        .map(|(valid_from, recorded_at)| (at(valid_from), at(recorded_at))),
    );
    let order = run(Some(2026), None, at("2027-02-02T00:00:00Z")).order;
    let first = listed(&ledger, &order);
    assert_eq!(
        (places(&first.of_period), places(&first.late)),
        (vec![5], vec![4, 3, 2, 1]),
        "nothing was told yet"
    );
    ledger[3].posting.cause = Cause::Evaluation(2025);
    let next = listed(&ledger, &order);
    assert_eq!((places(&next.of_period), places(&next.late)), (vec![5], vec![4, 3]));
}

#[test]
fn what_a_report_foresees_is_what_takes_effect() {
    let mut story = good_year();
    let as_of = story.now;
    story.now = as_of.after(days(20));
    let _ = story.tell(900, Fact::Breach(Severity::Minor));
    story.now = as_of.after(days(45));
    let order = Order { scope: Scope::Yearly(2025), as_of, ..run(None, Some(OFFICER), story.now).order };
    let run = Evaluation::begin(EvaluationId::from_u128(7), order, 1);
    let foreseen = forecast(&run, &story.rules, &story.merchant, &story.ledger, story.now);
    assert_eq!(story.merchant.credit.evaluated_year, None, "nothing is recorded");
    story.evaluate_as_of(2025, as_of);
    assert_eq!(foreseen, Some(story.merchant.credit.grade));
    let again = forecast(&run, &story.rules, &story.merchant, &story.ledger, story.now);
    assert_eq!(again, None, "it is in effect");
}

#[test]
fn the_content_call_backs_that_a_report_asks_for_open_the_gate_and_one_less_does_not() {
    let mut story = Story::open(Opening::Newcomer);
    story.tell_all(&numbered(vec![SATISFIED; 4]));
    story.now = NOW.after(days(1));
    let assessed = story.fold(NOW).assess(&story.rules, &[], NOW).unwrap();
    let none = credit_domain::evaluation::Evidenced { breaches: &[], reversed: &[], files: &[] };
    let raises = credit_domain::evaluation::raises(&story.rules, &assessed, &none, NOW);
    let asked = raises.iter().find_map(|raise| match raise {
        Raise::Evidence { grade, content_callbacks: Some(more) } => Some((*grade, *more)),
        _ => None,
    });
    let (grade, more) = asked.unwrap();
    let with = |more: u32| {
        let mut evidence = assessed.tally.evidence;
        evidence.satisfied += i64::from(more);
        story.rules.gate(evidence)
    };
    assert!(with(more) >= grade && with(more - 1) < grade);
}

proptest! {
    #[test]
    fn no_entry_falls_between_two_reports(
        facts in prop::collection::vec((any_fact(), 0_u64..1_200, 0_u64..1_200), 1..40),
        (first, second) in (0_u64..300, 0_u64..300),
        evaluated in any::<bool>(),
    ) {
        let mut story = Story::open(Opening::Newcomer);
        story.tell_all(&numbered(facts.iter().map(|(fact, ..)| *fact).collect()));
        // From 2024 into 2027 at midnight in the city, as years begin; whichever of the two came first.
        let since = at("2023-12-31T16:00:00Z");
        let moments: Vec<_> =
            facts.iter().map(|(_, valid, recorded)| (since.after(days(*valid)), since.after(days(*recorded)))).collect();
        let mut ledger = dated(&story, &moments);
        let order = |year: u16, late: u64| run(Some(year), None, begins_at(year).unwrap().after(days(late))).order;
        let (first, second) = (order(2025, first), order(2026, second));
        if evaluated {
            let last = &mut ledger.last_mut().unwrap().posting;
            (last.cause, last.valid_from) = (Cause::Evaluation(2025), first.as_of);
            last.recorded_at = first.known_at.after(days(20));
        }
        let reports = [listed(&ledger, &first), listed(&ledger, &second)];
        for Entry { seq, posting, .. } in &ledger {
            let [before, after] = reports.each_ref().map(|one| {
                one.of_period.iter().chain(&one.late).filter(|entry| entry.seq == *seq).count()
            });
            prop_assert!(before <= 1 && after <= 1, "{} is listed twice in one report", seq);
            let due = posting.recorded_at <= second.known_at && posting.valid_from <= second.as_of;
            prop_assert_eq!(before + after > 0, due || before > 0, "{} of {:?}", seq, posting);
            if posting.recorded_at > first.known_at || posting.valid_from > first.as_of {
                prop_assert_eq!(before, 0, "{} was not known to the first", seq);
                prop_assert_eq!(after > 0, due, "{} is new to the second", seq);
            }
        }
    }

    #[test]
    fn any_two_readings_of_a_ledger_find_the_same_to_the_bit(
        facts in prop::collection::vec(any_fact(), 0..40),
        cut in any::<prop::sample::Index>(),
        age in 0_u64..400,
    ) {
        let mut story = Story::open(Opening::Newcomer);
        story.tell_all(&numbered(facts));
        let as_of = NOW.after(days(age));
        let whole = story.fold(as_of);
        // Kept in the middle, as between two pages or two processes, and gone on with.
        let cut = cut.index(story.ledger.len());
        let mut kept = Fold::new(&story.rules, as_of);
        story.ledger[..cut].iter().for_each(|entry| kept.add(entry));
        let mut kept: Fold = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
        prop_assert_eq!(kept.through(), cut as u64);
        story.ledger[cut..].iter().for_each(|entry| kept.add(entry));
        prop_assert_eq!(&kept, &whole);
        let digest = |fold: &Fold| {
            let found = fold.assess(&story.rules, &[], as_of).unwrap();
            Digest::default().then(merchant_id(), &found)
        };
        prop_assert_eq!(digest(&kept), digest(&whole));
    }

    #[test]
    fn the_digest_tells_any_further_evidence(facts in prop::collection::vec(any_fact(), 0..20)) {
        let mut story = Story::open(Opening::Newcomer);
        story.tell_all(&numbered(facts));
        let digest = |story: &Story| {
            let found = story.fold(NOW).assess(&story.rules, &[], NOW).unwrap();
            Digest::default().then(merchant_id(), &found)
        };
        let before = digest(&story);
        let _ = story.tell(999, SATISFIED);
        prop_assert_ne!(digest(&story), before);
    }

    #[test]
    fn an_evaluation_grades_as_it_was_assessed_when_nothing_happened_since(
        facts in prop::collection::vec(any_fact(), 0..60),
    ) {
        let mut story = Story::open(Opening::Newcomer);
        story.tell_all(&numbered(facts));
        let as_of = story.now;
        let found = story.fold(as_of).assess(&story.rules, &[], as_of).unwrap();
        story.now = as_of.after(days(40));
        let change = story.evaluate_as_of(2025, as_of);
        let credit = &change.merchant.credit;
        prop_assert_eq!((credit.awarded, credit.grade, credit.score), (found.awarded, found.grade, found.score));
        prop_assert_eq!(change.entries[0].posting.cause, Cause::Evaluation(2025));
    }
}

//! The yearly evaluation: by itself, the same to the bit, over any crash, and in effect for all at one moment.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use chassis::store::Db;
use contracts::Event;
use contracts::credit::{EvaluationComputed, EvaluationOverdue, EvaluationPublished, GradesInEffect};
use contracts::feedback::{BreachVerified, FollowupOutcome, Severity};
use credit::RuleBook;
use credit::usecases::evaluation::{
    Asked, BeginEvaluation, Pages, PublishEvaluation, begin_due, evaluation_of_year, found_after, work,
};
use credit::usecases::process::Procedure;
use credit::usecases::{RecordBreach, RecordFollowup, entries_after, merchants_after};
use credit_domain::evaluation::{Evaluation, EvaluationState};
use credit_domain::{Cause, Entry, Merchant, verify_chain};
use futures::future::join_all;
use kernel::{ActorId, Clock as _, Grade, MerchantId, Role, Timestamp};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use testkit::process::Process;
use testkit::scratch::Scratch;
use testkit::{TestDb, on_both_databases, wait};

use crate::callers::{Caller, Reply};
use crate::court::{Court, of, red_line, removal};
use crate::host::{MERCHANTS, PATIENCE, TestCredit, environment, ningbo};

pub(crate) const DAY: Duration = Duration::from_secs(86_400);
const REVIEWER: ActorId = ActorId::from_u128(2);
pub(crate) const YEAR: u16 = 2025;

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A service whose city has a history of the year 2025: everybody was called back, some broke their word.
pub(crate) async fn with_a_year(db: &TestDb) -> TestCredit {
    let credit = TestCredit::start(db).await;
    credit.clock.set(at("2025-11-20T01:00:00Z"));
    credit.seed().await;
    for (number, merchant) in credit.all().await.into_iter().enumerate() {
        let id = merchant.profile.id;
        credit.clock.advance(Duration::from_secs(3_600));
        for call in 0..4 {
            let outcome =
                if call < number % 5 { FollowupOutcome::Satisfied } else { FollowupOutcome::Unsatisfied };
            called_back(&credit, id, outcome).await;
        }
        if number % 7 == 0 {
            breach(&credit, id, Severity::ALL[number % 3]).await;
        }
    }
    credit
}

pub(crate) async fn called_back(credit: &TestCredit, id: MerchantId, outcome: FollowupOutcome) {
    let command = RecordFollowup { rules: &credit.rules, followup: credit.followup(id, outcome) };
    assert!(!credit.db().write(&command).await.unwrap().is_already_done());
}

async fn breach(credit: &TestCredit, id: MerchantId, severity: Severity) {
    verified(credit, credit.breach(id, severity)).await;
}

async fn verified(credit: &TestCredit, breach: BreachVerified) {
    let command =
        RecordBreach { rules: &credit.rules, calendar: &credit.calendar, policy: &credit.policy, breach };
    assert!(!Box::pin(credit.db().write(&command)).await.unwrap().is_already_done());
}

/// Who is graded how: papers come and go by the calendar meanwhile.
fn graded(merchants: &[Merchant]) -> Vec<(MerchantId, Grade, u16, Option<u16>)> {
    let of = |one: &Merchant| (one.profile.id, one.credit.grade, one.credit.score, one.credit.evaluated_year);
    merchants.iter().map(of).collect()
}

fn procedure() -> Procedure {
    Procedure {
        rules: Arc::new(RuleBook::embedded().unwrap()),
        calendar: Arc::new(credit::calendar::embedded().unwrap()),
        policy: Arc::new(
            credit::policy::embedded(&contracts::reference::Reference::embedded().unwrap()).unwrap(),
        ),
    }
}

pub(crate) async fn until(credit: &TestCredit, word: &str) -> Evaluation {
    wait::until(word, PATIENCE, async || {
        let run = evaluation_of_year(credit.db(), ningbo(), YEAR).await.ok()?;
        (run.state.word() == word).then_some(run)
    })
    .await
    .unwrap()
}

/// Goes to 1 February and waits until the year is computed.
pub(crate) async fn computed(credit: &TestCredit) -> Evaluation {
    credit.clock.set(at("2026-02-01T00:30:00Z"));
    until(credit, "computed").await
}

pub(crate) async fn publish(credit: &TestCredit, run: &Evaluation) -> Evaluation {
    let publish =
        PublishEvaluation { procedure: procedure(), id: run.id, by: REVIEWER, expected: run.version };
    credit.db().write(&publish).await.unwrap().now
}

/// Publishes and waits until the grades are in effect.
pub(crate) async fn in_effect(credit: &TestCredit, run: &Evaluation) -> Evaluation {
    let published = publish(credit, run).await;
    credit.clock.set(published.effective_at().unwrap());
    until(credit, "in_effect").await
}

/// All messages of this event in the city.
async fn said<E: Event>(credit: &TestCredit, count: usize) -> Vec<E> {
    let prefix = format!("{}.", E::SUBJECT);
    let js = credit.service.runtime.bus.jetstream();
    let read = wait::until(E::SUBJECT, PATIENCE, async || {
        let mut stream = js.get_stream(E::STREAM.spec().name).await.ok()?;
        let last = stream.info().await.ok()?.state.last_sequence;
        let mut found = Vec::new();
        for sequence in 1..=last {
            let message = stream.get_raw_message(sequence).await.ok()?;
            if message.subject.as_str().starts_with(&prefix) {
                found.push(serde_json::from_slice(&message.payload).unwrap());
            }
        }
        (found.len() >= count).then_some(found)
    });
    read.await.unwrap()
}

fn evaluations_of(ledger: &[Entry]) -> Vec<&Entry> {
    let of_year = |entry: &&Entry| entry.posting.cause == Cause::Evaluation(YEAR);
    ledger.iter().filter(of_year).collect()
}

/// Whether the merchant stands by its row as its ledger folds.
pub(crate) async fn agrees(auditor: &Caller, merchant: &Merchant) {
    let id = merchant.profile.id;
    let folded = auditor.get(&format!("/v1/merchants/{id}/credit?city=330200")).await.body;
    let credit = &merchant.credit;
    assert_eq!((&folded["grade"], &folded["score"]), (&json!(credit.grade), &json!(credit.score)), "{id}");
    assert_eq!(folded["awarded"], json!(credit.awarded), "{id}");
}

on_both_databases! {
    async fn whoever_was_removed_is_in_no_figure_of_the_year_and_marked_among_its_results(db: TestDb) {
        let credit = with_a_year(&db).await;
        let court = Court::of(&credit).await;
        let gone = credit.all().await[0].profile.id;
        let proceeding = court.opened(gone, red_line(), "serious").await;
        court.reviewer.change(&of(&proceeding, "/decisions"), 1, &removal()).await;
        let run = computed(&credit).await;
        assert_eq!((run.progress.merchants, run.progress.evaluated), (MERCHANTS, MERCHANTS - 1));
        let results = court.auditor.get(&format!("/v1/evaluations/{}/results?city=330200&limit=200", run.id)).await;
        let results = results.body["items"].as_array().unwrap();
        let removed: Vec<_> = results.iter().filter(|one| one["status"] == "removed").map(|one| &one["merchant"]).collect();
        assert_eq!((removed, results.len()), (vec![&json!(gone)], MERCHANTS as usize));
        publish(&credit, &run).await;
        let year = court.citizen.get(&format!("/v1/evaluation-summaries/{YEAR}?city=330200")).await.body;
        let moved: u64 = year["moves"].as_array().unwrap().iter().map(|one| one["merchants"].as_u64().unwrap()).sum();
        assert_eq!((moved, &year["distributions"][0]["merchants"]), (u64::from(MERCHANTS) - 1, &json!(MERCHANTS - 1)), "{year}");
        credit.stop().await;
    }

    async fn a_year_is_evaluated_by_itself_once_and_takes_effect_for_all_at_one_moment(db: TestDb) {
        let credit = with_a_year(&db).await;
        let address = credit.serve().await;
        let (other, _) = credit.another().await;
        let auditor = Caller::staff(address, 4, Role::Auditor);
        let reviewer = Caller::staff(address, 2, Role::CreditReviewer);
        credit.clock.set(at("2026-01-31T15:59:59Z"));
        assert_eq!(auditor.get("/v1/evaluations?city=330200").await.body["items"], json!([]));
        let run = computed(&credit).await;
        assert_eq!((run.progress.merchants, run.progress.evaluated), (MERCHANTS, MERCHANTS));
        assert_eq!(auditor.get("/v1/evaluations?city=330200").await.body["items"].as_array().unwrap().len(), 1);
        let before = credit.all().await;
        assert!(before.iter().all(|merchant| merchant.credit.evaluated_year.is_none()), "no grade has moved");

        let one = before[0].profile.id;
        let merchant = Caller::merchant(address, one);
        let report = format!("/v1/merchants/{one}/reports/{YEAR}?city=330200");
        assert_eq!(merchant.get(&report).await.problem(), (404, "not-found"), "not published yet");
        let path = format!("/v1/evaluations/{}", run.id);
        let seen = reviewer.get(&path).await;
        assert_eq!(seen.body["allowed_actions"], json!(["publish"]), "{}", seen.body);
        let version = run.version.0;
        let published = reviewer.change(&format!("{path}/publish"), version, &json!({})).await;
        assert_eq!((published.status, &published.body["state"]), (200, &json!("published")), "{}", published.body);
        let again = reviewer.change(&format!("{path}/publish"), version, &json!({})).await;
        assert_eq!(again.body["version"], published.body["version"], "the first publication stands");
        assert_eq!(merchant.get(&report).await.status, 200);
        assert_eq!(graded(&credit.all().await), graded(&before), "still no grade has moved");

        credit.clock.set(published.body["effective_at"].as_str().unwrap().parse().unwrap());
        let run = until(&credit, "in_effect").await;
        let (after, mut moments) = (credit.all().await, Vec::new());
        for merchant in &after {
            let ledger = credit.ledger(merchant.profile.id).await;
            let [entry] = evaluations_of(&ledger)[..] else { panic!("one entry of the year") };
            moments.push((entry.posting.valid_from, entry.posting.recorded_at));
            assert_eq!(merchant.credit.evaluated_year, Some(YEAR));
            agrees(&auditor, merchant).await;
        }
        moments.dedup();
        assert_eq!(moments.len(), 1, "one moment for all: {moments:?}");
        assert_eq!(Some(moments[0].1), run.effective_at());
        let moved = after.iter().zip(&before).filter(|(one, then)| one.credit.grade != then.credit.grade).count();
        let EvaluationState::InEffect { summary, .. } = &run.state else { panic!() };
        assert_eq!((summary.raised + summary.lowered) as usize, moved);

        let said = (
            said::<EvaluationComputed>(&credit, 1).await.len(),
            said::<EvaluationPublished>(&credit, 1).await.len(),
            said::<GradesInEffect>(&credit, 1).await.len(),
        );
        assert_eq!(said, (1, 1, 1));
        credit.stop_other(other).await;
        credit.stop().await;
    }

    async fn a_run_again_finds_the_same_to_the_bit_whatever_its_pages_and_however_many_work_on_it(db: TestDb) {
        let credit = with_a_year(&db).await;
        let clock = credit.clock.clone();
        let (db, _bus) = credit.alone().await;
        let rules = RuleBook::embedded().unwrap();
        let mut digests = Vec::new();
        for (number, (merchants, entries)) in [(20, 2_000), (7, 2), (1, 1), (1_000, 3)].into_iter().enumerate() {
            let now = clock.advance(Duration::from_secs(60));
            let key = chassis::store::idempotency::Key::new("test".to_owned(), number.to_string(), b"");
            let as_of = Some(at("2025-12-01T00:00:00Z").min(now.before(DAY / 24)));
            let asked = Asked::Preview { as_of, key, by: REVIEWER };
            let begin = BeginEvaluation { rules: &rules, city: ningbo(), asked, by: Some(REVIEWER) };
            let id = db.write(&begin).await.unwrap().now.id;
            let pages = Pages { merchants, entries };
            // Three at once: each page is taken from one of them.
            loop {
                let turns = join_all((0..3).map(|_| work(&db, &rules, pages, now))).await;
                if turns.into_iter().all(|turn| turn.unwrap().is_none()) {
                    break;
                }
            }
            let run = credit::usecases::evaluation::evaluation(&db, id).await.unwrap();
            assert_eq!((run.state.word(), run.progress.merchants), ("computed", MERCHANTS));
            digests.push((run.progress.digest, run.progress.entries, run.progress.evaluated));
        }
        let first = digests[0];
        assert!(digests.iter().all(|digest| *digest == first), "{digests:?}");
        db.close().await;
    }

    async fn what_happened_since_the_year_counts_when_its_grades_take_effect(db: TestDb) {
        let credit = with_a_year(&db).await;
        let address = credit.serve().await;
        let run = computed(&credit).await;
        let found = found_after(credit.db(), run.id, false, None, 100).await.unwrap();
        let good = |result: &&credit::usecases::evaluation::Found| result.evaluated.found.grade >= Grade::A;
        let mut good = found.iter().filter(good);
        let (late, broken) = (good.next().unwrap().evaluated.clone(), good.next().unwrap().evaluated.clone());
        publish(&credit, &run).await;
        // Broken in the window: it falls at once, and stays down when the year takes effect.
        credit.clock.advance(DAY);
        breach(&credit, broken.merchant, Severity::Minor).await;
        let fallen = credit.merchant(broken.merchant).await.credit.grade;
        // And one of the year before that became known only now.
        let mut known_late = credit.breach(late.merchant, Severity::General);
        known_late.verified_at = at("2025-12-30T04:00:00Z");
        verified(&credit, known_late).await;
        let published = evaluation_of_year(credit.db(), ningbo(), YEAR).await.unwrap();
        credit.clock.set(published.effective_at().unwrap());
        let run = until(&credit, "in_effect").await;
        let after = credit.merchant(broken.merchant).await;
        assert_eq!(after.credit.awarded, broken.found.awarded, "the year itself was as good");
        assert!(after.credit.grade < broken.found.grade && after.credit.grade <= fallen.max(Grade::A));
        assert_eq!(after.credit.findings.len(), 1);
        let effects = found_after(credit.db(), run.id, false, None, 100).await.unwrap();
        let of = |id| effects.iter().find(|result| result.evaluated.merchant == id).unwrap();
        let effect = of(late.merchant).effect.unwrap();
        assert!(effect.recomputed && effect.score < late.found.score, "{effect:?}");
        assert_eq!(of(late.merchant).evaluated.found, late.found, "what was announced stays to be read");
        let EvaluationState::InEffect { summary, .. } = &run.state else { panic!() };
        assert_eq!(summary.recomputed, 2);
        let auditor = Caller::staff(address, 4, Role::Auditor);
        for id in [late.merchant, broken.merchant] {
            agrees(&auditor, &credit.merchant(id).await).await;
        }
        credit.stop().await;
    }

    async fn an_objection_upheld_in_the_window_is_in_what_takes_effect(db: TestDb) {
        let credit = with_a_year(&db).await;
        let address = credit.serve().await;
        let id = credit.any_of_grade(Grade::AA).await.profile.id;
        breach(&credit, id, Severity::General).await;
        let entry = credit.ledger(id).await.last().unwrap().posting.id;
        let run = computed(&credit).await;
        publish(&credit, &run).await;
        let (merchant, officer, reviewer) = (
            Caller::merchant(address, id),
            Caller::staff(address, 1, Role::CreditOfficer),
            Caller::staff(address, 3, Role::CreditReviewer),
        );
        let body = json!({ "entry": entry, "grounds": "非本店人员" });
        let filed = merchant.post(&format!("/v1/merchants/{id}/objections?city=330200"), "x", &body).await;
        let objection = format!("/v1/objections/{}", filed.body["id"].as_str().unwrap());
        let word = json!({ "upheld": true, "reason": "属实" });
        assert_eq!(officer.change(&format!("{objection}/examine?city=330200"), 1, &word).await.status, 200);
        let decided = reviewer.change(&format!("{objection}/decide?city=330200"), 2, &word).await;
        assert_eq!(decided.status, 200, "{}", decided.body);
        let announced = evaluation_of_year(credit.db(), ningbo(), YEAR).await.unwrap();
        credit.clock.set(announced.effective_at().unwrap());
        let run = until(&credit, "in_effect").await;
        let all = found_after(credit.db(), run.id, false, None, 100).await.unwrap();
        let found = all.iter().find(|found| found.evaluated.merchant == id).unwrap();
        let effect = found.effect.unwrap();
        assert!(effect.recomputed && effect.score > found.evaluated.found.score, "{effect:?}");
        agrees(&Caller::staff(address, 4, Role::Auditor), &credit.merchant(id).await).await;
        credit.stop().await;
    }

    async fn an_evaluation_that_nobody_publishes_is_told_of_once_and_waits(db: TestDb) {
        let credit = with_a_year(&db).await;
        let run = computed(&credit).await;
        credit.clock.advance(15 * DAY);
        let told = said::<EvaluationOverdue>(&credit, 1).await;
        assert_eq!((told.len(), told[0].evaluation), (1, run.id));
        let run = until(&credit, "computed").await;
        assert_eq!(run.turns_at(), None);
        in_effect(&credit, &run).await;
        credit.stop().await;
    }

    async fn a_window_that_reaches_into_a_year_without_a_calendar_leaves_merchants_more_time_and_not_less(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        credit.clock.set(at("2027-02-01T00:30:00Z"));
        let run = wait::until("computed", PATIENCE, async || {
            let run = evaluation_of_year(credit.db(), ningbo(), 2026).await.ok()?;
            (run.state.word() == "computed").then_some(run)
        });
        let run = run.await.unwrap();
        let reviewer = Caller::staff(address, 2, Role::CreditReviewer);
        let path = format!("/v1/evaluations/{}", run.id);
        let published = reviewer.change(&format!("{path}/publish"), run.version.0, &json!({})).await;
        // No day counts on which the Spring Festival of an unknown year could fall.
        assert_eq!(published.body["effective_at"], json!("2027-03-15T16:00:00Z"), "{}", published.body);
        credit.stop().await;
    }

    async fn an_officer_looks_at_any_moment_and_no_grade_moves(db: TestDb) {
        let credit = with_a_year(&db).await;
        let address = credit.serve().await;
        let before = credit.all().await;
        credit.clock.advance(DAY);
        let officer = Caller::staff(address, 1, Role::CreditOfficer);
        let early = officer.post("/v1/evaluations", "y", &json!({ "city": 330_200, "year": 2025 })).await;
        assert_eq!(early.problem(), (409, "too-early"));
        let body = json!({ "city": 330_200, "as_of": "2025-11-22T00:00:00Z" });
        let begun = officer.post("/v1/evaluations", "p", &body).await;
        assert_eq!((begun.status, &begun.body["kind"]), (202, &json!("preview")), "{}", begun.body);
        let path = format!("/v1/evaluations/{}", begun.body["id"].as_str().unwrap());
        let done = wait::until("the preview", PATIENCE, async || {
            Some(officer.get(&path).await.body).filter(|run| run["state"] == "computed")
        });
        let done: Value = done.await.unwrap();
        let results = officer.get(&format!("{path}/results?city=330200&limit=1")).await;
        assert_eq!(results.body["items"].as_array().unwrap().len(), 1, "{}", results.body);
        assert_eq!(officer.get(&format!("{path}/results?city=310000")).await.problem(), (404, "not-found"));
        assert_eq!((&done["merchants"], &done["allowed_actions"]), (&json!(MERCHANTS), &json!([])));
        assert_eq!(officer.post("/v1/evaluations", "p", &body).await.body["id"], done["id"]);
        let reviewer = Caller::staff(address, 2, Role::CreditReviewer);
        let version = done["version"].as_u64().unwrap();
        let refused: Reply = reviewer.change(&format!("{path}/publish"), version, &json!({})).await;
        assert_eq!(refused.problem(), (409, "conflict"));
        assert_eq!(reviewer.post("/v1/evaluations", "r", &body).await.status, 403);
        assert_eq!(officer.change(&format!("{path}/publish"), version, &json!({})).await.status, 403);
        let future = json!({ "city": 330_200, "as_of": "2035-01-01T00:00:00Z" });
        assert_eq!(officer.post("/v1/evaluations", "f", &future).await.problem(), (409, "conflict"));
        assert_eq!(graded(&credit.all().await), graded(&before));
        credit.stop().await;
    }

    async fn s11_i2_a_crash_at_every_step_of_the_yearly_run_leaves_one_effect(db: TestDb) {
        let credit = with_a_year(&db).await;
        let clock = credit.clock.clone();
        let (store, bus) = credit.alone().await;
        let instance = Instance { environment: environment(&bus, &db), folder: Scratch::new("year", Signal::SIGKILL).unwrap() };
        // Every page and every commit of the computation.
        let start = at("2026-02-01T00:30:00Z");
        for point in ["evaluation-page:1", "before-commit:3", "after-commit:3", "evaluation-page:2", "evaluation-page:1"] {
            instance.dies(start, point).await;
        }
        let run = instance.lives(start, &store, "computed").await;
        let mut expected = Vec::new();
        for _ in 0..2 {
            expected.push(plain_digest(&store, &clock, &run).await);
        }
        assert_eq!([run.progress.digest, run.progress.digest], expected[..], "as if it had never died");
        assert_eq!((run.progress.merchants, run.progress.evaluated), (MERCHANTS, MERCHANTS));
        // The ends of minor breaches were written on their day.
        let untouched = all(&store).await;
        assert!(untouched.iter().all(|merchant| merchant.credit.evaluated_year.is_none()));

        clock.set(start.after(DAY));
        let publish = PublishEvaluation { procedure: procedure(), id: run.id, by: REVIEWER, expected: run.version };
        let effective = store.write(&publish).await.unwrap().now.effective_at().unwrap();
        instance.dies(effective, "evaluation-effect:1").await;
        assert_eq!(graded(&all(&store).await), graded(&untouched), "all or nothing");
        instance.dies(effective, "before-commit:1").await;
        let run = instance.lives(effective, &store, "in_effect").await;
        instance.dies(effective.after(DAY), "before-commit:1").await;
        for (merchant, before) in all(&store).await.iter().zip(&untouched) {
            let id = merchant.profile.id;
            let ledger = entries_after(&store, ningbo(), id, 0, 1_000).await.unwrap();
            assert_eq!(evaluations_of(&ledger).len(), 1);
            assert_eq!(verify_chain(id, &ledger), Ok(merchant.credit.tip));
            assert!(merchant.version > before.version);
        }
        let found = found_after(&store, run.id, false, None, 100).await.unwrap();
        assert!(found.iter().all(|found| found.effect.is_some()));
        store.close().await;
    }
}

async fn all(db: &Db) -> Vec<Merchant> {
    merchants_after(db, ningbo(), None, 1_000).await.unwrap()
}

/// The digest of a preview of the same moment, computed without a break.
async fn plain_digest(
    db: &Db,
    clock: &testkit::ManualClock,
    run: &Evaluation,
) -> credit_domain::evaluation::Digest {
    let rules = RuleBook::embedded().unwrap();
    clock.set(run.order.known_at.after(DAY));
    let number = clock.advance(Duration::from_secs(1)).as_micros();
    let key = chassis::store::idempotency::Key::new("plain".to_owned(), number.to_string(), b"");
    let asked = Asked::Preview { as_of: Some(run.order.as_of), key, by: REVIEWER };
    let begin = BeginEvaluation { rules: &rules, city: ningbo(), asked, by: Some(REVIEWER) };
    let id = db.write(&begin).await.unwrap().now.id;
    assert_eq!(
        begin_due(db, &rules, ningbo(), clock.now()).await.unwrap(),
        Some(YEAR),
        "it is there already"
    );
    loop {
        let _ = work(db, &rules, Pages { merchants: 11, entries: 5 }, clock.now()).await.unwrap();
        let preview = credit::usecases::evaluation::evaluation(db, id).await.unwrap();
        if preview.state.word() == "computed" {
            return preview.progress.digest;
        }
    }
}

/// The service as a process of its own, which can die.
struct Instance {
    environment: std::collections::HashMap<String, String>,
    folder: Scratch,
}

impl Instance {
    fn start(&self, now: Timestamp, crash_at: Option<&str>) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_credit"));
        command.current_dir(self.folder.path()).envs(&self.environment);
        command.env("CREDIT__CLOCK__START", now.to_string());
        if let Some(point) = crash_at {
            command.env("PLATFORM_CRASH_AT", point);
        }
        Process::start("credit", &mut command, &self.folder.path().join("credit.log")).unwrap()
    }

    /// Runs until it dies at the point.
    async fn dies(&self, now: Timestamp, point: &str) {
        let mut process = self.start(now, Some(point));
        let status = process.wait(PATIENCE).await;
        let status = status.unwrap_or_else(|error| panic!("{point}: {error}\n{}", process.log_tail()));
        assert!(Process::was_killed_by(status, Signal::SIGABRT), "{point}: {status}\n{}", process.log_tail());
    }

    /// Runs until the year's evaluation has come so far.
    async fn lives(&self, now: Timestamp, db: &Db, word: &str) -> Evaluation {
        let mut process = self.start(now, None);
        let run = wait::until(word, PATIENCE, async || {
            let run = evaluation_of_year(db, ningbo(), YEAR).await.ok()?;
            (run.state.word() == word).then_some(run)
        });
        let run = run.await.unwrap_or_else(|error| panic!("{error}\n{}", process.log_tail()));
        process.stop(Signal::SIGTERM, PATIENCE).await.unwrap();
        run
    }
}

//! A worker's life with its merchants, papers and stars.

use core::time::Duration;

use credit_domain::workers::commands::{
    self, At, Changed, Newcomer, Terms, WorkerRefusal, ask_transfer, award, consent, end_notice, enrol,
    enrol_again, leave, reissue, review_papers, train, withdraw,
};
use credit_domain::workers::{
    CardNumber, Grounds, Happening, Notice, Paper, Stars, Training, TrainingResult,
};
use credit_domain::{Colour, Identity, Papers, Status, Worker};
use kernel::{Actor, ActorId, City, MerchantId, Step, Timestamp, Version, WorkerId};
use proptest::prelude::*;

use crate::support::NOW;

const DAY: Duration = Duration::from_secs(24 * 3_600);
const OFFICER: Actor = Actor::Staff { id: ActorId::from_u128(1) };

pub(crate) fn merchant(n: u128) -> MerchantId {
    MerchantId::from_u128(n)
}

pub(crate) fn card(number: u32) -> CardNumber {
    CardNumber::try_new(City::try_new(330_200).unwrap(), number).unwrap()
}

pub(crate) fn days(days: u32) -> Timestamp {
    NOW.after(DAY * days)
}

/// A worker and all that happened to it.
struct Story {
    terms: Terms,
    worker: Worker,
    happened: Vec<Happening>,
}

pub(crate) fn newcomer(n: u128) -> Newcomer {
    Newcomer {
        id: WorkerId::from_u128(n),
        city: City::try_new(330_200).unwrap(),
        merchant: merchant(1),
        card: card(1),
        masked_name: "王**".to_owned(),
        photo: None,
    }
}

impl Story {
    fn begin() -> Self {
        let terms = Terms::default();
        let Changed { worker, record } = enrol(newcomer(7), At { by: OFFICER, now: NOW, terms: &terms });
        Self { terms, worker, happened: vec![record.happening] }
    }

    fn at(&self, now: Timestamp) -> At<'_> {
        At { by: OFFICER, now, terms: &self.terms }
    }

    /// Carries out; `false` when it was done before.
    fn tell(&mut self, step: Step<Changed, ()>) -> bool {
        let Step::Done(Changed { worker, record }) = step else { return false };
        assert_eq!((worker.version, record.version), (self.worker.version.next(), worker.version));
        (self.worker, _) = (worker, self.happened.push(record.happening));
        true
    }

    fn papers(&mut self, papers: Papers) {
        let step = review_papers(&self.worker, papers, self.at(NOW)).unwrap();
        self.tell(step);
    }
}

fn good(exam_days: u32, insurance_days: u32) -> Papers {
    Papers {
        identity: Identity::Passed,
        exam_until: Some(days(exam_days)),
        insurance_until: Some(days(insurance_days)),
    }
}

#[test]
fn whoever_is_enrolled_is_red_until_an_officer_has_seen_the_papers() {
    let mut story = Story::begin();
    assert_eq!((story.worker.colour(NOW), story.worker.version), (Colour::Red, Version(1)));
    story.papers(good(300, 200));
    assert_eq!(story.worker.colour(NOW), Colour::Green);
    assert_eq!(story.worker.colour(days(200)), Colour::Yellow);
    assert!(review_papers(&story.worker, good(300, 200), story.at(NOW)).unwrap().is_already_done());
    let slip = review_papers(&story.worker, good(300, 2_000), story.at(NOW));
    assert_eq!(slip, Err(WorkerRefusal::ImplausibleExpiry));
}

#[test]
fn a_removed_merchant_takes_nobody_in() {
    assert_eq!(commands::may_enrol(Status::Removed), Err(WorkerRefusal::MerchantRemoved));
    assert!(
        [Status::Affiliated, Status::Suspended].into_iter().all(|status| commands::may_enrol(status).is_ok())
    );
}

#[test]
fn a_worker_leaves_one_merchant_before_the_next_enrols_it() {
    let mut story = Story::begin();
    let second = enrol_again(&story.worker, merchant(2), story.at(NOW));
    assert_eq!(second, Err(WorkerRefusal::EnrolledElsewhere));
    assert_eq!(leave(&story.worker, merchant(2), story.at(NOW)), Err(WorkerRefusal::NotYours));
    let left = leave(&story.worker, merchant(1), story.at(NOW)).unwrap();
    assert!(story.tell(left));
    assert!(leave(&story.worker, merchant(1), story.at(NOW)).unwrap().is_already_done());
    let joined = enrol_again(&story.worker, merchant(2), story.at(days(1))).unwrap();
    assert!(story.tell(joined));
    assert_eq!(story.worker.employer(), Some(merchant(2)));
    assert!(enrol_again(&story.worker, merchant(2), story.at(days(1))).unwrap().is_already_done());
}

#[test]
fn with_both_sides_consent_a_worker_moves_at_once_and_needs_the_new_merchants_insurance() {
    let mut story = Story::begin();
    story.papers(good(300, 300));
    let asked = ask_transfer(&story.worker, merchant(2), story.at(NOW)).unwrap();
    assert!(story.tell(asked));
    assert!(ask_transfer(&story.worker, merchant(2), story.at(NOW)).unwrap().is_already_done());
    let third = ask_transfer(&story.worker, merchant(3), story.at(NOW));
    assert_eq!(third, Err(WorkerRefusal::TransferUnderWay { due_at: days(30) }));
    let stranger = consent(&story.worker, merchant(3), merchant(2), story.at(NOW));
    assert_eq!(stranger, Err(WorkerRefusal::NotYours));
    let agreed = consent(&story.worker, merchant(1), merchant(2), story.at(days(1))).unwrap();
    assert!(story.tell(agreed));
    assert_eq!(story.worker.employer(), Some(merchant(2)));
    assert_eq!(story.worker.colour(days(1)), Colour::Yellow);
    let grounds = Grounds::Consent;
    let moved = Happening::Transferred { from: merchant(1), to: merchant(2), grounds };
    assert_eq!(story.happened.last(), Some(&moved));
    assert!(consent(&story.worker, merchant(1), merchant(2), story.at(days(1))).unwrap().is_already_done());
}

#[test]
fn without_consent_a_worker_moves_when_the_notice_has_run_and_not_before() {
    let mut story = Story::begin();
    let asked = ask_transfer(&story.worker, merchant(2), story.at(NOW)).unwrap();
    story.tell(asked);
    let held = leave(&story.worker, merchant(1), story.at(NOW));
    assert_eq!(held, Err(WorkerRefusal::TransferUnderWay { due_at: days(30) }));
    assert!(end_notice(&story.worker, story.at(days(30).before(Duration::from_secs(1)))).is_already_done());
    let moved = end_notice(&story.worker, story.at(days(30)));
    assert!(story.tell(moved));
    assert_eq!(story.worker.employer(), Some(merchant(2)));
}

#[test]
fn a_transfer_is_withdrawn_by_whoever_asked_or_by_an_officer() {
    let mut story = Story::begin();
    let asked = ask_transfer(&story.worker, merchant(2), story.at(NOW)).unwrap();
    story.tell(asked);
    let other = withdraw(&story.worker, Some(merchant(1)), story.at(NOW));
    assert_eq!(other, Err(WorkerRefusal::NotYours));
    assert!(withdraw(&story.worker, None, story.at(NOW)).is_ok_and(|step| !step.is_already_done()));
    let withdrawn = withdraw(&story.worker, Some(merchant(2)), story.at(NOW)).unwrap();
    assert!(story.tell(withdrawn));
    assert!(withdraw(&story.worker, Some(merchant(2)), story.at(NOW)).unwrap().is_already_done());
    let late = consent(&story.worker, merchant(1), merchant(2), story.at(NOW));
    assert_eq!(late, Err(WorkerRefusal::NoTransfer));
}

fn training(result: TrainingResult) -> Training {
    Training {
        number: "NB-2026-0815".to_owned(),
        title: "maternity nursing".to_owned(),
        provider: "vocational school".to_owned(),
        result,
        finished_at: NOW,
    }
}

#[test]
fn stars_rest_on_a_training_that_was_passed() {
    let mut story = Story::begin();
    let four = Stars::try_from(4).unwrap();
    assert_eq!(award(&story.worker, four, None, story.at(NOW)), Err(WorkerRefusal::NoSuchTraining));
    let passed = training(TrainingResult::Passed);
    let recorded = train(&story.worker, passed.clone(), None, story.at(NOW)).unwrap();
    assert!(story.tell(recorded));
    assert!(train(&story.worker, passed.clone(), Some(&passed), story.at(NOW)).unwrap().is_already_done());
    let failed = training(TrainingResult::Failed);
    assert!(matches!(
        train(&story.worker, failed.clone(), Some(&passed), story.at(NOW)),
        Err(WorkerRefusal::OtherTraining { .. })
    ));
    assert!(matches!(
        award(&story.worker, four, Some(&failed), story.at(NOW)),
        Err(WorkerRefusal::TrainingNotPassed { .. })
    ));
    let given = award(&story.worker, four, Some(&passed), story.at(NOW)).unwrap();
    assert!(story.tell(given));
    let award_given = story.worker.stars.clone().unwrap();
    assert_eq!((award_given.stars, award_given.by, award_given.at), (four, OFFICER, NOW));
    assert!(award(&story.worker, four, Some(&passed), story.at(NOW)).unwrap().is_already_done());
    // Another scale: the colour does not follow.
    assert_eq!(story.worker.colour(NOW), Colour::Red);
}

#[test]
fn a_lost_card_is_replaced_once() {
    let mut story = Story::begin();
    let replaced = reissue(&story.worker, card(1), card(2), story.at(NOW));
    assert!(story.tell(replaced));
    assert_eq!(story.worker.card, card(2));
    assert!(reissue(&story.worker, card(1), card(3), story.at(NOW)).is_already_done());
}

#[test]
fn notice_of_an_expiring_paper_is_given_30_7_and_1_days_before_each_once() {
    let mut story = Story::begin();
    story.papers(good(100, 10));
    let mut said = Vec::new();
    for day in 0..=100 {
        while let Some((next, notices)) = story.worker.notices(&story.terms, days(day)) {
            said.extend(notices.iter().map(|notice| (day, notice.paper, notice.days)));
            story.worker = next;
        }
    }
    use Paper::{Exam, Insurance};
    // The 30 days of the insurance had begun when it was shown.
    let expected = [(3, Insurance, 7), (9, Insurance, 1), (70, Exam, 30), (93, Exam, 7), (99, Exam, 1)];
    assert_eq!(said, expected);
}

#[test]
fn after_a_standstill_only_the_most_urgent_notice_is_given_and_none_that_is_no_longer_true() {
    let mut story = Story::begin();
    story.papers(good(100, 40));
    let (next, notices) = story.worker.notices(&story.terms, days(95)).unwrap();
    assert_eq!(notices, [Notice { paper: Paper::Exam, expires_at: days(100), days: 7 }]);
    assert_eq!(next.notice_at, Some(days(99)));
}

#[test]
fn nobody_is_told_of_the_papers_of_a_worker_who_left() {
    let mut story = Story::begin();
    story.papers(good(100, 100));
    let left = leave(&story.worker, merchant(1), story.at(NOW)).unwrap();
    story.tell(left);
    assert_eq!(story.worker.notices(&story.terms, days(99)), None);
}

#[derive(Debug, Clone, Copy)]
enum Move {
    Enrol(u128),
    Leave(u128),
    Ask(u128),
    Consent(u128, u128),
    Withdraw(u128),
    Wait(u32),
}

fn any_move() -> impl Strategy<Value = Move> {
    let who = || 1_u128..4;
    prop_oneof![
        who().prop_map(Move::Enrol),
        who().prop_map(Move::Leave),
        who().prop_map(Move::Ask),
        (who(), who()).prop_map(|(from, to)| Move::Consent(from, to)),
        who().prop_map(Move::Withdraw),
        (0_u32..40).prop_map(Move::Wait),
    ]
}

proptest! {
    #[test]
    fn whatever_merchants_do_a_worker_leaves_one_before_the_next(moves in prop::collection::vec(any_move(), 1..40)) {
        let mut story = Story::begin();
        let mut now = NOW;
        for one in moves {
            let (worker, at) = (&story.worker, At { by: OFFICER, now, terms: &story.terms });
            let decided: commands::Outcome = match one {
                Move::Enrol(who) => enrol_again(worker, merchant(who), at),
                Move::Leave(who) => leave(worker, merchant(who), at),
                Move::Ask(who) => ask_transfer(worker, merchant(who), at),
                Move::Consent(from, to) => consent(worker, merchant(from), merchant(to), at),
                Move::Withdraw(who) => withdraw(worker, Some(merchant(who)), at),
                Move::Wait(days) => {
                    now = now.after(DAY * days);
                    Ok(end_notice(worker, At { now, ..at }))
                }
            };
            if let Ok(step) = decided {
                story.tell(step);
            }
        }
        // Read back, the record opens and closes one enrolment after the other, and ends where the worker is.
        let mut with = None;
        for happening in &story.happened {
            with = match (with, happening) {
                (None, Happening::Enrolled { merchant }) => Some(*merchant),
                (Some(before), Happening::Left { merchant }) => { prop_assert_eq!(before, *merchant); None }
                (Some(before), Happening::Transferred { from, to, .. }) => { prop_assert_eq!(before, *from); Some(*to) }
                (with, Happening::TransferAsked { .. } | Happening::TransferWithdrawn { .. }) => with,
                other => return Err(TestCaseError::fail(format!("{other:?}"))),
            };
        }
        prop_assert_eq!(with, story.worker.employer());
        prop_assert!(story.worker.transfer.is_none() || with.is_some());
    }
}

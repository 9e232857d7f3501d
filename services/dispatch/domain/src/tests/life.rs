//! The life of an assignment, step by step.

use kernel::{Actor, Version};

use super::fixtures::{id, job, load, minutes, now, operator};
use crate::{
    Assignment, AssignmentState, Changes, Chosen, DeclineReason, Job, JobState, LoadDelta, Mode, NewOffer,
    Policy, Query, Refusal, Step, accept, cancel, complete, decline, expire, give_up, offer,
};

fn new_offer(assignment: u32, merchant: u32) -> NewOffer {
    let chosen = Chosen {
        merchant: id(merchant),
        credit_version: Version(3),
        load_version: Version(1),
        capacity: 2,
        position: Some(1),
        overridden: false,
    };
    NewOffer { id: id(assignment), chosen, load: load(merchant, 1, 4), by: operator(), again: false }
}

fn merchant(n: u32) -> Actor {
    Actor::Merchant { id: id(n) }
}

fn changes<F>(step: Result<Step<F>, Refusal>) -> Changes {
    match step.unwrap() {
        Step::Done(changes) => changes,
        Step::AlreadyDone(_) => panic!("already done"),
    }
}

/// The job and its assignment after a step that was taken.
fn taken<F>(step: Result<Step<F>, Refusal>) -> (Job, Assignment) {
    let changes = changes(step);
    (changes.job, changes.assignment.unwrap())
}

fn offered() -> (Job, Assignment) {
    taken(offer(&job(), None, &new_offer(50, 1), &Policy::default(), now()))
}

fn accepted() -> (Job, Assignment) {
    let (job, mine) = offered();
    taken(accept(&job, &mine, merchant(1), minutes(1)))
}

fn completed() -> (Job, Assignment) {
    let (job, mine) = accepted();
    taken(complete(&job, &mine, merchant(1), minutes(50)))
}

fn delta(open: i8, served: i8) -> Option<LoadDelta> {
    Some(LoadDelta { merchant: id(1), open, served })
}

#[test]
fn an_offer_takes_a_place_and_counts_as_an_order_given() {
    let changes = changes(offer(&job(), None, &new_offer(50, 1), &Policy::default(), now()));
    assert_eq!(changes.load, delta(1, 1));
    assert_eq!(changes.job.state, JobState::Assigned { assignment: id(50) });
    let mine = changes.assignment.unwrap();
    assert_eq!((mine.state, mine.credit_version), (AssignmentState::Offered, Version(3)));
    assert_eq!(mine.answer_by, minutes(60), "an hour to answer what is due in a day");
    assert_eq!(
        load(1, 1, 4).with(changes.load.unwrap()),
        crate::Load { version: Version(2), ..load(1, 2, 5) }
    );
}

#[test]
fn i2_a_second_offer_for_a_request_is_told_already_assigned() {
    let (job, mine) = offered();
    let again = offer(&job, Some(&mine), &new_offer(51, 2), &Policy::default(), minutes(1));
    assert_eq!(again, Ok(Step::AlreadyDone(mine)));
    let (job, done) = completed();
    let again = offer(&job, Some(&done), &new_offer(51, 2), &Policy::default(), minutes(99));
    assert_eq!(again, Ok(Step::AlreadyDone(done)));
}

#[test]
fn i2_an_offer_without_the_assignment_that_the_job_names_is_refused() {
    let (job, _) = offered();
    let refused = offer(&job, None, &new_offer(51, 2), &Policy::default(), now());
    assert_eq!(refused, Err(Refusal::Mismatch));
}

#[test]
fn i2_a_repeated_step_gives_its_first_result_and_changes_nothing() {
    let (job, mine) = accepted();
    assert_eq!(accept(&job, &mine, merchant(1), minutes(9)), Ok(Step::AlreadyDone(mine)));
    let (job, mine) = completed();
    assert_eq!(complete(&job, &mine, merchant(1), minutes(99)), Ok(Step::AlreadyDone(mine.clone())));
    assert_eq!(accept(&job, &mine, merchant(1), minutes(99)), Ok(Step::AlreadyDone(mine)));
    let (job, mine) = offered();
    let (job, mine) = taken(decline(&job, &mine, merchant(1), DeclineReason::Busy, minutes(1)));
    let again = decline(&job, &mine, merchant(1), DeclineReason::Price, minutes(2));
    assert_eq!(again, Ok(Step::AlreadyDone(mine)));
}

#[test]
fn capacity_is_checked_against_the_load_of_the_transaction() {
    let full = NewOffer { load: load(1, 2, 4), ..new_offer(50, 1) };
    let refused = offer(&job(), None, &full, &Policy::default(), now());
    assert_eq!(refused, Err(Refusal::Full { merchant: id(1), open: 2, capacity: 2 }));
}

#[test]
fn accept_and_complete_lead_to_a_done_job_and_free_the_place() {
    let (job, mine) = accepted();
    assert_eq!((mine.state, mine.accepted_at), (AssignmentState::Accepted, Some(minutes(1))));
    let changes = changes(complete(&job, &mine, operator(), minutes(50)));
    assert_eq!(changes.load, delta(-1, 0));
    assert_eq!(changes.job.state, JobState::Completed { assignment: id(50) });
    assert_eq!(changes.assignment.unwrap().ended_at, Some(minutes(50)));
}

#[test]
fn accepting_leaves_the_load_as_it_is() {
    let (job, mine) = offered();
    assert_eq!(changes(accept(&job, &mine, merchant(1), minutes(1))).load, None);
}

#[test]
fn a_decline_gives_the_job_back_and_is_not_offered_it_again() {
    let (job, mine) = offered();
    let Changes { job, assignment, load } =
        changes(decline(&job, &mine, merchant(1), DeclineReason::TooFar, minutes(1)));
    assert_eq!((job.state, load), (JobState::Waiting, delta(-1, -1)));
    assert_eq!(job.query(5, 1).tried, [id(1)]);
    let assignment = assignment.unwrap();
    assert_eq!(assignment.decline_reason, Some(DeclineReason::TooFar));
    let refused = offer(&job, Some(&assignment), &new_offer(51, 1), &Policy::default(), minutes(2));
    assert_eq!(refused, Err(Refusal::AlreadyTried(id(1))));
    let again = NewOffer { again: true, ..new_offer(51, 1) };
    let machine = NewOffer { by: Actor::Platform, ..again.clone() };
    let refused = offer(&job, None, &machine, &Policy::default(), minutes(2));
    assert_eq!(refused, Err(Refusal::AlreadyTried(id(1))), "a person alone asks again");
    let (job_again, lapsing) = taken(offer(&job, None, &again, &Policy::default(), minutes(2)));
    let lapsed = changes(expire(&job_again, &lapsing, minutes(63))).job;
    assert_eq!((lapsed.state, lapsed.tried), (JobState::Waiting, vec![id(1)]));
    let next = taken(offer(&job, Some(&assignment), &new_offer(51, 2), &Policy::default(), minutes(2)));
    assert_eq!(next.1.merchant, id(2));
}

#[test]
fn an_offer_can_be_answered_until_its_time_and_expires_after_it() {
    let (job, mine) = offered();
    assert_eq!(expire(&job, &mine, minutes(60)), Err(Refusal::NotDue { answer_by: minutes(60) }));
    assert!(accept(&job, &mine, merchant(1), minutes(60)).is_ok());
    let too_late = accept(&job, &mine, merchant(1), minutes(61));
    assert_eq!(too_late, Err(Refusal::TooLate { answer_by: minutes(60) }));
    let changes = changes(expire(&job, &mine, minutes(61)));
    assert_eq!((changes.job.state, changes.load), (JobState::Waiting, delta(-1, -1)));
    assert_eq!(changes.job.tried, [id(1)]);
    let (again, expired) = (changes.job, changes.assignment.unwrap());
    assert_eq!(expire(&again, &expired, minutes(62)), Ok(Step::AlreadyDone(expired)));
}

#[test]
fn an_answered_offer_has_nothing_to_expire() {
    let (job, mine) = accepted();
    assert_eq!(expire(&job, &mine, minutes(61)), Ok(Step::AlreadyDone(mine)));
}

#[test]
fn another_merchant_can_neither_accept_decline_nor_complete() {
    let (job, mine) = offered();
    assert_eq!(accept(&job, &mine, merchant(2), now()), Err(Refusal::NotTheirs));
    assert_eq!(decline(&job, &mine, merchant(2), DeclineReason::Busy, now()), Err(Refusal::NotTheirs));
    assert_eq!(complete(&job, &mine, merchant(2), now()), Err(Refusal::NotTheirs));
}

#[test]
fn steps_out_of_order_are_refused_with_what_stands_in_their_way() {
    let (job, mine) = offered();
    assert_eq!(complete(&job, &mine, merchant(1), now()), Err(Refusal::NotAccepted));
    let (job, mine) = accepted();
    assert_eq!(decline(&job, &mine, merchant(1), DeclineReason::Busy, now()), Err(Refusal::AlreadyAccepted));
    let (job, mine) = completed();
    let refused = decline(&job, &mine, merchant(1), DeclineReason::Busy, now());
    assert_eq!(refused, Err(Refusal::Ended(AssignmentState::Completed)));
    assert_eq!(cancel(&job, Some(&mine), now()), Err(Refusal::JobCompleted));
    assert_eq!(give_up(&job), Err(Refusal::JobCompleted));
}

#[test]
fn cancelling_a_request_releases_its_merchant() {
    let (job, mine) = accepted();
    let changes = changes(cancel(&job, Some(&mine), minutes(5)));
    assert_eq!((changes.job.state, changes.load), (JobState::Cancelled, delta(-1, -1)));
    let released = changes.assignment.unwrap();
    assert_eq!(released.state, AssignmentState::Released);
    assert_eq!(cancel(&changes.job, Some(&released), minutes(6)), Ok(Step::AlreadyDone(changes.job.clone())));
    let late = complete(&changes.job, &released, merchant(1), minutes(7));
    assert_eq!(late, Err(Refusal::Ended(AssignmentState::Released)));
    let refused = offer(&changes.job, None, &new_offer(51, 2), &Policy::default(), minutes(8));
    assert_eq!(refused, Err(Refusal::JobCancelled));
}

#[test]
fn cancelling_a_waiting_job_touches_no_merchant() {
    let changes = changes(cancel(&job(), None, now()));
    assert_eq!((changes.assignment, changes.load), (None, None));
}

#[test]
fn i2_a_live_assignment_that_its_job_does_not_name_cannot_be_answered() {
    let (_, mine) = offered();
    let (other, _) = taken(offer(&job(), None, &new_offer(51, 2), &Policy::default(), now()));
    assert_eq!(accept(&other, &mine, merchant(1), now()), Err(Refusal::Mismatch));
    assert_eq!(expire(&other, &mine, minutes(61)), Err(Refusal::Mismatch));
}

#[test]
fn a_job_that_nobody_takes_becomes_a_persons_matter_and_can_still_be_offered() {
    let mut job = job();
    for n in 1..=32 {
        assert_eq!(job.state, JobState::Waiting);
        let (assigned, mine) = taken(offer(&job, None, &new_offer(50 + n, n), &Policy::default(), now()));
        job = changes(decline(&assigned, &mine, merchant(n), DeclineReason::Busy, now())).job;
    }
    assert_eq!((job.state, job.tried.len()), (JobState::Unserved, Query::TRIED_MAX));
    assert_eq!(give_up(&job), Ok(Step::AlreadyDone(job.clone())));
    assert!(matches!(offer(&job, None, &new_offer(99, 40), &Policy::default(), now()), Ok(Step::Done(_))));
}

#[test]
fn a_job_reads_back_from_its_stored_form() {
    for job in [job(), offered().0, completed().0] {
        let stored = serde_json::to_string(&job).unwrap();
        assert_eq!(serde_json::from_str::<Job>(&stored).unwrap(), job);
    }
}

#[test]
fn the_rule_decides_at_once_or_when_a_person_has_not_picked_in_time() {
    let auto = job();
    assert_eq!(auto.rule_from(now()), Some(now()));
    let choose = Job { mode: Mode::Choose, choose_minutes: Some(30), ..job() };
    assert_eq!(choose.rule_from(now()), Some(minutes(30)));
    assert_eq!(Job { choose_minutes: None, ..choose.clone() }.rule_from(now()), None);
    assert_eq!(Job { state: JobState::Cancelled, ..choose }.rule_from(now()), None);
}

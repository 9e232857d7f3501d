//! The second person: when one is needed, and how that one decides.

use kernel::Actor;

use super::fixtures::{id, minutes, now, operator, read};
use crate::{
    ChoiceCounts, OverrideCode, OverrideLimit, OverrideReason, Policy, Proposal, ProposalRefusal,
    ProposalState, Settled,
};

fn limit() -> OverrideLimit {
    Policy::default().overrides.unwrap()
}

fn counts(overrides: u64, choices: u64) -> ChoiceCounts {
    ChoiceCounts { choices, overrides }
}

fn open() -> Proposal {
    Proposal {
        id: id(50),
        request: id(7),
        city: read("330200"),
        merchant: id(2),
        reason: OverrideReason { code: OverrideCode::KnowsTheCase, note: None },
        proposed_by: operator(),
        proposed_at: now(),
        decide_by: minutes(30),
        decided_by: None,
        ended_at: None,
        state: ProposalState::Open,
    }
}

fn second() -> Actor {
    Actor::Staff { id: id(901) }
}

fn done(settled: Result<Settled, ProposalRefusal>) -> Proposal {
    match settled.unwrap() {
        Settled::Done(proposal) => proposal,
        Settled::AlreadyDone(_) => panic!("already done"),
    }
}

#[test]
fn a_second_person_is_needed_above_the_rate_and_not_at_it() {
    let none = counts(0, 0);
    assert!(!limit().needs_second(counts(2, 20), none));
    assert!(limit().needs_second(counts(3, 20), none));
    assert!(!limit().needs_second(counts(10, 19), none), "a rate of few choices says nothing");
}

#[test]
fn the_rate_of_the_city_counts_for_everybody_in_it() {
    assert!(limit().needs_second(counts(1, 1), counts(21, 100)));
    assert!(!limit().needs_second(counts(1, 1), counts(20, 100)));
}

#[test]
fn who_proposed_never_decides() {
    assert_eq!(open().approve(operator(), now()), Err(ProposalRefusal::SamePerson));
    assert_eq!(open().reject(operator(), now()), Err(ProposalRefusal::SamePerson));
}

#[test]
fn a_decision_counts_once_and_is_told_again() {
    let approved = done(open().approve(second(), minutes(30)));
    assert_eq!((approved.state, approved.decided_by), (ProposalState::Approved, Some(second())));
    let again = approved.approve(Actor::Staff { id: id(902) }, minutes(99));
    assert_eq!(again, Ok(Settled::AlreadyDone(approved.clone())));
    assert_eq!(approved.reject(second(), now()), Err(ProposalRefusal::Ended(ProposalState::Approved)));
    assert_eq!(approved.expire(minutes(99)), Ok(Settled::AlreadyDone(approved)));
}

#[test]
fn after_its_time_a_proposal_expires_and_can_no_longer_be_decided() {
    let late = minutes(31);
    assert_eq!(open().approve(second(), late), Err(ProposalRefusal::TooLate { decide_by: minutes(30) }));
    assert_eq!(open().expire(minutes(30)), Err(ProposalRefusal::NotDue { decide_by: minutes(30) }));
    let expired = done(open().expire(late));
    assert_eq!((expired.state, expired.decided_by), (ProposalState::Expired, None));
    assert_eq!(expired.reject(second(), late), Err(ProposalRefusal::Ended(ProposalState::Expired)));
}

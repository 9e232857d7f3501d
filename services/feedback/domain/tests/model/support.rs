//! A completed order, people, and moments in the city's time.

use feedback_domain::{
    Answer, Answers, CallPolicy, CallResult, Callback, Completion, Handlers, Recorded, Report, Verdict,
};
use kernel::{
    Actor, ActorId, Area, AssignmentId, CallbackId, CaseId, CategoryCode, City, ItemCode, MerchantId,
    PersonalText, RequestId, Timestamp,
};

/// The operator who dispatched the request.
pub(crate) const OPERATOR: ActorId = ActorId::from_u128(10);
pub(crate) const CALLER: ActorId = ActorId::from_u128(11);
pub(crate) const OTHER_CALLER: ActorId = ActorId::from_u128(12);
pub(crate) const OFFICER: ActorId = ActorId::from_u128(13);

/// `day` of November 2026, `time` as hh:mm in the city.
pub(crate) fn city_time(day: u8, time: &str) -> Timestamp {
    format!("2026-11-{day:02}T{time}:00+08:00").parse().unwrap()
}

/// Completed on the 23rd at 18:30.
pub(crate) fn callback() -> Callback {
    let completion = Completion {
        city: City::try_new(330_200).unwrap(),
        request: RequestId::from_u128(1),
        assignment: AssignmentId::from_u128(2),
        merchant: MerchantId::from_u128(3),
        item: ItemCode::try_new("door-unlocking").unwrap(),
        category: CategoryCode::try_new("lock-opening").unwrap(),
        area: Area::try_new(330_203_001).unwrap(),
        handlers: Handlers::from_iter([Actor::Staff { id: OPERATOR }, Actor::Platform]),
        completed_at: city_time(23, "18:30"),
    };
    Callback::create(CallbackId::from_u128(5), completion, &CallPolicy::default())
}

pub(crate) fn claimed_at(callback: &Callback, by: ActorId, now: Timestamp) -> Callback {
    callback.claim(by, &CallPolicy::default(), now).unwrap().done().unwrap()
}

pub(crate) fn recorded(callback: &Callback, by: ActorId, result: CallResult, now: Timestamp) -> Recorded {
    callback.record(by, result, case_id(), &CallPolicy::default(), now).unwrap().done().unwrap()
}

pub(crate) fn case_id() -> CaseId {
    CaseId::from_u128(6)
}

/// The price was not as posted.
pub(crate) fn report(verdict: Verdict) -> Report {
    let answers = Answers { price_as_posted: Answer::No, ..Answers::default() };
    Report { verdict, answers, note: PersonalText::default(), suspected_clause: None }
}

pub(crate) fn says(verdict: Verdict) -> CallResult {
    CallResult::Reached(report(verdict))
}

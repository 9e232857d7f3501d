//! A completed order, people, and moments in the city's time.

use feedback_domain::{
    Answer, Answers, CallPolicy, CallResult, Callback, Completion, Handlers, Recorded, Verdict,
};
use kernel::{
    Actor, ActorId, AssignmentId, CallbackId, CaseId, CategoryCode, City, MerchantId, PersonalText,
    RequestId, Timestamp,
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
        category: CategoryCode::try_new("lock-opening").unwrap(),
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

pub(crate) fn says(verdict: Verdict) -> CallResult {
    let answers = Answers { price_as_posted: Answer::No, ..Answers::default() };
    CallResult::Reached { verdict, answers, note: PersonalText::default() }
}

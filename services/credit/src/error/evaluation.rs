//! What a refusal around the yearly evaluation tells the client.

use chassis::http::Problem;
use credit_domain::evaluation::EvaluationRefusal;

use crate::problems::{CONFLICT, NOBODY_TO_EVALUATE, SAME_PERSON, TOO_EARLY};

/// The refusal as the client sees it, with what a program needs to mend it.
pub(super) fn problem(refusal: &EvaluationRefusal) -> Problem {
    let detail = refusal.to_string();
    match refusal {
        EvaluationRefusal::TooEarly(from) => TOO_EARLY.detail(detail).with("not_before", from.to_string()),
        EvaluationRefusal::Nobody(_) => NOBODY_TO_EVALUATE.detail(detail),
        EvaluationRefusal::Future(until) => {
            CONFLICT.detail(detail).at("#/as_of", "invalid-value", format!("until {until}"))
        }
        EvaluationRefusal::NotNow(_) | EvaluationRefusal::Preview | EvaluationRefusal::Busy => {
            CONFLICT.detail(detail)
        }
        EvaluationRefusal::SamePerson => SAME_PERSON.detail(detail),
    }
}

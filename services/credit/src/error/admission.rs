//! What clients are told when something around admission - standards, prices, papers, applications - is not carried
//! out.

use axum::http::StatusCode;
use chassis::http::problem::{INVALID_BODY, Kind, Problem};
use credit_domain::Denied;

/// There is one already, and it is another.
const EXISTS: Kind = Kind::new(StatusCode::CONFLICT, "exists", "there is another one already");
/// It is over, or not as far yet.
const NOT_NOW: Kind = Kind::new(StatusCode::CONFLICT, "not-now", "this cannot be done with it as it stands");
/// The admission policy has no row for the category.
const NO_POLICY: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "no-policy",
    "the admission policy does not rule this category",
);
/// Blocking checks are not passed.
const CHECKS_OPEN: Kind = Kind::new(StatusCode::CONFLICT, "checks-open", "blocking checks are not passed");
/// Whoever investigated does not decide.
const SAME_PERSON: Kind =
    Kind::new(StatusCode::FORBIDDEN, "same-person", "whoever investigated does not decide");
/// Another text than the one in force was signed.
const OTHER_TEXT: Kind =
    Kind::new(StatusCode::CONFLICT, "other-text", "the commitment in force has another text");
/// As many as are kept.
const TOO_MANY: Kind = Kind::new(StatusCode::CONFLICT, "too-many", "no more of these are kept");

/// Why something around admission is not carried out, each with its own type of problem.
pub(super) fn problem(denied: Denied) -> Problem {
    let detail = denied.to_string();
    match denied {
        Denied::Invalid(problems) => {
            problems.into_iter().fold(Problem::new(INVALID_BODY), |told, problem| {
                told.at(problem.pointer, "invalid-value", problem.problem)
            })
        }
        Denied::Exists(_) => EXISTS.detail(detail),
        Denied::State { .. } | Denied::PublicityRuns(_) => NOT_NOW.detail(detail),
        Denied::NoPolicy(_) => NO_POLICY.detail(detail),
        Denied::ChecksOpen(checks) => checks.into_iter().fold(CHECKS_OPEN.detail(detail), |told, check| {
            let category = check.category.map(|category| format!("/{category}")).unwrap_or_default();
            told.at(format!("{}{category}", check.kind), "check-open", check.evidence)
        }),
        Denied::SamePerson => SAME_PERSON.detail(detail),
        Denied::OtherText => OTHER_TEXT.detail(detail),
        Denied::TooMany { .. } => TOO_MANY.detail(detail),
    }
}

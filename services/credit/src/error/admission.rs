//! What clients are told when something around admission - standards, prices, papers, applications - is not carried
//! out.

use core::time::Duration;

use chassis::http::Problem;
use chassis::http::problem::INVALID_BODY;
use credit_domain::Denied;

use crate::problems::{
    CHECKS_OPEN, CONFLICT, EXISTS, NO_POLICY, OPEN_FINDING, OTHER_TEXT, REMARKS_BUSY, REMARKS_OPEN,
    SAME_PERSON, TAKE_OVER_CLOSED, TOO_MANY,
};

/// The code of each part that does not fit.
pub(crate) const UNFIT: &str = "invalid-value";
/// By then some of the statements are an hour old, or the sender has thought better of it.
const REMARKS_RETRY_AFTER: Duration = Duration::from_secs(600);

/// Why something around admission is not carried out, each with its own type of problem.
pub(super) fn problem(denied: Denied) -> Problem {
    let detail = denied.to_string();
    match denied {
        Denied::Invalid(problems) => problems
            .into_iter()
            .fold(Problem::new(INVALID_BODY), |told, problem| told.at(problem.pointer, UNFIT, problem.en)),
        Denied::Exists(_) => EXISTS.detail(detail),
        Denied::State { .. } | Denied::PublicityRuns(_) => CONFLICT.detail(detail),
        Denied::NoPolicy(_) => NO_POLICY.detail(detail),
        Denied::ChecksOpen(checks) => checks.into_iter().fold(CHECKS_OPEN.detail(detail), |told, check| {
            let category = check.category.map(|category| format!("/{category}")).unwrap_or_default();
            told.at(format!("{}{category}", check.kind), "check-open", check.evidence)
        }),
        Denied::TakeOverClosed(_) => TAKE_OVER_CLOSED.detail(detail),
        Denied::RemarksOpen(_) => REMARKS_OPEN.detail(detail),
        Denied::RemarksBusy(_) => REMARKS_BUSY.detail(detail).retry_after(REMARKS_RETRY_AFTER),
        Denied::SamePerson => SAME_PERSON.detail(detail),
        Denied::OpenFinding => OPEN_FINDING.detail(detail),
        Denied::OtherText => OTHER_TEXT.detail(detail),
        Denied::TooMany { .. } => TOO_MANY.detail(detail),
    }
}

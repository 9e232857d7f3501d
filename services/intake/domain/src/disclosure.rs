//! Who may see how to reach the citizen (联系方式披露): the merchant that holds the request, as long as it needs to.

use core::time::Duration;

use kernel::{MerchantId, PersonalText, Timestamp};

use crate::draft::{FieldCode, FieldError};
use crate::progress::AssignmentStep;
use crate::request::{Request, Status};

const REASON_CHARS_MAX: usize = 200;

/// How a merchant stands to a citizen's contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disclosure {
    /// It holds the request: it may see the contact.
    Open,
    /// It does not hold the request any more, or not yet.
    Closed,
    /// It never had to do with the request: it is not even told that there is one.
    Unknown,
}

/// Whether the merchant may see the contact now: from taking the job until `grace` after it is done.
#[must_use]
pub fn disclosure(request: &Request, merchant: MerchantId, grace: Duration, now: Timestamp) -> Disclosure {
    let attempts = &request.progress.attempts;
    if !attempts.iter().any(|attempt| attempt.merchant == merchant) {
        return Disclosure::Unknown;
    }
    let holder = request.progress.holder().filter(|attempt| attempt.merchant == merchant);
    let Some(attempt) = holder else { return Disclosure::Closed };
    let open = if attempt.heard(AssignmentStep::Completed) {
        attempt.completed_at.is_some_and(|done| now <= done.after(grace))
    } else {
        attempt.heard(AssignmentStep::Accepted) && request.status != Status::Cancelled
    };
    if open { Disclosure::Open } else { Disclosure::Closed }
}

/// Checks why somebody wants to see a contact. Whoever audits it reads it.
///
/// # Errors
/// The field to be mended: a reason has 1 to 200 characters.
pub fn check_reason(reason: &PersonalText) -> Result<(), FieldError> {
    let mend = format!("say in 1 to {REASON_CHARS_MAX} characters why it is needed");
    let code = if reason.in_the_clear().trim().is_empty() {
        FieldCode::Required
    } else if reason.chars() > REASON_CHARS_MAX {
        FieldCode::TooLong
    } else {
        return Ok(());
    };
    Err(FieldError { pointer: "/reason", code, mend })
}

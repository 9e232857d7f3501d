//! What is said a second time.

use kernel::Step;

/// The answer to what was said before: the same again is already done. Anything else is refused with `otherwise`, so
/// that nobody takes a word for done that changed nothing. Whether another reason says otherwise, the caller knows.
pub(crate) fn said_before<T, Refusal>(same: bool, otherwise: Refusal) -> Result<Step<T, ()>, Refusal> {
    if same { Ok(Step::AlreadyDone(())) } else { Err(otherwise) }
}

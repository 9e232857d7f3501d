//! Texts of a file: what people said is personal and is written nowhere but in the file's own row; reasons are
//! published and name nobody.

use kernel::PersonalText;
use serde::{Deserialize, Deserializer, Serializer};

use super::ProcessRefusal;

/// Characters of what somebody says, at most.
pub const TEXT_CHARS_MAX: usize = 4_000;
/// Characters of a reason, at most: it is published.
pub const REASON_CHARS_MAX: usize = 500;

/// Refuses an empty or overlong text.
pub(crate) fn text_fits(field: &'static str, text: &PersonalText) -> Result<(), ProcessRefusal> {
    fits(field, text.in_the_clear(), TEXT_CHARS_MAX)
}

/// Refuses an empty or overlong reason.
pub(crate) fn reason_fits(field: &'static str, reason: &str) -> Result<(), ProcessRefusal> {
    fits(field, reason, REASON_CHARS_MAX)
}

fn fits(field: &'static str, text: &str, max: usize) -> Result<(), ProcessRefusal> {
    if text.trim().is_empty() {
        return Err(ProcessRefusal::TextMissing(field));
    }
    if text.chars().count() > max {
        return Err(ProcessRefusal::TextTooLong { field, max });
    }
    Ok(())
}

/// For the row of the file alone: a [`PersonalText`] has no form anywhere else.
pub(super) fn serialize<S: Serializer>(text: &PersonalText, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(text.in_the_clear())
}

/// See [`serialize`].
pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PersonalText, D::Error> {
    String::deserialize(from).map(PersonalText::new)
}

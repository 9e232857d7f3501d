//! What feedback says: how a call-back went, whether a breach was verified.

pub mod v1;
pub use kernel::Severity;
pub use v1::{BreachDismissed, BreachVerified, FollowupOutcome, FollowupRecorded};

//! Volunteering (志愿服务) as the volunteer centre, another system, reports it: what was done, for which merchant, and
//! the needs that volunteers take on.
//!
//! - A [`Report`] has the centre's own id; hours are counted from check-in to check-out and never stated.
//! - Points come from a merchant's whole [`VolunteerYear`], capped, so that the order of reports does not matter and a
//!   withdrawn one leaves no trace in the score.
//! - Once a day the centre states what it holds, and [`reconcile`] says where the two differ. Nothing is put right by
//!   itself.

mod need;
mod report;
mod statement;
mod year;

pub use need::{Claim, Claimant, Need, NeedDraft, NeedState};
pub use report::{Deed, DeedKind, Report, ReportDraft, ReportState, Withdrawal};
pub use statement::{Count, Difference, LINES_MAX, Line, check_statement, reconcile};
pub use year::{Given, VolunteerYear, give_for_report, withdraw_report};

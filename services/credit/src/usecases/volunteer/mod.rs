//! Volunteering: what the centre reports and states, and the needs that are open for claiming.
//!
//! Reports and statements of a city queue at its desk; whoever holds it takes a merchant second.

mod config;
mod needs;
mod queries;
mod receive_report;
mod receive_statement;
mod withdraw_report;

pub use config::VolunteerConfig;
pub use needs::{NeedStep, PublishNeed, StepNeed};
pub use queries::{need, needs_after, reconciliation, reconciliations_before, reports_after};
pub use receive_report::ReceiveReport;
pub use receive_statement::{ReceiveStatement, ask_for_statements};
pub use withdraw_report::WithdrawReport;

pub use crate::store::reconciliations::Reconciliation;

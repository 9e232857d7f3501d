//! Due process: proceedings, objections and the publicity board.
//!
//! Whoever changes a proceeding or an objection holds the merchant first and the file second, so that all that
//! happens to one merchant queues at its row. After the domain's one decision, [`settle`] brings everything in
//! line with the file in the same transaction: merchant and ledger, removal, board, and what is said.

mod act;
mod board;
mod objections;
mod open;
mod queries;
mod remedies;
mod settle;
mod turn;

use std::sync::Arc;

use chassis::store::Tx;
use credit_domain::Calendar;
use credit_domain::admission::AdmissionPolicy;
use credit_domain::process::Moment;
use kernel::{City, MerchantId, Version};

pub use act::ActOnProceeding;
pub(super) use board::show_grades;
pub use board::{WithdrawNotice, WriteNotice};
pub use objections::{DecideObjection, ExamineObjection, FileObjection};
pub use open::OpenProceeding;
pub use queries::{
    Board, MerchantNow, ReadObjection, ReadProceeding, board, merchants_now, objections, objections_total,
    proceedings, proceedings_total, readings, recusals, steps,
};
pub use turn::{end_what_is_over, tell_what_is_overdue, turn_board};

use crate::error::Error;
use crate::rules::RuleBook;
pub use crate::store::objections::{Filter as ObjectionList, ObjectionState, ObjectionStateError};
pub use crate::store::proceedings::{
    Filter as ProceedingList, Mark as ProceedingMark, Sort as ProceedingSort,
};
pub use crate::store::steps::Taken;
use crate::store::{objections as objection_rows, proceedings as proceeding_rows};

/// By what due process runs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Procedure {
    /// The rules.
    pub rules: Arc<RuleBook>,
    /// The working days.
    pub calendar: Arc<Calendar>,
    /// The commitment whose clauses a finding may cite.
    pub policy: Arc<AdmissionPolicy>,
}

impl Procedure {
    /// The rules and the time of this transaction.
    async fn moment(&self, tx: &Tx) -> Result<Moment<'_>, Error> {
        let rules = &self.rules.in_force(tx.conn(), tx.now()).await?.process;
        Ok(Moment { rules, calendar: &self.calendar, now: tx.now() })
    }
}

/// What a command leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<T> {
    /// What it is about, as it stands now.
    pub now: T,
    /// Whether the command found it done already: the first result stands.
    pub already: bool,
}

/// Refuses a change that was decided on while looking at another version. A repeated command never gets here.
fn unmoved(expected: Option<Version>, now: Version) -> Result<(), Error> {
    match expected {
        Some(expected) if expected != now => Err(Error::Moved { now }),
        Some(_) | None => Ok(()),
    }
}

/// Whether anything about the merchant is contested, as this transaction has it.
async fn contested(tx: &Tx, city: City, merchant: MerchantId) -> Result<bool, Error> {
    let appealed = proceeding_rows::appealed(tx.conn(), city, merchant).await?;
    let objected = objection_rows::open(tx.conn(), city, merchant).await?;
    Ok(appealed + objected > 0)
}

use chassis::store::Db;
use contracts::credit::{CheckClause, ClauseChecked};
use credit_domain::admission::AdmissionPolicy;
use kernel::Timestamp;

use super::standards::{Cited, is_citable};
use crate::error::Error;

/// Whether a breach can be one of this clause: what feedback asks before it verifies one.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn check_clause(
    db: &Db,
    policy: &AdmissionPolicy,
    ask: &CheckClause,
    now: Timestamp,
) -> Result<ClauseChecked, Error> {
    let cited = Cited { category: Some(&ask.category), clause: &ask.clause };
    let citable = is_citable(db.read(), policy, ask.city, cited, now).await?;
    Ok(if citable { ClauseChecked::Citable } else { ClauseChecked::Unknown })
}

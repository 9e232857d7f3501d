use chassis::store::Db;
use contracts::credit::{CheckClause, ClauseChecked};
use credit_domain::admission::AdmissionPolicy;

use super::standards::{Cited, is_citable};
use crate::error::Error;

/// Whether work of then can have broken this clause: what feedback asks before it verifies one.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn check_clause(
    db: &Db,
    policy: &AdmissionPolicy,
    ask: &CheckClause,
) -> Result<ClauseChecked, Error> {
    let cited = Cited { category: Some(&ask.category), clause: &ask.clause, at: ask.at };
    let citable = is_citable(db.read(), policy, ask.city, cited).await?;
    Ok(if citable { ClauseChecked::Citable } else { ClauseChecked::Unknown })
}

use std::sync::Arc;

use chassis::bus::rpc::{Answer, RpcError};
use chassis::store::Db;
use contracts::credit::{CheckClause, ClauseChecked};
use credit_domain::admission::AdmissionPolicy;

use crate::usecases;

/// Feedback asks before it verifies a breach.
pub(super) struct AnswerCheckClause {
    pub(super) db: Db,
    pub(super) policy: Arc<AdmissionPolicy>,
}

impl Answer<CheckClause> for AnswerCheckClause {
    async fn answer(&self, ask: CheckClause) -> Result<ClauseChecked, RpcError> {
        Ok(usecases::check_clause(&self.db, &self.policy, &ask).await?)
    }
}

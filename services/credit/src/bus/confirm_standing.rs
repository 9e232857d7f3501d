use chassis::bus::rpc::{Answer, RpcError};
use chassis::store::Db;
use contracts::credit::{ConfirmStanding, Confirmation};

use crate::usecases;

/// Dispatch asks before it commits an assignment.
pub(super) struct AnswerConfirmStanding {
    pub(super) db: Db,
}

impl Answer<ConfirmStanding> for AnswerConfirmStanding {
    async fn answer(&self, ask: ConfirmStanding) -> Result<Confirmation, RpcError> {
        Ok(usecases::confirm_standing(&self.db, &ask).await?)
    }
}

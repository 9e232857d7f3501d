//! `intake.request-received`: dispatch has a new job.

use std::sync::Arc;

use chassis::bus::subscription::HandleTogether;
use chassis::store::Tx;
use contracts::intake::RequestReceived;
use tokio::sync::Notify;

use crate::error::Error;
use crate::ranking::Ranking;
use crate::usecases::receive_request;

/// Keeps the job.
pub(super) struct Receive {
    /// Says how long a person has to choose.
    pub(super) ranking: Arc<Ranking>,
    /// The offer itself asks credit, and so is not made inside this transaction: the worker is roused, and looks
    /// again a moment later should it have been faster than the commit.
    pub(super) wake: Arc<Notify>,
}

impl HandleTogether<RequestReceived> for Receive {
    type Error = Error;

    async fn handle(&self, tx: &mut Tx, events: Vec<RequestReceived>) -> Result<(), Error> {
        receive_request::receive(tx, events, self.ranking.policy()).await?;
        self.wake.notify_one();
        Ok(())
    }
}

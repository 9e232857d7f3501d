//! `rpc.dispatch.assign`: a citizen or an operator chose.

use chassis::bus::rpc::{self, RpcError};
use contracts::dispatch::{Assign, Assigned};

use crate::usecases::assign::{self, Dispatcher, Wish, choice};

/// Assigns, or tells the first result.
pub(super) struct Answer(pub(super) Dispatcher);

impl rpc::Answer<Assign> for Answer {
    async fn answer(&self, ask: Assign) -> Result<Assigned, RpcError> {
        let choice = choice(ask.merchant, ask.by, ask.reason);
        let stepped = self.0.assign(&Wish { city: ask.city, request: ask.request, choice }).await?;
        Ok(assign::assigned(&stepped))
    }
}

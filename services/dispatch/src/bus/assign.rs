//! `rpc.dispatch.assign`: a citizen or an operator chose.

use chassis::bus::rpc::{self, RpcError};
use contracts::dispatch::{Assign, Assigned};

use crate::error::Error;
use crate::usecases::assign::{self, Dispatcher, Placed, Wish, choice};

/// Assigns, or tells the first result.
pub(super) struct Answer(pub(super) Dispatcher);

impl rpc::Answer<Assign> for Answer {
    async fn answer(&self, ask: Assign) -> Result<Assigned, RpcError> {
        let choice = choice(ask.merchant, ask.by, ask.reason);
        let wish = Wish { city: ask.city, request: ask.request, choice, approval: None };
        match self.0.assign(&wish).await? {
            Placed::Assigned(stepped) => Ok(assign::assigned(&stepped)),
            // The choice is kept; who asks by the bus learns of the assignment when it is made.
            Placed::Proposed { .. } => Err(Error::SecondPersonNeeded.into()),
        }
    }
}

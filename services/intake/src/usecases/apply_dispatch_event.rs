//! Takes in what dispatch said about a request.

use chassis::store::{Command, Tx};
use intake_domain::{Change, Fact};
use kernel::{City, RequestId, Step};

use super::heard::hear;
use crate::error::Error;

/// A fact from dispatch.
#[derive(Debug, Clone, Copy)]
pub struct ApplyDispatchEvent {
    /// The city.
    pub city: City,
    /// The request.
    pub request: RequestId,
    /// What was said.
    pub fact: Fact,
}

impl Command for ApplyDispatchEvent {
    type Out = Step<Change, ()>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Self::Out, Error> {
        hear(tx, self.city, self.request, &self.fact).await
    }
}

//! Takes in that the citizen was called back: the request is closed (办结).

use chassis::store::{Command, Tx};
use intake_domain::{Change, Fact, Happening};
use kernel::{Actor, ActorId, CallbackId, City, RequestId, Step, Timestamp};

use super::heard::hear;
use crate::error::Error;

/// A finished call-back.
#[derive(Debug, Clone, Copy)]
pub struct ApplyFeedbackEvent {
    /// The city.
    pub city: City,
    /// The request.
    pub request: RequestId,
    /// The call-back.
    pub callback: CallbackId,
    /// When it was finished.
    pub recorded_at: Timestamp,
    /// Who made the call, where the event says so.
    pub recorded_by: Option<ActorId>,
}

impl Command for ApplyFeedbackEvent {
    type Out = Step<Change, ()>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Self::Out, Error> {
        let happening = Happening::CalledBack { callback: self.callback };
        // One said before the event named its caller is nobody's.
        let by = self.recorded_by.map_or(Actor::Platform, |id| Actor::Staff { id });
        let fact = Fact { happening, at: self.recorded_at, by };
        hear(tx, self.city, self.request, &fact).await
    }
}

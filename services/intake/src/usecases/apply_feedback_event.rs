//! Takes in that the citizen was called back: the request is closed (办结).

use chassis::store::{Command, Tx};
use intake_domain::{Change, Fact, Happening};
use kernel::{Actor, CallbackId, City, RequestId, Step, Timestamp};

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
}

impl Command for ApplyFeedbackEvent {
    type Out = Step<Change, ()>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Self::Out, Error> {
        let happening = Happening::CalledBack { callback: self.callback };
        // Who called is feedback's to know: the event does not say.
        let fact = Fact { happening, at: self.recorded_at, by: Actor::Platform };
        hear(tx, self.city, self.request, &fact).await
    }
}

//! What feedback says about call-backs.

use chassis::bus::subscription::{Handle, Subscription};
use chassis::store::{Command as _, Tx};
use contracts::feedback::FollowupRecorded;
use contracts::streams::Stream;

use crate::error::Error;
use crate::usecases::ApplyFeedbackEvent;

/// The durable consumer of feedback's events.
pub(crate) fn feedback() -> Subscription {
    Subscription::new("intake-feedback", Stream::Feedback).on::<FollowupRecorded, _>(OnFeedback)
}

struct OnFeedback;

impl Handle<FollowupRecorded> for OnFeedback {
    type Error = Error;

    async fn handle(&self, tx: &mut Tx, event: FollowupRecorded) -> Result<(), Error> {
        let command = ApplyFeedbackEvent {
            city: event.city,
            request: event.request,
            callback: event.callback,
            recorded_at: event.recorded_at,
            recorded_by: event.recorded_by,
        };
        command.run(tx).await.map(drop)
    }
}

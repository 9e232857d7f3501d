//! What feedback hears: one file per consumed event.

mod accepted;
mod completed;
mod declined;
mod offered;
mod released;

use std::sync::Arc;

use chassis::bus::subscription::Subscription;
use contracts::dispatch::{Accepted, Completed, Declined, Offered, Released};
use contracts::streams::Stream;
use feedback_domain::CallPolicy;

/// Notes who handles a request, as dispatch's events name them.
struct NoteWhoActed;

/// Opens the call-back of what is completed.
struct CallBackTheDayAfter {
    policy: Arc<CallPolicy>,
}

/// Everything feedback wants to hear from dispatch.
pub(crate) fn dispatch_events(policy: &Arc<CallPolicy>) -> Subscription {
    Subscription::new("feedback-dispatch", Stream::Dispatch)
        .on::<Offered, _>(NoteWhoActed)
        .on::<Accepted, _>(NoteWhoActed)
        .on::<Declined, _>(NoteWhoActed)
        .on::<Released, _>(NoteWhoActed)
        .on::<Completed, _>(CallBackTheDayAfter { policy: Arc::clone(policy) })
}

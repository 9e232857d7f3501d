//! What dispatch hears and is asked, one file each.

mod assign;
mod recommend;
mod request_cancelled;
mod request_received;

use std::sync::Arc;

use chassis::bus::rpc::Answers;
use chassis::bus::subscription::Subscription;
use contracts::dispatch::{Assign, Recommend};
use contracts::intake::{Cancelled, RequestReceived};
use contracts::streams::Stream;
use tokio::sync::Notify;

use crate::ranking::Ranking;
use crate::usecases::assign::Dispatcher;
use crate::usecases::recommend::Recommender;

/// Recommendations in work at once: each is answered without a wait, so that more would only queue elsewhere.
const RECOMMEND_AT_ONCE: usize = 2;
/// Assignments in work at once: most of it is waiting for credit and for commits.
const ASSIGN_AT_ONCE: usize = 32;

/// What is heard from intake. `wake` rouses the worker that makes offers.
pub(crate) fn intake(ranking: Arc<Ranking>, wake: Arc<Notify>) -> Subscription {
    Subscription::new("dispatch-intake", Stream::Intake)
        .on_together::<RequestReceived, _>(request_received::Receive { ranking, wake })
        .on::<Cancelled, _>(request_cancelled::Cancel)
}

/// What is answered.
pub(crate) fn answers(recommender: Recommender, dispatcher: Dispatcher) -> Answers {
    Answers::new("dispatch")
        .on::<Recommend, _>(RECOMMEND_AT_ONCE, recommend::Answer(recommender))
        .on::<Assign, _>(ASSIGN_AT_ONCE, assign::Answer(dispatcher))
}

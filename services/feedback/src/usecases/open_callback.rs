use std::sync::Arc;

use chassis::store::{Command, Tx};
use contracts::dispatch::Completed;
use feedback_domain::{CallPolicy, Callback, Completion, Handlers};
use kernel::Actor;

use crate::error::Error;
use crate::store::{callbacks, handlers};

/// Opens the call-back of a completed order, due the day after. Each assignment has one at most, however often
/// its completion is told (I2).
#[derive(Debug, Clone)]
pub struct OpenCallback {
    /// When calls are made.
    pub policy: Arc<CallPolicy>,
    /// What dispatch said.
    pub completed: Completed,
}

impl Command for OpenCallback {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let Completed { request, city, assignment, merchant, item, category, area, by, completed_at } =
            self.completed.clone();
        // Who did the work handled it, whoever reported that it is done.
        let served = Actor::Merchant { id: merchant };
        let actors: &[Actor] = if by == served { &[served] } else { &[served, by] };
        handlers::note(tx.conn(), city, request, actors, tx.now()).await?;
        let completion = Completion {
            city,
            request,
            assignment,
            merchant,
            item,
            category,
            area,
            // They stand in their own table and are read whenever somebody claims or records.
            handlers: Handlers::default(),
            completed_at,
        };
        let callback = Callback::create(tx.next_id(), completion, &self.policy);
        Ok(callbacks::insert(tx.conn(), &callback).await?)
    }
}

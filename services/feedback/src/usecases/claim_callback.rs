use std::sync::Arc;

use chassis::store::{Command, Tx};
use feedback_domain::{CallPolicy, Callback};
use kernel::{Actor, CallbackId, City, Step};

use super::{Told, judge};
use crate::error::Error;
use crate::store::callbacks;

/// Somebody takes on a call. Needs no version: whatever changed meanwhile, the claim is judged by what stands.
#[derive(Debug, Clone)]
pub struct ClaimCallback {
    /// When calls are made.
    pub policy: Arc<CallPolicy>,
    /// The city.
    pub city: City,
    /// The task.
    pub id: CallbackId,
    /// Who.
    pub by: Actor,
}

impl Command for ClaimCallback {
    type Out = Told<Callback>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Callback>, Error> {
        let by = judge(self.by)?;
        let found = callbacks::lock(tx.conn(), self.city, self.id).await?;
        let callback = found.ok_or(Error::Unknown("call-back"))?;
        match callback.claim(by, &self.policy, tx.now())? {
            Step::AlreadyDone(_) => Ok(Told { now: callback, already: true }),
            Step::Done(claimed) => {
                callbacks::save(tx.conn(), &claimed).await?;
                Ok(Told { now: claimed, already: false })
            }
        }
    }
}

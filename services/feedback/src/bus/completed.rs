use std::sync::Arc;

use chassis::bus::subscription::Handle;
use chassis::store::{Command, Tx};
use contracts::dispatch::Completed;

use super::CallBackTheDayAfter;
use crate::error::Error;
use crate::usecases::OpenCallback;

impl Handle<Completed> for CallBackTheDayAfter {
    type Error = Error;

    async fn handle(&self, tx: &mut Tx, completed: Completed) -> Result<(), Error> {
        OpenCallback { policy: Arc::clone(&self.policy), completed }.run(tx).await
    }
}

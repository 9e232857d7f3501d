use chassis::bus::subscription::Handle;
use chassis::store::{Command, Tx};
use contracts::dispatch::Accepted;

use super::NoteWhoActed;
use crate::error::Error;
use crate::usecases::NoteHandler;

impl Handle<Accepted> for NoteWhoActed {
    type Error = Error;

    async fn handle(&self, tx: &mut Tx, event: Accepted) -> Result<(), Error> {
        NoteHandler { city: event.city, request: event.request, by: event.by }.run(tx).await
    }
}

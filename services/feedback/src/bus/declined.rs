use chassis::bus::subscription::Handle;
use chassis::store::{Command, Tx};
use contracts::dispatch::Declined;

use super::NoteWhoActed;
use crate::error::Error;
use crate::usecases::NoteHandler;

impl Handle<Declined> for NoteWhoActed {
    type Error = Error;

    async fn handle(&self, tx: &mut Tx, event: Declined) -> Result<(), Error> {
        NoteHandler { city: event.city, request: event.request, by: event.by }.run(tx).await
    }
}

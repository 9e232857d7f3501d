use chassis::bus::subscription::Handle;
use chassis::store::{Command, Tx};
use contracts::dispatch::Offered;

use super::NoteWhoActed;
use crate::error::Error;
use crate::usecases::NoteHandler;

impl Handle<Offered> for NoteWhoActed {
    type Error = Error;

    async fn handle(&self, tx: &mut Tx, event: Offered) -> Result<(), Error> {
        NoteHandler { city: event.city, request: event.request, by: event.by }.run(tx).await
    }
}

use chassis::store::{Command, Tx};
use kernel::{Actor, City, RequestId};

use crate::error::Error;
use crate::store::handlers;

/// Notes who had a part in a request: they neither call the citizen about it nor rule on it (I8).
#[derive(Debug, Clone)]
pub struct NoteHandler {
    /// The city.
    pub city: City,
    /// The request.
    pub request: RequestId,
    /// Who.
    pub by: Actor,
}

impl Command for NoteHandler {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        Ok(handlers::note(tx.conn(), self.city, self.request, &[self.by], tx.now()).await?)
    }
}

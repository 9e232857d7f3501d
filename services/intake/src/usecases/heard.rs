//! What dispatch and feedback said takes effect the same way.

use chassis::store::Tx;
use contracts::intake::RequestChanged;
use intake_domain::{Change, Fact, Request, apply};
use kernel::{City, RequestId, Step};

use crate::error::Error;
use crate::store::{requests, timeline};

/// Takes in a fact about a request; one that was heard before changes nothing.
pub(super) async fn hear(
    tx: &mut Tx,
    city: City,
    request: RequestId,
    fact: &Fact,
) -> Result<Step<Change, ()>, Error> {
    let request = requests::lock(tx.conn(), city, request).await?.ok_or(Error::Unknown("request"))?;
    let step = apply(&request, fact, tx.now());
    if let Step::Done(change) = &step {
        requests::save_progress(tx.conn(), &change.request).await?;
        timeline::insert_many(tx.conn(), [(&change.request, &change.entry)]).await?;
        tx.say(&changed(&change.request))?;
    }
    Ok(step)
}

/// Tells whoever watches the request, here and on the other instances.
pub(super) fn changed(request: &Request) -> RequestChanged {
    RequestChanged { city: request.city, request: request.id, seq: request.version }
}

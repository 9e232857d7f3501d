//! A signature is good once, whatever it was for.

use chassis::store::{Command, Tx, nonce};
use kernel::{Channel, Timestamp};

use crate::error::Error;
use crate::store::taken;

/// A signature's nonce.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce {
    /// The channel that signed.
    pub channel: Channel,
    /// The `webhook-id`.
    pub id: String,
    /// When it came, by the wall clock.
    pub used_at: Timestamp,
}

impl Nonce {
    pub(super) fn row(&self) -> nonce::ActiveModel {
        nonce::row(self.channel, &self.id, self.used_at)
    }
}

/// Uses a nonce up in a transaction of its own: for what takes effect in another service.
#[derive(Debug, Clone)]
pub struct UseNonce(pub Nonce);

impl Command for UseNonce {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        use_up(tx, Some(&self.0)).await
    }
}

/// Uses it up in the transaction of its effect.
pub(super) async fn use_up(tx: &Tx, nonce: Option<&Nonce>) -> Result<(), Error> {
    let Some(nonce) = nonce else { return Ok(()) };
    let claimed = taken::claim_nonces(tx.conn(), vec![nonce.row()]).await?;
    if claimed.is_empty() { Err(Error::Replayed) } else { Ok(()) }
}

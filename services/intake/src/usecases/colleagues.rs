//! Knows what colleagues are called (同事名录): whoever signs in is kept by the name of the token, and forgotten when that
//! was long ago.

use core::time::Duration;
use std::collections::BTreeSet;

use chassis::store::{Command, Db, Tx};
use kernel::{ActorId, City};

pub use intake_domain::{Colleague, SignIn};

use crate::error::Error;
use crate::store::colleagues as directory;

/// Somebody of the staff signs in: the name holds that its token gives now.
#[derive(Debug, Clone)]
pub struct GreetColleague {
    /// As the verified token says.
    pub sign_in: SignIn,
}

impl Command for GreetColleague {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let id = self.sign_in.id;
        let known = directory::of(tx.conn(), [id]).await?;
        match Colleague::signed_in(known.first(), &self.sign_in, tx.now()) {
            Some(colleague) => directory::save(tx.conn(), &colleague).await?,
            None => directory::forget(tx.conn(), id).await?,
        }
        Ok(())
    }
}

/// Forgets who has not signed in for so long. How many that were.
#[derive(Debug, Clone, Copy)]
pub struct ForgetColleagues {
    /// How long a name is kept after the last sign-in.
    pub keep: Duration,
}

impl Command for ForgetColleagues {
    type Out = u64;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<u64, Error> {
        Ok(directory::forget_unseen(tx.conn(), tx.now().before(self.keep)).await?)
    }
}

/// Those of the accounts whose name is known to who works in the city, by their ids.
///
/// # Errors
/// When the database refuses.
pub async fn colleagues(db: &Db, city: City, ids: BTreeSet<ActorId>) -> Result<Vec<Colleague>, Error> {
    let mut known = directory::of(db.read(), ids).await?;
    known.retain(|colleague| colleague.works_in(city));
    known.sort_unstable_by_key(|colleague| colleague.id);
    Ok(known)
}

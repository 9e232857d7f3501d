//! Keeps who looks at which request (在线协同): who has opened one, who has left it, who is still there.

use core::time::Duration;
use std::collections::BTreeSet;

use chassis::store::{Command, Db, Tx};
use contracts::intake::PresenceChanged;
use kernel::{City, RequestId, Timestamp};

pub use crate::store::presences::Presence;

use crate::error::Error;
use crate::store::presences;

/// How long somebody counts as present of whom nothing more is heard: an instance that dies says no goodbye.
const LIFE: Duration = Duration::from_secs(60);

/// Streams were opened and closed. Tells the other instances of which requests.
#[derive(Debug, Clone, Default)]
pub struct ComeAndGo {
    /// Whose streams were opened.
    pub came: Vec<Presence>,
    /// Whose streams were closed.
    pub left: Vec<Presence>,
}

impl Command for ComeAndGo {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        presences::keep(tx.conn(), &self.came, tx.now().after(LIFE)).await?;
        presences::drop_streams(tx.conn(), &self.left).await?;
        let all = self.came.iter().chain(&self.left);
        let requests: BTreeSet<_> = all.map(|one| (one.city, one.request)).collect();
        for (city, request) in requests {
            tx.say(&PresenceChanged { city, request })?;
        }
        Ok(())
    }
}

/// All who have a stream open on an instance are there still; whose time is over is forgotten.
#[derive(Debug, Clone)]
pub struct StayPresent {
    /// Whose streams are open.
    pub present: Vec<Presence>,
}

impl Command for StayPresent {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        presences::keep(tx.conn(), &self.present, tx.now().after(LIFE)).await?;
        Ok(presences::drop_old(tx.conn(), tx.now()).await?)
    }
}

/// Who looks at these requests, who came first first.
///
/// # Errors
/// When the database refuses.
pub async fn present(
    db: &Db,
    mut at: Vec<(City, RequestId)>,
    now: Timestamp,
) -> Result<Vec<Presence>, Error> {
    at.sort_unstable();
    let mut found = Vec::new();
    for of_city in at.chunk_by(|one, other| one.0 == other.0) {
        let Some(&(city, _)) = of_city.first() else { continue };
        let requests: Vec<_> = of_city.iter().map(|(_, request)| *request).collect();
        found.extend(presences::of(db.read(), city, &requests, now).await?);
    }
    Ok(found)
}

use chassis::store::{Command, Db, Tx};
use credit_domain::admission::AdmissionPolicy;
use kernel::{City, MerchantId, Timestamp};

use super::settle;
use crate::error::Error;
use crate::store::dossiers;

/// Files in one turn; when there are more, the next turn follows at once.
const FILES_PER_TURN: u64 = 100;

/// What a turn did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tended {
    /// Files that were due and were tended here.
    pub tended: u64,
    /// Whether there may be more.
    pub more: bool,
}

/// Looks at the files that are due: tells merchants what ends soon, suspends the categories whose papers or
/// commitments ended, and says when to look again. Each file in a transaction of its own, so that one that cannot be
/// tended holds up no other; several instances share the work.
///
/// # Errors
/// When the due files cannot be read; a file that cannot be tended is logged, and due still.
pub async fn tend_dossiers(db: &Db, policy: &AdmissionPolicy, now: Timestamp) -> Result<Tended, Error> {
    let due = dossiers::due(db.read(), now, FILES_PER_TURN).await?;
    let mut tended = 0;
    for file in &due {
        match db.write(&TendDossier { policy, file: *file }).await {
            Ok(true) => tended += 1,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, merchant = %file.1, "tending a merchant's file"),
        }
    }
    // Where nothing could be tended, another turn at once would do no better.
    let full = u64::try_from(due.len()).unwrap_or(u64::MAX) >= FILES_PER_TURN;
    Ok(Tended { tended, more: full && tended > 0 })
}

struct TendDossier<'a> {
    policy: &'a AdmissionPolicy,
    file: (City, MerchantId),
}

impl Command for TendDossier<'_> {
    /// Whether it was due still.
    type Out = bool;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<bool, Error> {
        let Some(file) = dossiers::lock_due(tx.conn(), self.file, tx.now()).await? else { return Ok(false) };
        settle(tx, self.policy, file).await?;
        Ok(true)
    }
}

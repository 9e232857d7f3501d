use chassis::store::{Command, Tx};
use credit_domain::process::{Act, Proceeding};
use kernel::{Actor, City, ProceedingId, Step, Version};

use super::settle::{Moved, held, settle};
use super::{Procedure, Told, unmoved};
use crate::error::Error;
use crate::store::proceedings;

/// Somebody does something in a proceeding: whatever it is, the domain decides whether and what.
#[derive(Debug, Clone)]
pub struct ActOnProceeding {
    /// By what it runs.
    pub procedure: Procedure,
    /// The city.
    pub city: City,
    /// The proceeding.
    pub id: ProceedingId,
    /// What.
    pub act: Act,
    /// Who.
    pub by: Actor,
    /// The version they looked at, where they had to look.
    pub expected: Option<Version>,
}

impl Command for ActOnProceeding {
    type Out = Told<Proceeding>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Proceeding>, Error> {
        let found = proceedings::find(tx.conn(), self.city, self.id).await?;
        let merchant = found.ok_or(Error::Unknown("proceeding"))?.merchant;
        if matches!(self.by, Actor::Merchant { id } if id != merchant) {
            // Whose it is stays untold.
            return Err(Error::Unknown("proceeding"));
        }
        let merchant = held(tx, self.city, merchant).await?;
        let before =
            proceedings::lock(tx.conn(), self.city, self.id).await?.ok_or(Error::Unknown("proceeding"))?;
        let act = match self.act.clone() {
            // Only the merchant's own row knows when its last breach was verified.
            Act::ApplyForRepair { proof, .. } => {
                let last_breach_at = merchant.credit.findings.iter().map(|finding| finding.verified_at).max();
                Act::ApplyForRepair { proof, last_breach_at }
            }
            act => act,
        };
        let step = act.kind().as_str();
        match before.act(act, self.by, self.procedure.moment(tx).await?)? {
            Step::AlreadyDone(()) => Ok(Told { now: before, already: true }),
            Step::Done(after) => {
                unmoved(self.expected, before.version)?;
                let moved = Moved { before: &before, after: &after, step, by: self.by };
                // A file is large, and so is what is done with it: not on the handler's stack.
                Box::pin(settle(tx, &self.procedure, moved)).await?;
                Ok(Told { now: after, already: false })
            }
        }
    }
}

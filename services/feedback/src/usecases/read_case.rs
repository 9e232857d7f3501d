use chassis::store::{Command, Tx};
use feedback_domain::Case;
use kernel::{Actor, CaseId, City};

use crate::error::Error;
use crate::store::{cases, clear_reads};

/// Shows a case with what people said. Nobody reads that without a trace: the reading is kept first.
#[derive(Debug, Clone)]
pub struct ReadCase {
    /// The city.
    pub city: City,
    /// The case.
    pub id: CaseId,
    /// Who reads.
    pub by: Actor,
}

impl Command for ReadCase {
    type Out = Case;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Case, Error> {
        let case = cases::lock(tx.conn(), self.city, self.id).await?.ok_or(Error::Unknown("case"))?;
        clear_reads::note(tx.conn(), tx.next_id(), self.city, self.id, self.by, tx.now()).await?;
        Ok(case)
    }
}

use chassis::store::{Command, Tx, clear_reads};
use feedback_domain::Case;
use kernel::{Actor, CaseId, City};

use crate::error::Error;
use crate::store::cases;

/// Why a case is read: the rule allows it to those who rule on it alone.
const REASON: &str = "ruling on the case";

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
        clear_reads::note(tx, self.city, self.id, self.by, REASON).await?;
        Ok(case)
    }
}

use chassis::store::{Command, Tx};
use contracts::feedback::BreachDismissed;
use feedback_domain::Case;
use kernel::{Actor, CaseId, City, Step, Version};

use super::{Told, judge, unmoved};
use crate::error::Error;
use crate::store::cases;

/// Dismisses a suspicion that did not hold (不予认定).
#[derive(Debug, Clone)]
pub struct DismissCase {
    /// The city.
    pub city: City,
    /// The case.
    pub id: CaseId,
    /// Who rules.
    pub by: Actor,
    /// Why.
    pub reason: String,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for DismissCase {
    type Out = Told<Case>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Case>, Error> {
        let by = judge(self.by)?;
        let found = cases::lock(tx.conn(), self.city, self.id).await?;
        let case = found.ok_or(Error::Unknown("case"))?;
        let dismissed = match case.dismiss(self.reason.clone(), by, tx.now())? {
            Step::AlreadyDone(_) => return Ok(Told { now: case, already: true }),
            Step::Done(dismissed) => dismissed,
        };
        unmoved(self.expected, case.version)?;
        cases::save(tx.conn(), &dismissed).await?;
        tx.emit(&BreachDismissed {
            case: dismissed.id,
            city: dismissed.city,
            request: dismissed.request,
            merchant: dismissed.merchant,
            dismissed_at: tx.now(),
        })?;
        Ok(Told { now: dismissed, already: false })
    }
}

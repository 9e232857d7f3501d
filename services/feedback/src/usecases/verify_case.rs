use chassis::store::{Command, Tx};
use contracts::feedback::BreachVerified;
use feedback_domain::Case;
use kernel::{Actor, CaseId, City, Severity, Step, Version};

use super::{Told, judge, unmoved};
use crate::error::Error;
use crate::store::cases;

/// Verifies a breach (核实): credit lowers the merchant's standing on hearing of it.
#[derive(Debug, Clone)]
pub struct VerifyCase {
    /// The city.
    pub city: City,
    /// The case.
    pub id: CaseId,
    /// Who rules.
    pub by: Actor,
    /// What of the commitment was broken, by the standards library.
    pub clause: String,
    /// How grave it is.
    pub severity: Severity,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for VerifyCase {
    type Out = Told<Case>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Case>, Error> {
        let by = judge(self.by)?;
        let found = cases::lock(tx.conn(), self.city, self.id).await?;
        let case = found.ok_or(Error::Unknown("case"))?;
        let verified = match case.verify(self.clause.clone(), self.severity, by, tx.now())? {
            Step::AlreadyDone(_) => return Ok(Told { now: case, already: true }),
            Step::Done(verified) => verified,
        };
        unmoved(self.expected, case.version)?;
        cases::save(tx.conn(), &verified).await?;
        tx.emit(&BreachVerified {
            case: verified.id,
            city: verified.city,
            request: verified.request,
            merchant: verified.merchant,
            category: verified.category.clone(),
            clause: self.clause.clone(),
            severity: self.severity,
            verified_at: tx.now(),
            verified_by: Some(by),
        })?;
        Ok(Told { now: verified, already: false })
    }
}

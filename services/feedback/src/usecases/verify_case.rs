use std::num::{NonZeroU32, NonZeroU64};
use std::time::Duration;

use chassis::bus::Bus;
use chassis::store::{Command, Db, Tx};
use contracts::credit::{CheckClause, ClauseChecked};
use contracts::feedback::BreachVerified;
use feedback_domain::{Breach, Case};
use kernel::{Actor, CaseId, City, Step, Timestamp, Version};
use serde::{Deserialize, Serialize};

use super::{Told, judge, unmoved};
use crate::error::Error;
use crate::store::cases;

/// `[clauses]`: how credit, whose standards library it is, is asked whether there is the clause that a breach is of.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ClausesConfig {
    /// For one answer of credit.
    pub patience_ms: NonZeroU64,
    /// Questions before credit counts as silent.
    pub tries_max: NonZeroU32,
    /// Whether a breach is verified, marked, when credit is silent.
    pub fallback_without_credit: bool,
}

impl ClausesConfig {
    /// Whether credit confirms the clause; false where it is silent and that is allowed.
    async fn confirm(&self, bus: &Bus, ask: &CheckClause) -> Result<bool, Error> {
        let patience = Duration::from_millis(self.patience_ms.get());
        match bus.ask_again(ask, patience, self.tries_max).await {
            Some(ClauseChecked::Citable) => Ok(true),
            Some(ClauseChecked::Unknown) => Err(Error::UnknownClause),
            None if self.fallback_without_credit => Ok(false),
            None => Err(Error::CreditSilent),
        }
    }
}

/// Verifies a breach (核实): credit lowers the merchant's standing on hearing of it.
#[derive(Debug, Clone)]
pub struct VerifyCase {
    /// The city.
    pub city: City,
    /// The case.
    pub id: CaseId,
    /// Who rules.
    pub by: Actor,
    /// What was broken, and how gravely.
    pub breach: Breach,
    /// The version they looked at.
    pub expected: Version,
}

impl VerifyCase {
    /// Has the clause confirmed, and verifies. Whoever may not rule, or rules again, does not wait for credit.
    ///
    /// # Errors
    /// [`Error::UnknownClause`], [`Error::CreditSilent`], and what the command itself is refused for.
    pub async fn with_its_clause(
        mut self,
        db: &Db,
        bus: &Bus,
        config: &ClausesConfig,
        now: Timestamp,
    ) -> Result<Told<Case>, Error> {
        let found = cases::find(db.read(), self.city, self.id).await?;
        let case = found.ok_or(Error::Unknown("case"))?;
        if let Step::Done(_) = case.verify(self.breach.clone(), judge(self.by)?, now)? {
            unmoved(self.expected, case.version)?;
            let Case { city, category, completed_at: at, .. } = case;
            let clause = self.breach.clause.as_str().to_owned();
            let ask = CheckClause { city, category, clause, at };
            self.breach.clause_confirmed = config.confirm(bus, &ask).await?;
        }
        db.write(&self).await
    }
}

impl Command for VerifyCase {
    type Out = Told<Case>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Case>, Error> {
        let by = judge(self.by)?;
        let found = cases::lock(tx.conn(), self.city, self.id).await?;
        let case = found.ok_or(Error::Unknown("case"))?;
        let verified = match case.verify(self.breach.clone(), by, tx.now())? {
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
            clause: self.breach.clause.as_str().to_owned(),
            severity: self.breach.severity,
            verified_at: tx.now(),
            verified_by: Some(by),
        })?;
        Ok(Told { now: verified, already: false })
    }
}

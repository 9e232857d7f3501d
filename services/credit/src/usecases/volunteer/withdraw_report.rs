use std::sync::Arc;

use chassis::store::{Command, Tx};
use credit_domain::Cause;
use credit_domain::volunteer::{Report, withdraw_report};
use kernel::{City, Step, VolunteerReportId};

use super::super::activities::{given_by, held};
use super::super::{Told, carry_out, recording};
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::volunteering;

/// The centre takes a report back: what it gave is reversed, and the year is counted without it.
#[derive(Debug, Clone)]
pub struct WithdrawReport {
    /// By what it counts.
    pub rules: Arc<RuleBook>,
    /// The city.
    pub city: City,
    /// The report.
    pub id: VolunteerReportId,
    /// Why; names nobody.
    pub reason: String,
}

impl Command for WithdrawReport {
    type Out = Told<Report>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Report>, Error> {
        let city = self.city;
        volunteering::take_desk(tx.conn(), city).await?;
        let found = volunteering::find(tx.conn(), city, self.id).await?;
        let before = found.ok_or(Error::Unknown("report"))?;
        let after = match before.withdraw(self.reason.clone(), tx.now())? {
            Step::AlreadyDone(()) => return Ok(Told { now: before, already: true }),
            Step::Done(after) => after,
        };
        let (id, year) = (before.says.merchant, before.year());
        let merchant = held(tx, city, id).await?;
        let given = given_by(tx, city, id, Cause::Volunteering(self.id)).await?;
        let sums = volunteering::year(tx.conn(), city, id, year).await?;
        let at = recording(&self.rules, tx).await?;
        let taken = withdraw_report(&merchant, &given, &sums, &before, at)?;
        volunteering::save(tx.conn(), &after).await?;
        volunteering::save_year(tx.conn(), city, id, year, &taken.year).await?;
        if let Some(change) = taken.change {
            carry_out(tx, merchant.version, Step::Done(change)).await.map(drop)?;
        }
        Ok(Told { now: after, already: false })
    }
}

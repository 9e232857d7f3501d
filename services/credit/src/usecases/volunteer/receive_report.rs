use core::time::Duration;
use std::sync::Arc;

use chassis::store::{Command, Tx};
use credit_domain::Denied;
use credit_domain::volunteer::{Deed, Report, ReportDraft, give_for_report};
use kernel::{City, Day, Step, Timestamp};

use super::super::activities::{affiliated, held, opened_at};
use super::super::{Told, carry_out, recording};
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::{needs, volunteering};

const HOUR: Duration = Duration::from_secs(3_600);

/// The centre reports what was done. The same report again is answered with the first.
#[derive(Debug, Clone)]
pub struct ReceiveReport {
    /// By what it counts.
    pub rules: Arc<RuleBook>,
    /// The city.
    pub city: City,
    /// What the centre sent.
    pub says: ReportDraft,
}

impl Command for ReceiveReport {
    type Out = Told<Report>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Report>, Error> {
        let (city, says) = (self.city, &self.says);
        volunteering::take_desk(tx.conn(), city).await?;
        if let Some(first) = volunteering::find(tx.conn(), city, says.id).await? {
            return if first.says == *says {
                Ok(Told { now: first, already: true })
            } else {
                Err(Denied::Exists("another report of this id").into())
            };
        }
        let at = recording(&self.rules, tx).await?;
        let rules = &at.rules.activities.volunteer;
        let merchant = held(tx, city, says.merchant).await?;
        affiliated(&merchant)?;
        let opened_at = opened_at(tx, city, says.merchant).await?;
        let report = Report::receive(city, says.clone(), rules, opened_at, tx.now())?;
        self.holds(tx).await?;
        let (id, year) = (says.merchant, report.year());
        let before = volunteering::year(tx.conn(), city, id, year).await?;
        let given = give_for_report(&merchant, &before, &report, at)?;
        let report = Report { points: given.points, ..report };
        volunteering::insert(tx.conn(), &report).await?;
        volunteering::save_year(tx.conn(), city, id, year, &given.year).await?;
        let due_at = due(report.day(), rules.statement_due_hours, tx.now());
        volunteering::await_statement(tx.conn(), city, report.day(), due_at).await?;
        if let Some(change) = given.change {
            carry_out(tx, merchant.version, Step::Done(change)).await.map(drop)?;
        }
        Ok(Told { now: report, already: false })
    }
}

impl ReceiveReport {
    /// Refuses what contradicts something that is known here.
    async fn holds(&self, tx: &Tx) -> Result<(), Error> {
        let (conn, city, deed) = (tx.conn(), self.city, &self.says.deed);
        if let Some(once) = deed.once()
            && volunteering::stands(conn, city, &once).await?
        {
            return Err(Denied::Exists("a report of this team or need").into());
        }
        match deed {
            Deed::Hours { volunteer, check_in, check_out } => {
                let other = volunteering::overlapping(conn, city, *volunteer, *check_in, *check_out).await?;
                other.map_or(Ok(()), |other| Err(Report::refuse_overlap(other).into()))
            }
            Deed::MatchedNeed { need, .. } => {
                let found = needs::find(conn, city, *need).await?;
                let found = found.ok_or(Error::Unknown("need"))?;
                Ok(found.was_done_by(self.says.merchant)?)
            }
            Deed::Activity { .. } | Deed::Recruitment { .. } | Deed::TeamIncubation { .. } => Ok(()),
        }
    }
}

/// When the statement of a day is due; of a day long past, as long after what was reported of it.
fn due(day: Day, hours: u16, now: Timestamp) -> Timestamp {
    day.next().at_minute(0).max(now).after(HOUR.saturating_mul(u32::from(hours)))
}

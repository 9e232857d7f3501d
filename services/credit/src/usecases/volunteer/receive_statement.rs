use chassis::store::{Command, Db, Tx};
use contracts::credit::VolunteerDifferences;
use credit_domain::volunteer::{Line, check_statement, reconcile};
use kernel::{City, Day, Timestamp};

use super::super::Told;
use crate::error::Error;
use crate::store::reconciliations::{self, Reconciliation};
use crate::store::volunteering;

/// Days that are looked at in one turn.
const DAYS_PER_TURN: u32 = 64;

/// The centre states what it holds of a day (对账单): the two are compared, and where they differ that is told. Nothing
/// is put right by itself. The same statement, with nothing changed here, is answered with the first comparison.
#[derive(Debug, Clone)]
pub struct ReceiveStatement {
    /// The city.
    pub city: City,
    /// The day.
    pub day: Day,
    /// What the centre holds.
    pub lines: Vec<Line>,
}

impl Command for ReceiveStatement {
    type Out = Told<Reconciliation>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Reconciliation>, Error> {
        check_statement(self.day, &self.lines, tx.now())?;
        volunteering::take_desk(tx.conn(), self.city).await?;
        let mut lines = self.lines.clone();
        lines.sort_by_key(|line| (line.merchant, line.kind));
        compare(tx, self.city, self.day, Some(lines)).await
    }
}

/// Says of days whose statement did not come in time that it is missing, once each. Returns how many.
///
/// # Errors
/// When the database refuses; what was said before stays said.
pub async fn ask_for_statements(db: &Db, now: Timestamp) -> Result<u32, Error> {
    let mut missed = 0;
    while missed < DAYS_PER_TURN {
        let Some(place) = volunteering::overdue(db.read(), now).await? else { break };
        db.write(&MissStatement { place }).await?;
        missed += 1;
    }
    Ok(missed)
}

struct MissStatement {
    place: (City, Day),
}

impl Command for MissStatement {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let (city, day) = self.place;
        volunteering::take_desk(tx.conn(), city).await?;
        // Another instance, or the statement itself, may have been faster.
        if volunteering::lock_overdue(tx.conn(), self.place, tx.now()).await? {
            compare(tx, city, day, None).await.map(drop)?;
        }
        Ok(())
    }
}

/// Compares what was stated, or that nothing was, with what is held.
async fn compare(
    tx: &mut Tx,
    city: City,
    day: Day,
    stated: Option<Vec<Line>>,
) -> Result<Told<Reconciliation>, Error> {
    let held = volunteering::held(tx.conn(), city, day).await?;
    let differences = reconcile(stated.as_deref().unwrap_or_default(), &held);
    let last = reconciliations::last(tx.conn(), city, day).await?;
    let number = last.as_ref().map_or(1, |last| last.number.saturating_add(1));
    if let Some(last) = last.filter(|last| last.stated == stated && last.differences == differences) {
        return Ok(Told { now: last, already: true });
    }
    let compared_at = tx.now();
    let found = Reconciliation { id: tx.next_id(), city, day, number, stated, differences, compared_at };
    reconciliations::insert(tx.conn(), &found).await?;
    volunteering::settle_day(tx.conn(), city, day).await?;
    if !found.differences.is_empty() || found.stated.is_none() {
        let differences = u32::try_from(found.differences.len()).unwrap_or(u32::MAX);
        let stated = found.stated.is_some();
        tracing::warn!(%city, %day, stated, differences, "the volunteer centre's statement differs");
        tx.emit(&VolunteerDifferences {
            reconciliation: found.id,
            city,
            day: day.to_string(),
            stated,
            differences,
        })?;
    }
    Ok(Told { now: found, already: false })
}

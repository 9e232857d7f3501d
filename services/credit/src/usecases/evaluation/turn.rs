//! What time does to evaluations: run again and again, by every instance.

use chassis::store::{Command, Db, Tx, WriteError as _};
use contracts::credit::EvaluationOverdue;
use credit_domain::evaluation::{Evaluation, EvaluationState, Progress, year_due, year_end};
use kernel::{City, EvaluationId, Timestamp};

use super::compute;
use super::effect::TakeEffect;
use super::{Asked, BeginEvaluation};
use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::{evaluations, merchants};

/// How much is read at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pages {
    /// Merchants of one page, at least one.
    pub merchants: u64,
    /// Entries of a ledger read at once, at least one.
    pub entries: u64,
}

impl Default for Pages {
    fn default() -> Self {
        Self { merchants: 20, entries: 2_000 }
    }
}

/// Begins the evaluation of the year that is due in a city, where its ledgers reach back to it. Gives the year once
/// there is a run of it. Where there is nobody to evaluate there may be one later: a table that is loaded opens
/// ledgers, and so nothing is remembered of it.
///
/// # Errors
/// When the database refuses.
pub async fn begin_due(db: &Db, rules: &RuleBook, city: City, now: Timestamp) -> Result<Option<u16>, Error> {
    let Some((year, ends)) = year_due(now).and_then(|year| Some((year, year_end(year)?))) else {
        return Ok(None);
    };
    if evaluations::of_year(db.read(), city, year).await?.is_some() {
        return Ok(Some(year));
    }
    if !merchants::any_opened(db.read(), city, ends).await? {
        return Ok(None);
    }
    let begin = BeginEvaluation { rules, city, asked: Asked::Year(year), by: None };
    let run = db.write(&begin).await?.now;
    tracing::info!(%city, year, evaluation = %run.id, "the yearly evaluation begins");
    Ok(Some(year))
}

/// Does what is due next about any evaluation: a page of one that runs, a word about one that nobody publishes, or
/// the grades of one whose time has come. How far the run is then; none when nothing is due.
///
/// # Errors
/// When the database refuses; the next turn goes on where this one was.
pub async fn work(
    db: &Db,
    rules: &RuleBook,
    pages: Pages,
    now: Timestamp,
) -> Result<Option<Progress>, Error> {
    let Some(run) = evaluations::due(db.read(), now).await? else { return Ok(None) };
    let done = match run.state {
        EvaluationState::Running => return go_on(db, rules, &run, pages).await.map(Some),
        EvaluationState::Published { .. } => db.write(&TakeEffect { rules, id: run.id }).await.map(drop),
        EvaluationState::Computed { .. }
        | EvaluationState::InEffect { .. }
        | EvaluationState::Failed { .. } => db.write(&TellOverdue { id: run.id }).await,
    };
    done.map(|()| Some(run.progress))
}

async fn go_on(db: &Db, rules: &RuleBook, run: &Evaluation, pages: Pages) -> Result<Progress, Error> {
    let done = match compute::page(db, rules, run, pages).await {
        Ok(page) => db.write(&page).await,
        Err(error) => Err(error),
    };
    match done {
        // Whatever does not pass by itself must not keep the other runs from going on.
        Err(error) if !passes(&error) => {
            tracing::error!(evaluation = %run.id, %error, "an evaluation cannot go on");
            let failed = Fail { id: run.id, reason: "a ledger or a file cannot be read" };
            db.write(&failed).await?;
            Ok(run.progress.clone())
        }
        done => done,
    }
}

fn passes(error: &Error) -> bool {
    error.is_transient() || matches!(error, Error::Store(store) if store.is_unavailable())
}

struct Fail {
    id: EvaluationId,
    reason: &'static str,
}

impl Command for Fail {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let run = evaluations::lock(tx.conn(), self.id).await?.ok_or(Error::Unknown("evaluation"))?;
        if run.state == EvaluationState::Running {
            evaluations::save(tx.conn(), &run.failed(self.reason)).await?;
        }
        Ok(())
    }
}

struct TellOverdue {
    id: EvaluationId,
}

impl Command for TellOverdue {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let run = evaluations::lock(tx.conn(), self.id).await?.ok_or(Error::Unknown("evaluation"))?;
        let Some(told) = run.overdue(tx.now()) else { return Ok(()) };
        if let (Some(year), EvaluationState::Computed { publish_by: Some(due_by), .. }) =
            (told.order.scope.year(), &told.state)
        {
            let city = told.order.city;
            tx.emit(&EvaluationOverdue { evaluation: told.id, city, year, due_by: *due_by })?;
        }
        evaluations::save(tx.conn(), &told).await?;
        Ok(())
    }
}

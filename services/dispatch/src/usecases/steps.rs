//! What the steps of an assignment have in common: what is loaded before and stored after the domain's answer.

use chassis::store::{Command, Db, StoreError, Tx};
use contracts::dispatch::{BoardColumn, JobMoved, JobsMoved};
use dispatch_domain::{Assignment, AssignmentState, Changes, Job, JobState, LoadDelta};
use kernel::{AssignmentId, City};

use super::count;
use crate::error::Error;
use crate::ranking::{Counted, Ranking};
use crate::store::assignments::{self, StoredAssignment};
use crate::store::jobs;

/// What a step answers once it is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stepped<T> {
    /// The state after it.
    pub(crate) now: T,
    /// Whether it had been taken before: then this is the first result.
    pub(crate) already: bool,
    /// The load it changed.
    pub(crate) load: Option<Counted>,
}

impl<T> Stepped<T> {
    pub(crate) const fn already(now: T) -> Self {
        Self { now, already: true, load: None }
    }
}

/// Runs a command and folds what it did to a load into the ranking.
pub(crate) async fn take<T: Send, C>(db: &Db, ranking: &Ranking, command: &C) -> Result<Stepped<T>, Error>
where
    C: Command<Out = Stepped<T>, Error = Error>,
{
    let stepped = db.write(command).await?;
    // The broadcast comes back here too; whoever asks next must not have to wait for it.
    if let Some(counted) = &stepped.load {
        ranking.apply_counted(counted);
    }
    Ok(stepped)
}

/// The job of an assignment and the assignment, both held until the transaction ends.
pub(crate) async fn load(tx: &Tx, city: City, id: AssignmentId) -> Result<(Job, StoredAssignment), Error> {
    // The request never changes, so that it can be read before the locks are taken in their order.
    let found = assignments::find(tx.conn(), city, id).await?.ok_or(Error::UnknownAssignment)?;
    let job = jobs::lock(tx.conn(), city, found.assignment.request).await?.ok_or(Error::UnknownRequest)?;
    let mine = assignments::find(tx.conn(), city, id).await?.ok_or(Error::UnknownAssignment)?;
    Ok((job, mine))
}

/// The assignment that a job names.
pub(crate) async fn named(tx: &Tx, job: &Job) -> Result<Option<StoredAssignment>, Error> {
    match job.state {
        JobState::Assigned { assignment } | JobState::Completed { assignment } => {
            Ok(assignments::find(tx.conn(), job.city, assignment).await?)
        }
        JobState::Waiting | JobState::Cancelled | JobState::Unserved => Ok(None),
    }
}

/// Stores what a step changed. A job that became unserved by it is announced as such.
pub(crate) async fn save(tx: &mut Tx, changes: &Changes, counted: bool) -> Result<Option<Counted>, Error> {
    let (job, now) = (&changes.job, tx.now());
    jobs::save(tx.conn(), job, now).await?;
    let undone = changes.load.is_some_and(|delta| delta.served < 0);
    if let Some(assignment) = &changes.assignment {
        assignments::save(tx.conn(), job, assignment, counted && !undone).await?;
    }
    tell(tx, job, changes.assignment.as_ref())?;
    if job.state == JobState::Unserved {
        tx.emit(&contracts::dispatch::Unserved { request: job.request, city: job.city, unserved_at: now })?;
    }
    let Some(delta) = changes.load else { return Ok(None) };
    // What no longer counted among the orders of 30 days cannot be given back.
    let delta = if undone && !counted { LoadDelta { served: 0, ..delta } } else { delta };
    count::add(tx, &job.into(), delta).await.map(Some)
}

/// Tells whoever shows the board where the job stands once this is committed.
pub(crate) fn tell(tx: &mut Tx, job: &Job, assignment: Option<&Assignment>) -> Result<(), StoreError> {
    let column = match (job.state, assignment.map(|assignment| assignment.state)) {
        (JobState::Waiting, _) => Some(BoardColumn::Waiting),
        (JobState::Unserved, _) => Some(BoardColumn::Unserved),
        (JobState::Assigned { .. }, Some(AssignmentState::Accepted)) => Some(BoardColumn::Running),
        (JobState::Assigned { .. }, _) => Some(BoardColumn::Offered),
        (JobState::Completed { .. } | JobState::Cancelled, _) => None,
    };
    let jobs = vec![JobMoved { request: job.request, column }];
    tx.say(&JobsMoved { city: job.city, jobs })
}

/// The assignment among the changes of a step that always has one.
pub(crate) fn assignment(changes: &Changes) -> Result<Assignment, Error> {
    changes.assignment.clone().ok_or(Error::UnknownAssignment)
}

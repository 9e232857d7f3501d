//! Tries rows out, and carries them out: some at a time, by whatever instance comes first.

use chassis::store::{Command, Db, StoreError, Tx, WriteError};
use credit_domain::exchange::{Effect, Fault, Import, ImportState, Row};
use kernel::{City, ImportId};

use super::carry::carry;
use super::faults::{faults, without_policy};
use super::{ExchangeDesk, Kept};
use crate::error::Error;
use crate::store::import_rows::{self, RowState};
use crate::store::imports;

/// Imports looked at in one turn.
const IMPORTS_PER_TURN: u64 = 20;
/// Rows of one import in one turn: the others have their turn after it.
const ROWS_PER_TURN: u64 = 50;

/// Works on the imports under way, some rows each. Whether there is more to do.
///
/// # Errors
/// When the database refuses; the next turn goes on where this one was.
pub async fn work_on_imports(db: &Db, desk: &ExchangeDesk) -> Result<bool, Error> {
    let under_way = imports::under_way(db.read(), IMPORTS_PER_TURN).await?;
    let any = !under_way.is_empty();
    for import in under_way {
        match import.state {
            ImportState::Checking => check(db, desk, &import).await?,
            ImportState::Loading => load(db, desk, &import).await?,
            ImportState::Checked
            | ImportState::Proposed
            | ImportState::Loaded
            | ImportState::Discarded
            | ImportState::Expired => {}
        }
    }
    Ok(any)
}

/// Tries out the next rows.
async fn check(db: &Db, desk: &ExchangeDesk, import: &Import) -> Result<(), Error> {
    let waiting = [RowState::Waiting];
    let rows = import_rows::page(db.read(), import.id, &waiting, import.after, ROWS_PER_TURN).await?;
    let mut found = Vec::with_capacity(rows.len());
    for mut kept in rows {
        if let Some(row) = &kept.row {
            match db.write(&Trial { desk, import, number: kept.number, row }).await {
                Ok(never) => match never {},
                Err(Tried::Would(effect)) if kept.faults.is_empty() => kept.effect = Some(effect),
                Err(Tried::Would(_)) => kept.row = None,
                Err(Tried::Not(error)) => {
                    let found = told(import, &kept, error)?;
                    kept.faults =
                        together(kept.faults, found, without_policy(&desk.policy, row, &kept.cells));
                    kept.row = None;
                }
            }
        }
        found.push(kept);
    }
    db.write(&Checked { import, found }).await
}

/// What is wrong with a row, unless it was the database: then the row is looked at again.
fn told(import: &Import, kept: &Kept, error: Error) -> Result<Vec<Fault>, Error> {
    match error {
        Error::Store(error) if error.is_unavailable() => Err(error.into()),
        error => Ok(faults(import.kind, &kept.cells, error)),
    }
}

/// What is wrong with a row: with its cells as they were read, then what its trial found, and what a trial that ended
/// earlier may not have come to. Of one that was tried out with something else in its bad cells, only what is about
/// the others.
fn together(read: Vec<Fault>, tried: Vec<Fault>, besides: Vec<Fault>) -> Vec<Fault> {
    let clean = read.is_empty();
    let mut all = read;
    let columns: Vec<_> = all.iter().map(|fault| fault.column.clone()).collect();
    for fault in tried.into_iter().chain(besides) {
        let about_others = fault.column.is_some() && !columns.contains(&fault.column);
        if (clean || about_others) && !all.contains(&fault) {
            all.push(fault);
        }
    }
    all
}

/// Carries a row out in a transaction that never commits.
struct Trial<'a> {
    desk: &'a ExchangeDesk,
    import: &'a Import,
    number: u32,
    row: &'a Row,
}

/// Why a trial left nothing behind: it always does.
enum Tried {
    /// It would have led to this.
    Would(Effect),
    /// It would not have been carried out.
    Not(Error),
}

impl From<StoreError> for Tried {
    fn from(error: StoreError) -> Self {
        Self::Not(error.into())
    }
}

impl WriteError for Tried {
    fn is_transient(&self) -> bool {
        match self {
            Self::Would(_) => false,
            Self::Not(error) => error.is_transient(),
        }
    }
}

impl Command for Trial<'_> {
    type Out = core::convert::Infallible;
    type Error = Tried;

    async fn run(&self, tx: &mut Tx) -> Result<Self::Out, Tried> {
        // Any command may be behind it: it stands on the heap.
        match Box::pin(carry(tx, self.desk, self.import, (self.number, self.row))).await {
            Ok(effect) => Err(Tried::Would(effect)),
            Err(error) => Err(Tried::Not(error)),
        }
    }
}

/// Writes down how rows came out; none means that there are no more.
struct Checked<'a> {
    /// As it was when the rows were read.
    import: &'a Import,
    found: Vec<Kept>,
}

impl Command for Checked<'_> {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let Some(mut import) = unmoved(tx, self.import).await? else { return Ok(()) };
        for kept in &self.found {
            let state = if kept.row.is_some() { RowState::Good } else { RowState::Bad };
            import_rows::save(tx.conn(), import.id, kept, state).await?;
            import = import.row_checked(kept.number, kept.effect);
        }
        if self.found.is_empty() {
            import = import.rows_over();
        }
        Ok(imports::save(tx.conn(), &import, true).await?)
    }
}

/// Carries out the next rows.
async fn load(db: &Db, desk: &ExchangeDesk, import: &Import) -> Result<(), Error> {
    let good = [RowState::Good];
    let rows = import_rows::page(db.read(), import.id, &good, import.after, ROWS_PER_TURN).await?;
    if rows.is_empty() {
        return db.write(&Checked { import, found: Vec::new() }).await;
    }
    let mut import = import.clone();
    for kept in rows {
        let loaded = db.write(&Load { desk, import: &import, kept: &kept }).await;
        let next = match loaded {
            Ok(next) => next,
            Err(error) => {
                let faults = told(&import, &kept, error)?;
                db.write(&Fail { import: &import, kept: &kept, faults }).await?
            }
        };
        // Another instance was faster: it goes on.
        let Some(next) = next else { return Ok(()) };
        import = next;
    }
    Ok(())
}

/// Carries out one row, and says so: both or neither.
struct Load<'a> {
    desk: &'a ExchangeDesk,
    import: &'a Import,
    kept: &'a Kept,
}

impl Command for Load<'_> {
    type Out = Option<Import>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Option<Import>, Error> {
        let (Some(import), Some(row)) = (unmoved(tx, self.import).await?, &self.kept.row) else {
            return Ok(None);
        };
        let effect = Box::pin(carry(tx, self.desk, &import, (self.kept.number, row))).await?;
        // What it holds of persons is where it belongs by now.
        let done = Kept { row: None, effect: Some(effect), ..self.kept.clone() };
        import_rows::save(tx.conn(), import.id, &done, RowState::Loaded).await?;
        let import = import.row_loaded(self.kept.number, true);
        imports::save(tx.conn(), &import, true).await?;
        Ok(Some(import))
    }
}

/// Writes down why a row could not be carried out any more.
struct Fail<'a> {
    import: &'a Import,
    kept: &'a Kept,
    faults: Vec<Fault>,
}

impl Command for Fail<'_> {
    type Out = Option<Import>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Option<Import>, Error> {
        let Some(import) = unmoved(tx, self.import).await? else { return Ok(None) };
        let failed = Kept { row: None, faults: self.faults.clone(), effect: None, ..self.kept.clone() };
        import_rows::save(tx.conn(), import.id, &failed, RowState::Failed).await?;
        let import = import.row_loaded(self.kept.number, false);
        imports::save(tx.conn(), &import, true).await?;
        Ok(Some(import))
    }
}

/// The import, held, if it is still where it was when its rows were read.
async fn unmoved(tx: &Tx, seen: &Import) -> Result<Option<Import>, Error> {
    let (city, id): (City, ImportId) = (seen.city, seen.id);
    let now = imports::lock(tx.conn(), city, id).await?.ok_or(Error::Unknown("import"))?;
    Ok((now.state == seen.state && now.after == seen.after).then_some(now))
}

use core::time::Duration;
use std::collections::HashMap;

use chassis::store::idempotency::{self, Key, Seen};
use chassis::store::{Command, Tx};
use credit_domain::exchange::{Fault, FileFormat, Import, NewImport, Row, TableKind, masked};
use kernel::{ActorId, City, ImportId};

use super::Kept;
use crate::error::Error;
use crate::store::{import_rows, imports};

/// Begins an import: keeps the rows of a file as they were read. Nothing is carried out.
#[derive(Debug)]
pub struct BeginImport {
    /// The `Idempotency-Key`.
    pub key: Key,
    /// The city.
    pub city: City,
    /// What is in it.
    pub kind: TableKind,
    /// SHA-256 of the file, as hex digits.
    pub digest: String,
    /// What kind of file it is.
    pub format: FileFormat,
    /// Who hands it in.
    pub by: ActorId,
    /// How long rows are kept.
    pub keep: Duration,
    /// Its rows.
    pub rows: Vec<Kept>,
}

impl BeginImport {
    /// Reads the rows of a file: their numbers, and the cells in the order of the table's columns.
    #[must_use]
    pub fn read_rows(kind: TableKind, lines: impl IntoIterator<Item = (u32, Vec<String>)>) -> Vec<Kept> {
        let mut seen = HashMap::new();
        let kept = |(number, cells): (u32, Vec<String>)| {
            let mut read = Row::read(kind, &cells);
            if let Ok(row) = &read
                && seen.insert(row.key(), number).is_some()
            {
                read = Err(vec![Fault::twice()]);
            }
            let (row, faults) = match read {
                Ok(row) => (Some(row), Vec::new()),
                // What else is wrong with it is found by trying it out with something else in the bad cells.
                Err(faults) if faults.iter().all(|fault| fault.column.is_some()) => {
                    Row::with_stand_ins(kind, &cells, faults)
                }
                Err(faults) => (None, faults),
            };
            let columns = kind.columns().iter();
            let cells = columns.zip(&cells).map(|(column, cell)| masked(column, cell)).collect();
            Kept { number, cells, row, faults, effect: None }
        };
        lines.into_iter().map(kept).collect()
    }
}

impl Command for BeginImport {
    type Out = Import;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Import, Error> {
        match idempotency::look_up::<ImportId>(tx.conn(), &self.key).await? {
            Seen::Fresh => {}
            Seen::Before(first) => {
                let first = imports::find(tx.conn(), self.city, first).await?;
                return first.ok_or(Error::Unknown("import"));
            }
            Seen::OtherPayload => return Err(Error::KeyReused),
        }
        let bad = self.rows.iter().filter(|kept| kept.row.is_none()).count();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let new = NewImport {
            id: tx.next_id(),
            city: self.city,
            kind: self.kind,
            digest: self.digest.clone(),
            format: self.format,
            by: self.by,
            expires_at: tx.now().after(self.keep),
            rows: count(self.rows.len()),
            bad: count(bad),
            needs_second: self.rows.iter().filter_map(Kept::fit).any(Row::needs_second_person),
        };
        let import = Import::begun(new, tx.now());
        imports::insert(tx.conn(), &import).await?;
        import_rows::insert(tx.conn(), import.id, &self.rows).await?;
        idempotency::store(tx.conn(), &self.key, &import.id, tx.now()).await?;
        Ok(import)
    }
}

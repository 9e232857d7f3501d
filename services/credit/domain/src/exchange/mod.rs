//! Tables that come in and go out as files (导入导出): their columns, how a line becomes a row, and the life of an
//! import. What a row then leads to is for the commands that everybody uses.
//!
//! **To add a kind of table**: a file beside the others with its columns and its [`Table`]; a line in `tables!`
//! below; then the compiler asks for what carries a row out and what a table is exported from.

mod cells;
mod header;
mod honours;
mod import;
mod merchants;
mod prices;
mod standards;
mod standings;
#[cfg(test)]
mod tests;
mod workers;

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use cells::from_text;
pub use cells::{Cells, Fault, Says, masked, shortened, until_text};
pub use header::{HeaderFault, Layout, REASON, ROW};
pub use honours::HonourRow;
pub use import::{Counts, Effect, FileFormat, Import, ImportRefusal, ImportState, LoadMode, NewImport, Step};
pub use merchants::{Entry, MerchantRow};
pub use prices::PriceRow;
pub use standards::StandardRow;
pub use standings::{STANDING_COLUMNS, standing_line};
pub use workers::{Person, WorkerRow};

/// Who may see again what stood in a column, when a row is told to be bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// Whoever may see the import.
    Open,
    /// A name: of it the first character is kept.
    Name,
    /// A number that names a person: it is read and forgotten.
    Never,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// What it is called in Chinese.
    pub zh: &'static str,
    /// The same in English: also what the interface calls it.
    pub en: &'static str,
    /// Whether a file must have it.
    pub needed: bool,
    /// Who may see again what stood in it.
    pub privacy: Privacy,
}

impl Column {
    const fn needed(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en, needed: true, privacy: Privacy::Open }
    }

    const fn free(zh: &'static str, en: &'static str) -> Self {
        Self { needed: false, ..Self::needed(zh, en) }
    }

    const fn of(self, privacy: Privacy) -> Self {
        Self { privacy, ..self }
    }

    /// As it stands in the first line of a file that goes out: Chinese first.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.zh, self.en)
    }
}

/// A table: its columns, and its rows to and from texts.
pub trait Table: Sized {
    /// In the order in which they go out.
    const COLUMNS: &'static [Column];

    /// A line that can be read: what stands in for cells that cannot, so that the others are looked at all the same.
    const SAMPLE: &'static [&'static str];

    /// Reads a row; what does not fit is noted in the cells, and nothing is read then.
    fn read(cells: &mut Cells<'_>) -> Option<Self>;

    /// By what a row is told apart from the others of its file.
    fn key(&self) -> String;

    /// The cells of a row, one for each column.
    fn write(&self) -> Vec<String>;
}

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $row:ident;)*) => {
        /// A kind of table that comes in and goes out.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum TableKind {
            $($(#[$doc])* $name,)*
        }

        impl TableKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The one form in storage and on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// Its columns.
            #[must_use]
            pub const fn columns(self) -> &'static [Column] {
                match self {
                    $(Self::$name => $row::COLUMNS,)*
                }
            }
        }

        /// A row of some table.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Row {
            $($(#[$doc])* $name($row),)*
        }

        impl Row {
            /// Reads a row from its cells, one for each column of the table.
            ///
            /// # Errors
            /// All that does not fit.
            pub fn read(kind: TableKind, cells: &[String]) -> Result<Self, Vec<Fault>> {
                let mut cells = Cells::new(kind.columns(), cells);
                let row = match kind {
                    $(TableKind::$name => $row::read(&mut cells).map(Self::$name),)*
                };
                cells.finish(row)
            }

            /// A row of these cells with something that can be read in place of what these faults are about: what else
            /// is wrong with it shows when that is tried out. None where it could not be read even so. With the
            /// faults, and those of cells that were not looked at before because of them.
            #[must_use]
            pub fn with_stand_ins(
                kind: TableKind,
                cells: &[String],
                mut faults: Vec<Fault>,
            ) -> (Option<Self>, Vec<Fault>) {
                let sample = match kind {
                    $(TableKind::$name => $row::SAMPLE,)*
                };
                // Each round finds another column at least.
                for _ in kind.columns() {
                    let cell = |((column, cell), sample): ((&Column, &String), &&str)| {
                        let bad = faults.iter().any(|fault| fault.is_about(column));
                        if bad { (*sample).to_owned() } else { cell.clone() }
                    };
                    let mended: Vec<String> =
                        kind.columns().iter().zip(cells).zip(sample).map(cell).collect();
                    match Self::read(kind, &mended) {
                        Ok(row) => return (Some(row), faults),
                        Err(more) => {
                            let known: Vec<_> = faults.iter().map(|fault| fault.column.clone()).collect();
                            faults.extend(more.into_iter().filter(|one| !known.contains(&one.column)));
                        }
                    }
                }
                (None, faults)
            }

            /// By what it is told apart from the others of its file.
            #[must_use]
            pub fn key(&self) -> String {
                match self {
                    $(Self::$name(row) => row.key(),)*
                }
            }

            /// Its cells, one for each column.
            #[must_use]
            pub fn write(&self) -> Vec<String> {
                match self {
                    $(Self::$name(row) => row.write(),)*
                }
            }
        }
    };
}

tables! {
    /// Merchants (企业): applications, or merchants that were affiliated elsewhere.
    Merchants = "merchants", MerchantRow;
    /// Workers and their papers (从业人员).
    Workers = "workers", WorkerRow;
    /// Posted prices (价格).
    Prices = "prices", PriceRow;
    /// Standards (标准).
    Standards = "standards", StandardRow;
    /// Honours, each of them a proposal (荣誉).
    Honours = "honours", HonourRow;
}

impl Row {
    /// Whether a second person has to agree before it is carried out: somebody would be let in by it.
    #[must_use]
    pub fn needs_second_person(&self) -> bool {
        matches!(self, Self::Merchants(MerchantRow { entry: Entry::TakenOver { .. }, .. }))
    }
}

impl fmt::Display for TableKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no kind of table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of table: expected one of merchants, workers, prices, standards, honours")]
pub struct TableKindError;

impl FromStr for TableKind {
    type Err = TableKindError;

    fn from_str(text: &str) -> Result<Self, TableKindError> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text).ok_or(TableKindError)
    }
}

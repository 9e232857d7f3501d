//! Tables as files: text with commas, and workbooks of Excel. What a file is, is found by what is in it, never by
//! its name. Whatever is read has limits: a workbook is unpacked once, counting, before anything believes it.

mod csv;
mod write;
mod xlsx;

use credit_domain::exchange::FileFormat;

pub(crate) use write::{BOM, XlsxWriter, csv_lines};

/// Lines of a file at most, besides the first.
pub(crate) const ROWS_MAX: usize = 20_000;
/// Cells of a line at most: more columns than any table has.
const CELLS_MAX: usize = 100;
/// Characters of a cell at most; what is longer is cut, and then too long for its column.
const CELL_CHARS_MAX: usize = 20_000;

/// A line with the number that a person sees beside it.
pub(crate) type Line = (u32, Vec<String>);

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// What kind of file it is.
    pub(crate) format: FileFormat,
    /// The first line that is not empty.
    pub(crate) header: Vec<String>,
    /// The lines below it that are not empty.
    pub(crate) lines: Vec<Line>,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SheetError {
    /// Nothing is in it.
    #[error("the file has no line")]
    Empty,
    /// It is an old workbook, or one with a password: neither is read.
    #[error("the file is an old or a protected workbook: save it as .xlsx without a password, or as CSV")]
    OldWorkbook,
    /// It is no workbook, though it begins like one.
    #[error("the workbook cannot be read: {0}")]
    Workbook(String),
    /// It is text in neither UTF-8 nor GB 18030, or no text at all.
    #[error("the file is neither a workbook nor text in UTF-8 or GB 18030")]
    Encoding,
    /// It has more lines than are taken at once.
    #[error("the file has more than {ROWS_MAX} lines: hand it in in parts")]
    TooManyLines,
    /// Unpacked it is larger than is taken.
    #[error("unpacked the workbook has more than {} MiB", xlsx::UNPACKED_BYTES_MAX / 1_024 / 1_024)]
    TooLarge,
}

/// Reads a file.
///
/// # Errors
/// [`SheetError`].
pub(crate) fn read(bytes: &[u8]) -> Result<Sheet, SheetError> {
    match bytes {
        [b'P', b'K', 3 | 5, ..] => xlsx::read(bytes),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(SheetError::OldWorkbook),
        _ => csv::read(bytes),
    }
}

/// Gathers the lines of a sheet as they come.
struct Gathering {
    header: Option<Vec<String>>,
    lines: Vec<Line>,
}

impl Gathering {
    const fn new() -> Self {
        Self { header: None, lines: Vec::new() }
    }

    /// Lines without a word are no rows.
    fn line(&mut self, number: u32, cells: Vec<String>) -> Result<(), SheetError> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        if self.header.is_none() {
            self.header = Some(cells);
            return Ok(());
        }
        if self.lines.len() >= ROWS_MAX {
            return Err(SheetError::TooManyLines);
        }
        self.lines.push((number, cells));
        Ok(())
    }

    fn finish(self, format: FileFormat) -> Result<Sheet, SheetError> {
        let header = self.header.ok_or(SheetError::Empty)?;
        Ok(Sheet { format, header, lines: self.lines })
    }
}

fn cut(text: &str) -> String {
    text.chars().take(CELL_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests;

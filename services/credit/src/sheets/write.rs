use std::io::Write;

use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// Without it Excel takes a file for one in the system's own encoding.
pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";
/// Characters of a cell that a workbook takes.
const CELL_CHARS_MAX: usize = 32_767;

/// A cell that no spreadsheet takes for a formula: one that begins like one gets an apostrophe before it, which
/// is taken off again when it comes in.
pub(crate) fn escaped(cell: &str) -> String {
    let rest = cell.strip_prefix('\'').unwrap_or(cell);
    if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

/// Lines of text with commas, each cell escaped.
///
/// # Errors
/// None that memory would not have.
pub(crate) fn csv_lines<'a>(lines: impl IntoIterator<Item = &'a [String]>) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for line in lines {
        writer.write_record(line.iter().map(|cell| escaped(cell)))?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}

/// Writes a workbook: lines go to a file of their own as they come, so that memory holds one of them.
pub(crate) struct XlsxWriter {
    book: Workbook,
    row: u32,
    bold: Format,
}

impl XlsxWriter {
    /// An empty one with a sheet of this name.
    ///
    /// # Errors
    /// When the name does not fit.
    pub(crate) fn new(name: &str) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        book.add_worksheet_with_constant_memory().set_name(name)?;
        Ok(Self { book, row: 0, bold: Format::new().set_bold() })
    }

    /// One more line, each cell a text: a code keeps its zeroes, a number its digits.
    ///
    /// # Errors
    /// When the file behind it cannot be written, or the sheet is full.
    pub(crate) fn line(&mut self, cells: &[String]) -> Result<(), XlsxError> {
        let is_first = self.row == 0;
        let (row, bold) = (self.row, self.bold.clone());
        let sheet = self.book.worksheet_from_index(0)?;
        for (column, cell) in (0_u16..).zip(cells) {
            let text: String = escaped(cell).chars().take(CELL_CHARS_MAX).collect();
            if is_first {
                sheet.write_string_with_format(row, column, text, &bold)?;
            } else if !text.is_empty() {
                sheet.write_string(row, column, text)?;
            }
        }
        self.row += 1;
        Ok(())
    }

    /// Puts it together.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn finish(mut self, to: impl Write + std::io::Seek + Send) -> Result<(), XlsxError> {
        self.book.save_to_writer(to)
    }
}

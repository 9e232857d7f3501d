use std::borrow::Cow;

use credit_domain::exchange::FileFormat;

use super::{CELLS_MAX, Gathering, Sheet, SheetError, cut};

/// Reads text with commas.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, SheetError> {
    let (text, format) = decoded(bytes)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let (mut gathering, mut record) = (Gathering::new(), csv::StringRecord::new());
    // A person sees rows, of which one may have several lines: what the reader skips are empty rows.
    let (mut row, mut line_after) = (0, 1);
    while reader.read_record(&mut record).map_err(|_| SheetError::Encoding)? {
        let line = record.position().map_or(line_after, csv::Position::line);
        row += 1 + line.saturating_sub(line_after);
        line_after = reader.position().line();
        let number = u32::try_from(row).unwrap_or(u32::MAX);
        gathering.line(number, record.iter().take(CELLS_MAX).map(cut).collect())?;
    }
    gathering.finish(format)
}

/// As text: UTF-8, with or without its mark, or what Excel in China writes.
fn decoded(bytes: &[u8]) -> Result<(Cow<'_, str>, FileFormat), SheetError> {
    let bare = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bare.contains(&0) {
        return Err(SheetError::Encoding);
    }
    if let Ok(text) = core::str::from_utf8(bare) {
        return Ok((Cow::Borrowed(text), FileFormat::CsvUtf8));
    }
    let text = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bare);
    text.map(|text| (text, FileFormat::CsvGb18030)).ok_or(SheetError::Encoding)
}

use std::borrow::Cow;

use credit_domain::exchange::FileFormat;

use super::{CELLS_MAX, Gathering, Sheet, SheetError, cut};

/// Reads text with commas.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, SheetError> {
    let (text, format) = decoded(bytes)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let (mut gathering, mut record, mut row) = (Gathering::new(), csv::StringRecord::new(), 0_u32);
    while reader.read_record(&mut record).map_err(|_| SheetError::Encoding)? {
        // A person sees rows, of which one may have several lines; the empty ones, which the reader skips, count.
        let skipped = record.position().map_or(0, |from| empty_lines(&text, from.byte()));
        row = row.saturating_add(1).saturating_add(skipped);
        gathering.line(row, record.iter().take(CELLS_MAX).map(cut).collect())?;
    }
    gathering.finish(format)
}

/// How many lines without anything begin at this byte. The reader stops between the two characters that end a line.
fn empty_lines(text: &str, from: u64) -> u32 {
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let (before, rest) = text.as_bytes().split_at_checked(from).unwrap_or_default();
    let rest = if before.ends_with(b"\r") { rest.strip_prefix(b"\n").unwrap_or(rest) } else { rest };
    let ends = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).filter(|byte| **byte == b'\n');
    u32::try_from(ends.count()).unwrap_or(u32::MAX)
}

/// As text: UTF-8, with or without its mark, or what Excel in China writes.
fn decoded(bytes: &[u8]) -> Result<(Cow<'_, str>, FileFormat), SheetError> {
    let bare = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    // GB 18030 gives a letter for almost any bytes, so that a picture would be a table: but no text holds these.
    if bare.iter().any(|byte| matches!(byte, 0..=8 | 14..=31)) {
        return Err(SheetError::Encoding);
    }
    if let Ok(text) = core::str::from_utf8(bare) {
        return Ok((Cow::Borrowed(text), FileFormat::CsvUtf8));
    }
    let text = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bare);
    text.map(|text| (text, FileFormat::CsvGb18030)).ok_or(SheetError::Encoding)
}

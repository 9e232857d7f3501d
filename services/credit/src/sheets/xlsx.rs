use std::io::{Cursor, Read as _};

use calamine::{Data, DataRef, Reader as _, Xlsx};
use credit_domain::exchange::FileFormat;
use zip::ZipArchive;

use super::{CELLS_MAX, Gathering, Sheet, SheetError, cut};

/// Unpacked a workbook has this many bytes at most.
pub(super) const UNPACKED_BYTES_MAX: u64 = 64 * 1_024 * 1_024;
/// Files within a workbook at most.
const PARTS_MAX: usize = 200;
/// From here on a number has lost digits: a resident number, typed as one.
const EXACT_MAX: f64 = 1e15;

/// Reads the first sheet of a workbook.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, SheetError> {
    weigh(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsxError::Password => SheetError::OldWorkbook,
        other => broken(&other),
    })?;
    let first = book.sheet_names().into_iter().next().ok_or(SheetError::Empty)?;
    // Cell by cell: a sheet that says it has a million columns gets no memory for them.
    let mut cells = book.worksheet_cells_reader(&first).map_err(|error| broken(&error))?;
    let (mut gathering, mut at, mut line) = (Gathering::new(), 0, Vec::new());
    while let Some(cell) = cells.next_cell().map_err(|error| broken(&error))? {
        let (row, column) = cell.get_position();
        if row != at {
            gathering.line(at.saturating_add(1), core::mem::take(&mut line))?;
            at = row;
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column < CELLS_MAX {
            line.resize(line.len().max(column + 1), String::new());
            if let Some(place) = line.get_mut(column) {
                *place = cut(&text(cell.get_value()));
            }
        }
    }
    gathering.line(at.saturating_add(1), line)?;
    gathering.finish(FileFormat::Xlsx)
}

/// Unpacks the whole workbook once without keeping it: what its directory says of sizes is not believed.
fn weigh(bytes: &[u8]) -> Result<(), SheetError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if archive.len() > PARTS_MAX {
        return Err(SheetError::TooLarge);
    }
    let mut left = UNPACKED_BYTES_MAX;
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|error| broken(&error))?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        let read = read.map_err(|error| broken(&error))?;
        left = left.checked_sub(read).ok_or(SheetError::TooLarge)?;
    }
    Ok(())
}

/// As a person sees it, days as dates.
fn text(value: &DataRef<'_>) -> String {
    match Data::from(value.clone()) {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text,
        Data::Int(number) => number.to_string(),
        // Written in full it would look like a number that somebody has.
        Data::Float(number) if number.abs() >= EXACT_MAX => format!("{number:e}"),
        Data::Float(number) => number.to_string(),
        Data::Bool(yes) => if yes { "yes" } else { "no" }.to_owned(),
        Data::DateTime(moment) => {
            let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
            if moment.as_f64() < 1.0 {
                format!("{hour:02}:{minute:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02}")
            }
        }
        Data::Error(error) => error.to_string(),
        Data::Empty => String::new(),
    }
}

fn broken(error: &impl core::fmt::Display) -> SheetError {
    SheetError::Workbook(cut(&error.to_string()).chars().take(200).collect())
}

//! Reading one line of a table: each cell with what is wrong with it, and how to mend it.

use core::str::FromStr;
use core::time::Duration;

use kernel::{Day, SocialCreditCode, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Column, Privacy};
use crate::workers::IdentityNumber;

/// Of a bad value so much is shown.
const SHOWN_CHARS_MAX: usize = 40;
/// What makes a spreadsheet take a text for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// What parts the items of a list within a cell.
const SEPARATORS: [char; 7] = [';', '；', '、', ',', '，', '|', '\n'];

/// What is said about a bad value, and how to mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Says {
    /// In one word, with hyphens.
    pub code: &'static str,
    /// What to mend, in Chinese.
    pub zh: &'static str,
    /// The same in English.
    pub en: &'static str,
}

const MISSING: Says =
    Says { code: "missing-value", zh: "此列必填，请补上。", en: "This column must be filled in." };
const TOO_LONG: Says =
    Says { code: "too-long", zh: "文字过长，请缩短。", en: "The text is too long. Shorten it." };
const NO_DATE: Says = Says {
    code: "not-a-date",
    zh: "请写成 2027-05-31 这样的日期（含当日）。",
    en: "Write a date such as 2027-05-31; that day is included.",
};
/// The same row stands in the file before.
const TWICE: Says = Says {
    code: "duplicate-row",
    zh: "文件中前面已有同一条。请只保留一条。",
    en: "The file has this row further up. Keep one of them.",
};

/// Something that is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// In which column, by its title; none where it is the row as a whole.
    pub column: Option<String>,
    /// What stands there, shortened; empty where it is nobody's business.
    pub value: String,
    /// In one word.
    pub code: String,
    /// What to mend, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

impl Fault {
    /// Of the row as a whole.
    #[must_use]
    pub fn of_row(says: Says) -> Self {
        let Says { code, zh, en } = says;
        Self { column: None, value: String::new(), code: code.into(), zh: zh.into(), en: en.into() }
    }

    /// Whether it is about this column.
    #[must_use]
    pub fn is_about(&self, column: &Column) -> bool {
        self.column.as_ref().is_some_and(|title| *title == column.title())
    }

    /// The same row stands in the file before.
    #[must_use]
    pub fn twice() -> Self {
        Self::of_row(TWICE)
    }
}

/// As much of a text as is shown.
#[must_use]
pub fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN_CHARS_MAX).collect();
    if text.chars().count() > SHOWN_CHARS_MAX {
        shown.push('…');
    }
    shown
}

/// What may be kept of a cell that was not understood. Lines slip: a number that names a person is one in whatever
/// column it stands.
#[must_use]
pub fn masked(column: &Column, text: &str) -> String {
    let names_somebody = IdentityNumber::from_str(text.trim()).is_ok();
    match column.privacy {
        Privacy::Open if names_somebody && SocialCreditCode::try_new(text).is_err() => String::new(),
        Privacy::Open => text.to_owned(),
        Privacy::Name if names_somebody => String::new(),
        Privacy::Name => crate::workers::mask(text),
        Privacy::Never => String::new(),
    }
}

/// A last moment as people write it: the last day that counts, with the time in the city where it ends within one.
#[must_use]
pub fn until_text(until: Timestamp) -> String {
    let day = until.in_city().day;
    if day.at_minute(0) == until { day.plus(-1).to_string() } else { with_time(day, until) }
}

/// A first moment as people write it: the day on which it begins, with the time in the city where it begins within it.
pub(super) fn from_text(from: Timestamp) -> String {
    let day = from.in_city().day;
    if day.at_minute(0) == from { day.to_string() } else { with_time(day, from) }
}

/// Such as `2027-06-01 08:30:00`, with microseconds where there are any, so that it comes in again as it was.
fn with_time(day: Day, at: Timestamp) -> String {
    let into = at.since(day.at_minute(0));
    let (seconds, micros) = (into.as_secs(), into.subsec_micros());
    let part = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    format!("{day} {:02}:{:02}:{:02}{part}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// A cell as it was written: without what keeps a spreadsheet from taking it for a formula.
fn plain(text: &str) -> &str {
    let text = text.trim();
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA) => rest,
        Some(_) | None => text,
    }
}

/// The cells of a line, one for each column of its table, and what was found wrong with them.
#[derive(Debug)]
pub struct Cells<'a> {
    columns: &'static [Column],
    cells: &'a [String],
    faults: Vec<Fault>,
}

impl<'a> Cells<'a> {
    /// Of this line.
    #[must_use]
    pub const fn new(columns: &'static [Column], cells: &'a [String]) -> Self {
        Self { columns, cells, faults: Vec::new() }
    }

    /// What was read, or what is wrong with it.
    pub(super) fn finish<T>(self, read: Option<T>) -> Result<T, Vec<Fault>> {
        match read {
            Some(read) if self.faults.is_empty() => Ok(read),
            Some(_) | None => Err(self.faults),
        }
    }

    /// Notes what is wrong with a column; the same of many items of a list is told once.
    pub(super) fn fault(&mut self, en: &str, says: Says) {
        let column = self.columns.iter().find(|column| column.en == en);
        let value = column.map(|column| shortened(&masked(column, self.raw(en)))).unwrap_or_default();
        let column = column.map(Column::title);
        let fault = Fault { column, value, ..Fault::of_row(says) };
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// What stands in the column, without spaces around it; may be empty.
    pub(super) fn raw(&self, en: &str) -> &'a str {
        let place = self.columns.iter().position(|column| column.en == en);
        place.and_then(|place| self.cells.get(place)).map(|cell| plain(cell)).unwrap_or_default()
    }

    /// A text that must be there.
    pub(super) fn text(&mut self, en: &str, chars_max: usize) -> Option<String> {
        self.filled(en)?;
        self.note(en, chars_max)
    }

    /// A text that may be there.
    pub(super) fn note(&mut self, en: &str, chars_max: usize) -> Option<String> {
        let text = self.raw(en);
        if text.chars().count() > chars_max {
            self.fault(en, TOO_LONG);
            return None;
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Something that must be there.
    pub(super) fn read<T: FromStr>(&mut self, en: &str, says: Says) -> Option<T> {
        let text = self.filled(en)?;
        self.parsed(en, text, says)
    }

    /// Something that may be there.
    pub(super) fn maybe<T: FromStr>(&mut self, en: &str, says: Says) -> Option<T> {
        let text = self.raw(en);
        if text.is_empty() { None } else { self.parsed(en, text, says) }
    }

    /// A list, each item once; may be empty.
    pub(super) fn list<T: FromStr + PartialEq>(&mut self, en: &str, says: Says) -> Vec<T> {
        let mut read: Vec<T> = Vec::new();
        for item in self.items(en) {
            if let Some(item) = self.parsed(en, item, says)
                && !read.contains(&item)
            {
                read.push(item);
            }
        }
        read
    }

    /// The same where there must be one at least.
    pub(super) fn some<T: FromStr + PartialEq>(&mut self, en: &str, says: Says) -> Option<Vec<T>> {
        self.filled(en)?;
        Some(self.list(en, says))
    }

    /// The items of a list as they stand.
    pub(super) fn items(&self, en: &str) -> Vec<&'a str> {
        self.raw(en).split(SEPARATORS).map(str::trim).filter(|item| !item.is_empty()).collect()
    }

    /// The lines of a cell, for lists whose items hold commas.
    pub(super) fn lines(&self, en: &str) -> Vec<&'a str> {
        self.raw(en).split(['\n', ';', '；']).map(str::trim).filter(|item| !item.is_empty()).collect()
    }

    /// The first moment after each day of a list, or each moment as it is written.
    pub(super) fn untils(&mut self, en: &str) -> Vec<Timestamp> {
        let mut read = Vec::new();
        for item in self.items(en) {
            match until(item) {
                Some(moment) => read.push(moment),
                None => self.fault(en, NO_DATE),
            }
        }
        read
    }

    /// The first moment after a day, or a moment as it is written.
    pub(super) fn until(&mut self, en: &str) -> Option<Timestamp> {
        let text = self.raw(en);
        let read = until(text);
        if read.is_none() && !text.is_empty() {
            self.fault(en, NO_DATE);
        }
        read
    }

    /// The first moment of a day, or a moment as it is written.
    pub(super) fn since(&mut self, en: &str) -> Option<Timestamp> {
        let text = self.raw(en);
        let read = day(text).map(|day| day.at_minute(0)).or_else(|| moment(text));
        if read.is_none() && !text.is_empty() {
            self.fault(en, NO_DATE);
        }
        read
    }

    /// Notes that a column is empty that must not be.
    pub(super) fn filled(&mut self, en: &str) -> Option<&'a str> {
        let text = self.raw(en);
        if text.is_empty() {
            self.fault(en, MISSING);
        }
        (!text.is_empty()).then_some(text)
    }

    fn parsed<T: FromStr>(&mut self, en: &str, text: &str, says: Says) -> Option<T> {
        let read = text.parse().ok();
        if read.is_none() {
            self.fault(en, says);
        }
        read
    }
}

fn until(text: &str) -> Option<Timestamp> {
    day(text).map(|day| day.next().at_minute(0)).or_else(|| moment(text))
}

/// A day with the time in the city, as it goes out, or an instant as the interface writes it.
fn moment(text: &str) -> Option<Timestamp> {
    let in_city = || {
        let (date, time) = text.split_once(' ')?;
        Some(day(date)?.at_minute(0).after(time_of_day(time.trim())?))
    };
    in_city().or_else(|| text.parse().ok())
}

/// Hours and minutes, with or without seconds and their parts: a spreadsheet leaves out what is zero.
fn time_of_day(text: &str) -> Option<Duration> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits =
        |text: &str, most: usize| text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut fields = whole.split(':');
    let mut field = |below: u64| {
        let field = fields.next()?;
        (!field.is_empty() && digits(field, 2)).then(|| field.parse().ok()).flatten().filter(|it| *it < below)
    };
    let (hours, minutes) = (field(24)?, field(60)?);
    let seconds = if whole.matches(':').count() == 2 { field(60)? } else { 0 };
    let fits = whole.matches(':').count() <= 2 && digits(part, 6);
    let micros: u64 = if part.is_empty() { 0 } else { format!("{part:0<6}").parse().ok()? };
    let seconds = Duration::from_secs(hours * 3_600 + minutes * 60 + seconds);
    fits.then(|| seconds + Duration::from_micros(micros))
}

/// A day as people and spreadsheets write it: 2027-05-31, 2027/5/31, 2027.5.31, 2027年5月31日.
fn day(text: &str) -> Option<Day> {
    let mut parts = text.trim_end_matches('日').split(['-', '/', '.', '年', '月']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = year.len() == 4 && parts.next().is_none();
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    if fits { Day::from_calendar(year, month, day) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column::free("名称", "name"),
        Column::free("证件", "document").of(Privacy::Never),
        Column::free("有效期至", "until"),
    ];

    fn until_of(text: &str) -> Option<String> {
        let line = [String::new(), String::new(), text.to_owned()];
        Cells::new(COLUMNS, &line).until("until").map(|until| until.to_string())
    }

    #[test]
    fn a_last_day_is_included_however_it_is_written() {
        for text in ["2027-05-31", "2027/5/31", "2027.5.31", "2027年5月31日", "2027-05-31T16:00:00Z"] {
            assert_eq!(until_of(text).as_deref(), Some("2027-05-31T16:00:00Z"), "{text}");
        }
        for text in [
            "31.5.2027",
            "2027-02-30",
            "27-5-31",
            "soon",
            "",
            "2027-05-31 24:00",
            "2027-05-31 8",
            "2027-05-31 1:2:3:4",
        ] {
            assert_eq!(until_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_within_a_day_goes_out_in_the_city_s_time_and_comes_in_as_it_was() {
        for text in ["2027-05-31", "2027-06-01 00:00:01", "2027-06-01 08:30:00", "2027-06-01 23:59:59.000001"]
        {
            assert_eq!(until_text(until(text).unwrap()), text);
        }
        assert_eq!(from_text(moment("2027/6/1 8:30").unwrap()), "2027-06-01 08:30:00");
        assert_eq!(from_text(moment("2027-06-01T00:30:00Z").unwrap()), "2027-06-01 08:30:00");
        assert_eq!(from_text(moment("2027-06-01 00:00").unwrap()), "2027-06-01");
    }

    #[test]
    fn what_keeps_a_formula_from_running_is_no_part_of_the_text() {
        for (cell, text) in [("'=1+1", "=1+1"), ("'@a", "@a"), ("'quoted'", "'quoted'"), (" a ", "a")] {
            let line = [cell.to_owned()];
            assert_eq!(Cells::new(COLUMNS, &line).raw("name"), text, "{cell}");
        }
    }

    #[test]
    fn i7_a_number_that_names_a_person_is_not_repeated() {
        let line = [String::new(), "110105194912310021".to_owned()];
        let mut cells = Cells::new(COLUMNS, &line);
        cells.fault("document", NO_DATE);
        let faults = cells.finish::<()>(None).unwrap_err();
        assert_eq!((faults[0].value.as_str(), faults[0].column.as_deref()), ("", Some("证件 document")));
        let slipped = ["11010519491231002X".to_owned()];
        let mut cells = Cells::new(COLUMNS, &slipped);
        (0..3).for_each(|_| cells.fault("name", NO_DATE));
        let faults = cells.finish::<()>(None).unwrap_err();
        assert_eq!((faults.len(), faults[0].value.as_str()), (1, ""));
    }
}

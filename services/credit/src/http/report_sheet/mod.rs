//! The yearly report as a sheet: every word of it, Chinese first and English second. The page and the PDF are both made
//! from this and from nothing else, so that they say the same; neither has a rule of its own.

mod advice;
mod credit;
mod head;
mod html;
mod year;

use contracts::reference::Reference;
use credit_domain::Words;
use credit_domain::admission::AdmissionPolicy;
use kernel::{CategoryCode, Timestamp};
use serde::Serialize;

use crate::usecases::certificates::Issuer;
use crate::usecases::evaluation::ReportRead;

pub(super) use html::render;
pub(super) use year::ledger_address;

/// The whole sheet.
#[derive(Debug, Serialize)]
pub(super) struct Sheet {
    /// What the document is called.
    title: String,
    heading: Words,
    /// Whose it is.
    name: String,
    issuer: Words,
    /// What it is about, such as the days of the year.
    lines: Vec<Fact>,
    /// What it is no more than, before its publication.
    mark: Option<Mark>,
    /// Before, found, now, and from when on which.
    grades: Vec<GradeBox>,
    /// What decides the grade.
    decides: Words,
    /// What must not be overlooked.
    notices: Vec<Words>,
    sections: Vec<Section>,
    /// Where it is checked; none before its publication.
    check: Option<Check>,
    foot: Words,
}

/// Something with its name.
#[derive(Debug, Serialize)]
struct Fact {
    name: Words,
    value: String,
}

impl Fact {
    fn new(zh: &str, en: &str, value: impl Into<String>) -> Self {
        Self { name: Words::new(zh, en), value: value.into() }
    }
}

/// 草稿 or 预览.
#[derive(Debug, Serialize)]
struct Mark {
    word: Words,
    says: Words,
}

#[derive(Debug, Serialize)]
struct GradeBox {
    name: Words,
    grade: String,
    says: Words,
    /// The one that the report is about.
    main: bool,
}

/// A part under a heading.
#[derive(Debug, Serialize)]
struct Section {
    title: Words,
    says: Vec<Words>,
    table: Option<Table>,
    items: Vec<Words>,
}

impl Section {
    fn new(zh: &str, en: &str) -> Self {
        Self { title: Words::new(zh, en), says: Vec::new(), table: None, items: Vec::new() }
    }

    fn says(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.says.push(Words::new(zh, en));
        self
    }

    fn table(self, columns: Vec<Column>, rows: Vec<Row>) -> Self {
        Self { table: (!rows.is_empty()).then_some(Table { columns, rows }), ..self }
    }
}

#[derive(Debug, Serialize)]
struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Column {
    name: Words,
    /// How much of the width it takes.
    parts: u8,
    /// Whether it holds numbers.
    numbers: bool,
}

/// A column of words.
fn text(zh: &str, en: &str, parts: u8) -> Column {
    Column { name: Words::new(zh, en), parts, numbers: false }
}

/// A column of numbers.
fn number(zh: &str, en: &str, parts: u8) -> Column {
    Column { name: Words::new(zh, en), parts, numbers: true }
}

#[derive(Debug, Serialize)]
struct Row {
    cells: Vec<Words>,
    /// A sum, or the merchant's own.
    strong: bool,
}

impl Row {
    fn of<const N: usize>(cells: [Words; N]) -> Self {
        Self { cells: cells.into(), strong: false }
    }

    fn strong<const N: usize>(cells: [Words; N]) -> Self {
        Self { cells: cells.into(), strong: true }
    }
}

/// What reads the same in both languages.
#[expect(clippy::needless_pass_by_value, reason = "numbers, days and grades are handed over as they are")]
fn plain(value: impl ToString) -> Words {
    Words::new(value.to_string(), "")
}

/// With a sign, as points are told that are given or taken.
fn signed(points: i64) -> Words {
    if points == 0 { plain(0) } else { plain(format_args!("{points:+}")) }
}

#[derive(Debug, Serialize)]
struct Check {
    /// A QR code as SVG.
    code: String,
    /// What it leads to.
    address: String,
    says: Words,
}

/// What names are taken from.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) reference: &'a Reference,
    pub(super) policy: &'a AdmissionPolicy,
    pub(super) issuer: &'a Issuer,
    /// Where the public finds the service.
    pub(super) url: &'a str,
}

impl Desk<'_> {
    fn category(&self, code: Option<&CategoryCode>) -> Words {
        let Some(code) = code else { return Words::new("未注明类别", "no category named") };
        match self.reference.category(code) {
            Some(category) => Words::new(&*category.names.zh, &*category.names.en),
            None => plain(code),
        }
    }

    /// A clause by its heading; one of a standard by its number.
    fn clause(&self, code: &str) -> Words {
        let clauses = &self.policy.rules.commitment.clauses;
        let Some(clause) = clauses.iter().find(|clause| clause.code == code) else { return plain(code) };
        let heading = |text: &str, colon| text.split(colon).next().unwrap_or_default().to_owned();
        Words::new(heading(&clause.zh, '：'), heading(&clause.en, ':'))
    }
}

impl Sheet {
    /// All of it in words.
    ///
    /// # Errors
    /// When the address does not fit into a QR code.
    pub(super) fn of(read: &ReportRead<'_>, desk: Desk<'_>) -> Result<Self, qrcode::types::QrError> {
        let report = &read.report;
        let mut sections = vec![
            credit::dimensions(report),
            advice::raises(report),
            credit::quality(&report.quality, desk),
            credit::gates(report),
        ];
        sections.extend(advice::rights(read, desk));
        sections.extend([
            head::made(read, desk),
            year::changes(report),
            credit::rules(report),
            year::peers(report, desk),
            year::callbacks(report, desk),
            year::entries(read, desk),
        ]);
        sections.extend(year::late_entries(read, desk));
        head::sheet(read, desk, sections)
    }
}

/// The day in the city.
fn day(at: Timestamp) -> String {
    at.in_city().day.to_string()
}

/// The minute in the city.
fn minute(at: Timestamp) -> String {
    let at = at.in_city();
    format!("{} {:02}:{:02}", at.day, at.minute / 60, at.minute % 60)
}

/// Until when something holds: the last day, where it ends with one, else the minute.
fn end_words(end: Timestamp) -> Words {
    if end.in_city().day.at_minute(0) == end {
        let last = end.last_day();
        return Words::new(format!("{last}（含当日）"), format!("the end of {last}"));
    }
    Words::new(minute(end), minute(end))
}

/// Per mille with one digit behind, from millionths.
fn permille(ppm: i64) -> String {
    format!("{}.{} ‰", ppm / 1_000, ppm.rem_euclid(1_000) / 100)
}

/// Per cent with one digit behind, from per mille.
fn percent(permille: impl Into<i64>) -> String {
    let permille = permille.into();
    format!("{}.{} %", permille / 10, permille % 10)
}

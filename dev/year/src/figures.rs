//! What is counted, month by month.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

/// Months are known by the first seven characters of their days.
pub(crate) type Month = String;

/// The figures of a month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Applications handed in.
    pub applied: u32,
    /// Merchants admitted.
    pub admitted: u32,
    /// Applications refused.
    pub refused: u32,
    /// Citizens called back who said something.
    pub answered: u32,
    /// Breaches verified: minor, general and serious.
    pub breaches: u32,
    /// Suspicions dismissed.
    pub dismissed: u32,
    /// Measures imposed.
    pub sanctions: u32,
    /// Merchants removed.
    pub removed: u32,
    /// Objections upheld.
    pub upheld: u32,
    /// Objections rejected.
    pub rejected: u32,
    /// Decisions reversed on appeal.
    pub reversed: u32,
    /// Findings repaired.
    pub repaired: u32,
    /// Honours granted.
    pub honoured: u32,
    /// Merchants that the evaluation graded better.
    pub raised: u32,
    /// Merchants that it graded worse.
    pub lowered: u32,
    /// Deadlines that passed with nothing done.
    pub missed: u32,
    /// Entries of workers confirmed by scan.
    pub scans: u32,
    /// Merchants by grade at the end of the month, from AAA to D; those that are in, and those that were removed.
    pub grades: [u32; 6],
}

/// All months.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Months(pub BTreeMap<Month, Figures>);

type Column = (&'static str, fn(&Figures) -> u32);

const COLUMNS: [Column; 17] = [
    ("applied", |it| it.applied),
    ("admitted", |it| it.admitted),
    ("refused", |it| it.refused),
    ("answered", |it| it.answered),
    ("breaches", |it| it.breaches),
    ("dismissed", |it| it.dismissed),
    ("sanctions", |it| it.sanctions),
    ("removed", |it| it.removed),
    ("upheld", |it| it.upheld),
    ("rejected", |it| it.rejected),
    ("reversed", |it| it.reversed),
    ("repaired", |it| it.repaired),
    ("honoured", |it| it.honoured),
    ("raised", |it| it.raised),
    ("lowered", |it| it.lowered),
    ("missed", |it| it.missed),
    ("scans", |it| it.scans),
];
const GRADES: [&str; 6] = ["AAA", "AA", "A", "B", "C", "D"];

impl Months {
    /// The sum of one figure.
    pub fn sum(&self, of: impl Fn(&Figures) -> u32) -> u32 {
        self.0.values().map(of).sum()
    }

    /// The table as text.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = format!("{:<8}", "month");
        for (name, _) in COLUMNS {
            let _: std::fmt::Result = write!(table, "{name:>10}");
        }
        for grade in GRADES {
            let _: std::fmt::Result = write!(table, "{grade:>5}");
        }
        for (month, figures) in &self.0 {
            let _: std::fmt::Result = write!(table, "\n{month:<8}");
            for (_, of) in COLUMNS {
                let _: std::fmt::Result = write!(table, "{:>10}", of(figures));
            }
            for count in figures.grades {
                let _: std::fmt::Result = write!(table, "{count:>5}");
            }
        }
        let _: std::fmt::Result = write!(table, "\n{:<8}", "all");
        for (_, of) in COLUMNS {
            let _: std::fmt::Result = write!(table, "{:>10}", self.sum(of));
        }
        table
    }
}

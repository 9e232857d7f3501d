//! What is to be done on which day: kept in order, so that a year is the same each time.

use std::collections::{BTreeMap, VecDeque};

use credit_domain::{Calendar, Whose};
use kernel::Day;

/// Something that somebody does on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Task {
    /// A merchant applies, and everything is looked at.
    Apply(usize),
    /// Another person decides on the application.
    Decide(usize),
    /// A merchant renews a paper.
    RenewPaper(usize),
    /// A merchant signs its commitment anew.
    Sign(usize),
    /// A worker of a merchant is scanned at a door.
    Scan(usize),
    /// A merchant leaves.
    Leave(usize),
    /// A breach that everybody knows will come: minor, general or serious.
    Breach(usize, &'static str),
    /// A file is opened.
    Open(usize, crate::justice::Why),
    /// The next step of a file.
    File(usize, crate::justice::Act),
    /// A merchant objects to a breach.
    Object(usize, String),
    /// An officer examines an objection.
    Examine(usize),
    /// A reviewer decides on it.
    Judge(usize),
    /// A merchant is honoured, if it may be.
    Honour(usize),
    /// An officer has the evaluation run again.
    RunAgain,
    /// A reviewer publishes the evaluation.
    PublishEvaluation,
    /// Its grades are in effect.
    LookAtEvaluation,
}

/// The diary.
#[derive(Debug, Default)]
pub(crate) struct Diary(BTreeMap<Day, VecDeque<Task>>);

impl Diary {
    pub(crate) fn note(&mut self, day: Day, task: Task) {
        self.0.entry(day).or_default().push_back(task);
    }

    /// What is to be done next today, taken out.
    pub(crate) fn next(&mut self, today: Day) -> Option<Task> {
        self.0.get_mut(&today)?.pop_front()
    }
}

/// The first working day on or after this day.
pub(crate) fn working(calendar: &Calendar, mut day: Day) -> Day {
    while !calendar.is_working_day(day, Whose::Platforms) {
        day = day.next();
    }
    day
}

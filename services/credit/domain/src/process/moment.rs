//! When an act is done, and by which rules and calendar: what its deadlines are counted from.

use kernel::Timestamp;

use super::ProcessRules;
use crate::calendar::{Calendar, Whose};

/// By which rules and calendar, and when.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The rules in force.
    pub rules: &'a ProcessRules,
    /// The working days.
    pub calendar: &'a Calendar,
    /// Now.
    pub now: Timestamp,
}

impl Moment<'_> {
    /// The end of so many working days from now, within which the platform has to act.
    pub(crate) fn within(&self, working_days: u16) -> Timestamp {
        self.calendar.add_working_days(self.now, working_days, Whose::Platforms)
    }

    /// The end of so many working days from now that the merchant is given.
    pub(crate) fn given(&self, working_days: u16) -> Timestamp {
        self.calendar.add_working_days(self.now, working_days, Whose::Merchants)
    }

    /// The same time of day so many months from now.
    pub(crate) fn after_months(&self, months: u16) -> Timestamp {
        months_after(self.now, months)
    }
}

/// The same time of day in the city so many months later, to the instant: what is imposed for months is not shorter by
/// the seconds of the minute in which it was decided.
fn months_after(at: Timestamp, months: u16) -> Timestamp {
    let city = at.in_city();
    let within_minute = at.since(city.day.at_minute(city.minute));
    city.day.plus_months(months).at_minute(city.minute).after(within_minute)
}

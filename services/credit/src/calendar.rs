//! The working days that are compiled in: `data/calendar.v1.json`, from the State Council's notices.
//!
//! A new year is added when its notice is out, in November of the year before. Until then deadlines that would
//! reach into it are refused: see [`credit_domain::calendar`].

use credit_domain::{Calendar, CalendarData};

const FILE: &str = "data/calendar.v1.json";
const DATA: &str = include_str!("../data/calendar.v1.json");

/// A calendar that cannot be used. A test reads the same file, so a build that passed it never sees one.
#[derive(Debug, thiserror::Error)]
#[error("{FILE}: {0}")]
pub struct CalendarError(String);

/// Reads and checks it.
///
/// # Errors
/// [`CalendarError`] with what is wrong in the file.
pub fn embedded() -> Result<Calendar, CalendarError> {
    let data: CalendarData = serde_json::from_str(DATA).map_err(|error| CalendarError(error.to_string()))?;
    Calendar::try_new(&data).map_err(|problem| CalendarError(problem.to_string()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_calendar_that_is_compiled_in_can_be_used() {
        assert!(super::embedded().is_ok());
    }
}

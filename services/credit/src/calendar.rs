//! The working days: what is compiled in (`data/calendar.v1.json`, from the State Council's notices), or what the
//! settings give instead, so that a new year needs no new build.
//!
//! A new year is added when its notice is out, in November of the year before. Until then deadlines that would
//! reach into it are refused: see [`credit_domain::calendar`].

use credit_domain::{Calendar, CalendarData};
use serde::{Deserialize, Serialize};

const DATA: &str = include_str!("../data/calendar.v1.json");

/// By what due process counts its days.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessConfig {
    /// JSON in the form of `data/calendar.v1.json`; empty for what is compiled in.
    pub calendar: String,
}

/// A calendar that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the calendar: {0}")]
pub struct CalendarError(String);

/// Reads and checks it.
///
/// # Errors
/// [`CalendarError`] with what is wrong in it.
pub fn open(config: &ProcessConfig) -> Result<Calendar, CalendarError> {
    if config.calendar.trim().is_empty() { read(DATA) } else { read(&config.calendar) }
}

/// What is compiled in. A test reads it, so a build that passed never sees an error.
///
/// # Errors
/// [`CalendarError`].
pub fn embedded() -> Result<Calendar, CalendarError> {
    read(DATA)
}

fn read(text: &str) -> Result<Calendar, CalendarError> {
    let data: CalendarData = serde_json::from_str(text).map_err(|error| CalendarError(error.to_string()))?;
    Calendar::try_new(&data).map_err(|problem| CalendarError(problem.to_string()))
}

#[cfg(test)]
mod tests {
    use super::{ProcessConfig, embedded, open};

    #[test]
    fn the_calendar_that_is_compiled_in_can_be_used() {
        assert!(embedded().is_ok());
    }

    #[test]
    fn a_calendar_of_the_settings_takes_its_place_or_says_where_it_is_wrong() {
        let given = |calendar: &str| open(&ProcessConfig { calendar: calendar.to_owned() });
        assert_eq!(given(" \n").unwrap(), embedded().unwrap());
        assert_ne!(given(r#"{"years": []}"#).unwrap(), embedded().unwrap());
        let twice = r#"{"years": [
            {"year": 2031, "source": "s", "holidays": [], "working_weekends": []},
            {"year": 2031, "source": "s", "holidays": [], "working_weekends": []}]}"#;
        assert_eq!(given(twice).unwrap_err().to_string(), "the calendar: /years/1/year: stands there twice");
    }
}

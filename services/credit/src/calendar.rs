//! The working days: what is compiled in (`data/calendar.v1.json`, from the State Council's notices), or what the
//! settings give instead, so that a new year needs no new build.
//!
//! A new year is added when its notice is out, in November of the year before. Until then time in it is counted in
//! the merchants' favour: see [`credit_domain::calendar`]. That nobody forgets it, the service says so ahead.

use core::time::Duration;
use std::sync::Arc;

use chassis::service::Runtime;
use credit_domain::{Calendar, CalendarData};
use kernel::Timestamp;
use serde::{Deserialize, Serialize};

const DATA: &str = include_str!("../data/calendar.v1.json");

/// So long ahead somebody has to know that the known days end.
const SAID_AHEAD: Duration = Duration::from_secs(60 * 86_400);
/// Gauge, seconds: how far ahead the working days are known; 0 when the present year is not.
const CALENDAR_LEFT: &str = "platform.calendar.left";

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

/// What somebody has to be told of it: that its days end soon, or did. Nothing while they reach far enough.
#[must_use]
pub fn warning(calendar: &Calendar, now: Timestamp) -> Option<String> {
    let until = calendar.known_until(now);
    let last = until.before(Duration::from_micros(1)).in_city().day;
    (until.since(now) < SAID_AHEAD).then(|| {
        format!(
            "the working days are known up to {last} only: give the calendar of the year after by \
             process.calendar; without it deadlines are counted in the merchants' favour"
        )
    })
}

/// Says so at the start, and shows how far ahead the days are known.
pub(crate) fn watch(runtime: &Runtime, calendar: &Arc<Calendar>) {
    let (calendar, clock) = (Arc::clone(calendar), Arc::clone(&runtime.host.clock));
    if let Some(warning) = warning(&calendar, clock.now()) {
        tracing::warn!("{warning}");
    }
    runtime.show(CALENDAR_LEFT, "s", "How far ahead the working days are known", move || {
        let now = clock.now();
        calendar.known_until(now).since(now).as_secs_f64()
    });
}

fn read(text: &str) -> Result<Calendar, CalendarError> {
    let data: CalendarData = serde_json::from_str(text).map_err(|error| CalendarError(error.to_string()))?;
    Calendar::try_new(&data).map_err(|problem| CalendarError(problem.to_string()))
}

#[cfg(test)]
mod tests {
    use super::{ProcessConfig, embedded, open, warning};

    #[test]
    fn the_calendar_that_is_compiled_in_can_be_used() {
        assert!(embedded().is_ok());
    }

    #[test]
    fn somebody_is_told_two_months_before_the_known_days_end_and_from_then_on() {
        let said = |now: &str| warning(&embedded().unwrap(), now.parse().unwrap());
        assert_eq!(said("2026-11-01T00:00:00Z"), None);
        assert!(said("2026-11-03T00:00:00Z").unwrap().contains("2026-12-31"));
        assert!(said("2027-06-01T00:00:00Z").is_some());
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

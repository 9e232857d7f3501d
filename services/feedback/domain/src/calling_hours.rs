//! When citizens are called back, and how often. All of it is a setting of ours, with a version.

use core::time::Duration;

use kernel::{CityTime, Day, Timestamp};
use serde::{Deserialize, Serialize};

const DAY_MINUTES: u16 = 24 * 60;
const ATTEMPTS_MAX: u8 = 20;

/// Part of a day in which citizens may be called, minutes of the day in the city's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// First minute.
    pub from: u16,
    /// First minute after it, at most 1,440.
    pub to: u16,
}

/// The policy of call-backs (回访规则).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallPolicy {
    /// Counts the versions, from 1.
    pub version: u32,
    /// Calling hours, earliest first, not overlapping.
    pub windows: Vec<Window>,
    /// Tries before a citizen counts as not reached.
    pub attempts_max: u8,
    /// Minutes between a try that reached nobody and the next.
    pub retry_after_min: u16,
    /// Minutes after which somebody else may take over a call that was claimed and never recorded.
    pub claim_min: u16,
}

/// Our defaults: 09:00-12:00 and 14:00-20:00, three tries two hours apart at least.
impl Default for CallPolicy {
    fn default() -> Self {
        Self {
            version: 1,
            windows: vec![Window { from: 9 * 60, to: 12 * 60 }, Window { from: 14 * 60, to: 20 * 60 }],
            attempts_max: 3,
            retry_after_min: 120,
            claim_min: 30,
        }
    }
}

/// What keeps a policy from being put in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {problem}")]
pub struct PolicyProblem {
    /// JSON pointer into the policy.
    pub pointer: String,
    /// What is wrong, and what would be right.
    pub problem: &'static str,
}

impl CallPolicy {
    /// Checks that the policy can be put in force.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn validate(&self) -> Result<(), Vec<PolicyProblem>> {
        let mut problems = Vec::new();
        let mut unless = |holds: bool, pointer: String, problem| {
            if !holds {
                problems.push(PolicyProblem { pointer, problem });
            }
        };
        unless(self.version >= 1, "/version".to_owned(), "versions count from 1");
        unless(!self.windows.is_empty(), "/windows".to_owned(), "at least one window is needed");
        let mut free_from = 0;
        for (place, window) in self.windows.iter().enumerate() {
            unless(
                window.from >= free_from && window.from < window.to && window.to <= DAY_MINUTES,
                format!("/windows/{place}"),
                "windows stand in order, do not overlap, end after they begin and end by 1440",
            );
            free_from = window.to;
        }
        unless(
            (1..=ATTEMPTS_MAX).contains(&self.attempts_max),
            "/attempts_max".to_owned(),
            "must be within 1 and 20",
        );
        unless(self.claim_min >= 1, "/claim_min".to_owned(), "must be at least 1");
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// Whether citizens may be called now.
    #[must_use]
    pub fn open_at(&self, now: Timestamp) -> bool {
        let CityTime { minute, .. } = now.in_city();
        self.windows.iter().any(|window| (window.from..window.to).contains(&minute))
    }

    /// The first moment from `earliest` on at which citizens may be called.
    #[must_use]
    pub fn callable_from(&self, earliest: Timestamp) -> Timestamp {
        if self.open_at(earliest) {
            return earliest;
        }
        let CityTime { day, minute } = earliest.in_city();
        match self.windows.iter().find(|window| window.from > minute) {
            Some(window) => day.at_minute(window.from),
            None => self.opening_of(day.next()),
        }
    }

    /// When a call that reached nobody is to be tried again.
    pub(crate) fn next_try(&self, now: Timestamp) -> Timestamp {
        self.callable_from(now.after(minutes(self.retry_after_min)))
    }

    /// Until when a claim made now keeps others away.
    pub(crate) fn claimed_until(&self, now: Timestamp) -> Timestamp {
        now.after(minutes(self.claim_min))
    }

    fn opening_of(&self, day: Day) -> Timestamp {
        day.at_minute(self.windows.first().map_or(0, |window| window.from))
    }
}

fn minutes(count: u16) -> Duration {
    Duration::from_secs(u64::from(count) * 60)
}

/// When the citizen is first called: as soon as calling hours begin on the day after completion.
#[must_use]
pub fn first_call_window(completed_at: Timestamp, policy: &CallPolicy) -> Timestamp {
    policy.opening_of(completed_at.in_city().day.next())
}

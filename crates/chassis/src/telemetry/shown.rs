//! Figures that people are shown on pages beside those who scrape them: closed lists, so that a page has a word for
//! each.

use core::time::Duration;

use kernel::Channel;
use opentelemetry::KeyValue;
use opentelemetry::metrics::Counter;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Metrics, names};

/// How far a change of standing has come on its way from credit's commit to the front ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DowngradeStage)]
pub enum Stage {
    /// It is folded into the ranking of one instance of dispatch.
    Applied,
    /// The list that it moved is handed to the open streams of one instance of intake.
    Pushed,
}

impl Stage {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Applied, Self::Pushed];

    /// Its histogram, in seconds from credit's commit.
    #[must_use]
    pub const fn metric(self) -> &'static str {
        match self {
            Self::Applied => names::STANDING_APPLIED,
            Self::Pushed => names::STANDING_PUSHED,
        }
    }

    /// What is measured.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Applied => "From credit's commit to the fold into the ranking.",
            Self::Pushed => "From credit's commit to the list handed to the streams.",
        }
    }

    /// Above it the slowest hundredth is an alert (DowngradeSlow, PushSlow).
    #[must_use]
    pub const fn limit(self) -> Duration {
        match self {
            Self::Applied => Duration::from_secs(2),
            Self::Pushed => Duration::from_secs(3),
        }
    }
}

/// What became of a call by a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChannelCallOutcome)]
pub enum CallOutcome {
    /// A request was handed in and answered 201, or was answered so before and came again with its key.
    Received,
    /// A request was turned away because too many waited.
    Overloaded,
    /// The signature was used before.
    Replayed,
    /// Headers of the signature are missing.
    Unsigned,
    /// The channel is none of ours, or none with a key here.
    UnknownChannel,
    /// The signature does not fit.
    BadSignature,
    /// The signature is too old, or of the future.
    StaleSignature,
}

impl CallOutcome {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Received,
        Self::Overloaded,
        Self::Replayed,
        Self::Unsigned,
        Self::UnknownChannel,
        Self::BadSignature,
        Self::StaleSignature,
    ];

    /// As it stands in the metrics and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Overloaded => "overloaded",
            Self::Replayed => "replayed",
            Self::Unsigned => "unsigned",
            Self::UnknownChannel => "unknown_channel",
            Self::BadSignature => "bad_signature",
            Self::StaleSignature => "stale_signature",
        }
    }
}

/// Stands for a channel that is none of ours.
const UNKNOWN: &str = "unknown";

/// Counts calls by channel and outcome. Cheap to clone.
#[derive(Clone)]
pub struct Calls(Counter<u64>);

impl Calls {
    pub(crate) fn new(metrics: &Metrics) -> Self {
        let about = "Requests that channels handed in, and calls of theirs that were refused.";
        let calls = Self(metrics.counter(names::CHANNEL_CALLS, about));
        // From the start at zero, so that the first one is seen as an increase.
        for channel in Channel::ALL.into_iter().map(Some).chain([None]) {
            CallOutcome::ALL.into_iter().for_each(|outcome| calls.add(0, channel, outcome));
        }
        calls
    }

    /// Counts one; `channel` is none where none of ours was named.
    pub fn count(&self, channel: Option<Channel>, outcome: CallOutcome) {
        self.add(1, channel, outcome);
    }

    fn add(&self, calls: u64, channel: Option<Channel>, outcome: CallOutcome) {
        let with = [
            KeyValue::new(names::CHANNEL, channel.map_or(UNKNOWN, Channel::as_str)),
            KeyValue::new(names::CHANNEL_OUTCOME, outcome.as_str()),
        ];
        self.0.add(calls, &with);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_over_its_limit_where_its_alert_rings() {
        let alerts = include_str!("../../../../deploy/alerts/platform.yaml");
        for stage in Stage::ALL {
            let name = stage.metric().replace('.', "_");
            let rings = format!("{name}_seconds_bucket[5m]))) > {}\n", stage.limit().as_secs());
            assert!(alerts.contains(&rings), "{rings}");
        }
    }

    #[test]
    fn an_outcome_is_the_same_word_in_the_metrics_and_on_the_wire() {
        for outcome in CallOutcome::ALL {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
        }
    }
}

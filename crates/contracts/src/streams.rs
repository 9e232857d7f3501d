//! The streams: one per service for its events, and one compacted stream of merchant standings.

use core::time::Duration;

/// A JetStream stream of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// What happened in intake.
    Intake,
    /// What happened in dispatch.
    Dispatch,
    /// What happened in feedback.
    Feedback,
    /// What happened in credit.
    Credit,
    /// The last standing of every merchant: what a ranking is rebuilt from.
    Standing,
}

/// How a stream is kept. The services create it so, or verify it where an operator owns streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamSpec {
    /// Its name in JetStream.
    pub name: &'static str,
    /// The subjects it keeps. Two streams never overlap, so credit's two name their events.
    pub subjects: &'static [&'static str],
    /// How long a message is kept; `None`: for ever.
    pub max_age: Option<Duration>,
    /// When it holds as much, new messages are refused (`DiscardNew`): the outboxes hold them back.
    pub max_bytes: i64,
    /// Messages kept per subject; `None`: all.
    pub max_messages_per_subject: Option<i64>,
    /// Within this window a second message with the same `Nats-Msg-Id` is dropped.
    pub duplicate_window: Duration,
}

const DAY: Duration = Duration::from_secs(86_400);
const GIB: i64 = 1 << 30;

impl Stream {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Intake, Self::Dispatch, Self::Feedback, Self::Credit, Self::Standing];

    /// How it is kept.
    #[must_use]
    pub const fn spec(self) -> StreamSpec {
        match self {
            Self::Intake => events("INTAKE", &["intake.>"]),
            Self::Dispatch => events("DISPATCH", &["dispatch.>"]),
            Self::Feedback => events("FEEDBACK", &["feedback.>"]),
            Self::Credit => events(
                "CREDIT",
                &[
                    "credit.grade-changed.>",
                    "credit.entry-confirmed.>",
                    "credit.worker-papers-expiring.>",
                    "credit.sanction-decided.>",
                    "credit.merchant-removed.>",
                    "credit.deadline-missed.>",
                    "credit.evaluation-computed.>",
                    "credit.evaluation-published.>",
                    "credit.grades-in-effect.>",
                    "credit.evaluation-overdue.>",
                    "credit.volunteer-need-published.>",
                    "credit.volunteer-differences.>",
                ],
            ),
            Self::Standing => StreamSpec {
                max_age: None,
                max_messages_per_subject: Some(1),
                ..events("STANDING", &["credit.standing-changed.>"])
            },
        }
    }

    /// The service that publishes to it, and refills it from its outbox.
    #[must_use]
    pub const fn owner(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Dispatch => "dispatch",
            Self::Feedback => "feedback",
            Self::Credit | Self::Standing => "credit",
        }
    }
}

/// Events are kept a week: long enough to mend a consumer, short of what the outboxes keep.
const fn events(name: &'static str, subjects: &'static [&'static str]) -> StreamSpec {
    StreamSpec {
        name,
        subjects,
        max_age: Some(Duration::from_secs(7 * DAY.as_secs())),
        max_bytes: 2 * GIB,
        max_messages_per_subject: None,
        duplicate_window: Duration::from_secs(120),
    }
}

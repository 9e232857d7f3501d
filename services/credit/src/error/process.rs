//! What a refusal of due process tells the client.

use axum::http::StatusCode;
use chassis::http::problem::{Kind, Problem};
use credit_domain::process::ProcessRefusal;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $status:ident, $code:literal, $title:literal;)*) => {$(
        $(#[$doc])*
        pub(crate) const $name: Kind = Kind::new(StatusCode::$status, $code, $title);
    )*};
}

kinds! {
    /// The second person is the first one.
    SAME_PERSON = FORBIDDEN, "same-person", "another person has to decide";
    /// Neither staff nor the merchant that it concerns.
    NOT_THEIRS = FORBIDDEN, "not-theirs", "it is not theirs to do";
    /// It is not at that stage.
    NOT_NOW = CONFLICT, "not-now", "it cannot be done at this stage";
    /// Before its time.
    TOO_EARLY = CONFLICT, "too-early", "the time for it has not come";
    /// After its time.
    TOO_LATE = CONFLICT, "too-late", "the time for it is over";
    /// A hearing comes first.
    HEARING_NEEDED = CONFLICT, "hearing-needed", "a hearing has to be held first";
    /// Somebody was missing.
    HEARING_INCOMPLETE = UNPROCESSABLE_ENTITY, "hearing-incomplete",
        "a hearing takes the merchants' association and the legal adviser";
    /// More than was announced.
    HEAVIER_THAN_NOTICED = UNPROCESSABLE_ENTITY, "heavier-than-noticed",
        "a decision is never heavier than its notice";
    /// More than the class allows.
    BEYOND_ITS_CLASS = UNPROCESSABLE_ENTITY, "beyond-its-class", "the class does not allow this measure";
    /// A red line is one or none.
    RED_LINE = UNPROCESSABLE_ENTITY, "red-line", "a red line leads to removal, or is dropped";
    /// Too short or too long.
    PERIOD = UNPROCESSABLE_ENTITY, "period-out-of-range", "the period is too short or too long";
    /// A condition is not met.
    NOT_REPAIRABLE = CONFLICT, "not-repairable", "a condition of repair is not met";
    /// A text that must say something.
    TEXT_MISSING = UNPROCESSABLE_ENTITY, "text-missing", "a text is missing";
    /// A text that is too long.
    TEXT_TOO_LONG = UNPROCESSABLE_ENTITY, "text-too-long", "a text is too long";
    /// Often enough.
    TOO_OFTEN = CONFLICT, "too-often", "it was tried too often";
    /// Nothing could come of it.
    NOT_OPEN_TO_OBJECTION = UNPROCESSABLE_ENTITY, "not-open-to-objection", "the entry cannot be objected to";
    /// Somebody examines first.
    NOT_EXAMINED = CONFLICT, "not-examined", "somebody has to examine it first";
    /// The holidays are not known.
    CALENDAR_UNKNOWN = SERVICE_UNAVAILABLE, "calendar-unknown",
        "the holidays of that year are not in the calendar yet";
    /// One proceeding about a breach.
    ALREADY_OPENED = CONFLICT, "already-opened", "a proceeding is about this breach already";
    /// Nobody takes such a notice down.
    FOLLOWS_FROM_DECISION = CONFLICT, "follows-from-decision", "the notice stands as long as its decision";
}

/// The refusal as the client sees it, with what a program needs to mend it.
pub(super) fn problem(refusal: &ProcessRefusal) -> Problem {
    let told = |kind: Kind| kind.detail(refusal.to_string());
    let named =
        |kind: Kind, member: &str, value: &dyn core::fmt::Display| told(kind).with(member, value.to_string());
    match refusal {
        ProcessRefusal::SamePerson => told(SAME_PERSON),
        ProcessRefusal::NotTheirs => told(NOT_THEIRS),
        ProcessRefusal::NotNow { stage } => named(NOT_NOW, "stage", stage),
        ProcessRefusal::TooEarly(from) => named(TOO_EARLY, "not_before", from),
        ProcessRefusal::TooLate(until) => named(TOO_LATE, "until", until),
        ProcessRefusal::HearingNeeded => told(HEARING_NEEDED),
        ProcessRefusal::HearingIncomplete => told(HEARING_INCOMPLETE),
        ProcessRefusal::HeavierThanNoticed { announced } => {
            named(HEAVIER_THAN_NOTICED, "announced", announced)
        }
        ProcessRefusal::BeyondItsClass { heaviest } => named(BEYOND_ITS_CLASS, "heaviest", heaviest),
        ProcessRefusal::RedLine => told(RED_LINE),
        ProcessRefusal::Period { min, max, unit } => {
            told(PERIOD).with("min", *min).with("max", *max).with("unit", *unit)
        }
        ProcessRefusal::NotRepairable(_) => told(NOT_REPAIRABLE),
        ProcessRefusal::TextMissing(field) => {
            told(TEXT_MISSING).at(format!("#/{field}"), "text-missing", "must not be empty")
        }
        ProcessRefusal::TextTooLong { field, max } => {
            told(TEXT_TOO_LONG).at(format!("#/{field}"), "text-too-long", format!("at most {max} characters"))
        }
        ProcessRefusal::TooOften(_) => told(TOO_OFTEN),
        ProcessRefusal::NotOpenToObjection(_) => told(NOT_OPEN_TO_OBJECTION),
        ProcessRefusal::FollowsFromDecision => told(FOLLOWS_FROM_DECISION),
        ProcessRefusal::NotExamined => told(NOT_EXAMINED),
        ProcessRefusal::Calendar(year) => told(CALENDAR_UNKNOWN).with("year", year.0),
    }
}

//! What a refusal of due process tells the client.

use chassis::http::{Kind, Problem};
use credit_domain::process::ProcessRefusal;

use crate::problems::{
    APPEAL_FIRST, BEYOND_ITS_CLASS, CONFLICT, FOLLOWS_FROM_DECISION, HEARING_DATE, HEARING_INCOMPLETE,
    HEARING_NEEDED, HEAVIER_THAN_NOTICED, NO_BETTER, NOT_EXAMINED, NOT_NOW, NOT_REPAIRABLE, NOT_THEIRS,
    NOTHING_EVALUATED, PERIOD, POINTS_UNFIT, RED_LINE, REMEDY_UNFIT, SAME_PERSON, TEXT_MISSING,
    TEXT_TOO_LONG, TOO_EARLY, TOO_LATE, TOO_OFTEN,
};

/// The refusal as the client sees it, with what a program needs to mend it.
pub(super) fn problem(refusal: &ProcessRefusal) -> Problem {
    let told = |kind: Kind| kind.detail(refusal.to_string());
    let named =
        |kind: Kind, member: &str, value: &dyn core::fmt::Display| told(kind).with(member, value.to_string());
    match refusal {
        ProcessRefusal::SamePerson => told(SAME_PERSON),
        ProcessRefusal::NotTheirs => told(NOT_THEIRS),
        ProcessRefusal::NotNow { stage } => named(NOT_NOW, "stage", stage),
        ProcessRefusal::SaidOtherwise => told(CONFLICT),
        ProcessRefusal::TooEarly(from) => named(TOO_EARLY, "not_before", from),
        ProcessRefusal::TooLate(until) => named(TOO_LATE, "until", until),
        ProcessRefusal::HearingNeeded => told(HEARING_NEEDED),
        ProcessRefusal::HearingDate { first, end } => named(HEARING_DATE, "not_before", first)
            .with("until", end.to_string())
            .at("#/on", "outside-its-time", refusal.to_string()),
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
        ProcessRefusal::AppealFirst { proceeding, until } => {
            named(APPEAL_FIRST, "proceeding", proceeding).with("until", until.to_string())
        }
        ProcessRefusal::RemedyUnfit { admits } => named(REMEDY_UNFIT, "remedy", admits),
        ProcessRefusal::PointsMissing(dimension) => told(POINTS_UNFIT).with("dimension", *dimension).at(
            format!("#/remedy/points/{dimension}"),
            "missing-value",
            refusal.to_string(),
        ),
        ProcessRefusal::PointsUnfit { dimension, min, max } => {
            told(POINTS_UNFIT).with("dimension", *dimension).with("min", *min).with("max", *max)
        }
        ProcessRefusal::NoBetter => told(NO_BETTER),
        ProcessRefusal::NothingEvaluated => told(NOTHING_EVALUATED),
        ProcessRefusal::FollowsFromDecision => told(FOLLOWS_FROM_DECISION),
        ProcessRefusal::NotExamined => told(NOT_EXAMINED),
    }
}

//! Words of the domain as the contracts spell them, and back. Matched field by field, so that a field added
//! to either side does not compile until it has its place.

use contracts::credit;
use contracts::feedback;
use credit_domain::volunteer::{Deed, ReportDraft};
use credit_domain::{Commitment, FollowupOutcome, Hours, Standing, Status, certificate, process};

/// A standing as others see it.
pub(crate) fn standing(standing: Standing) -> credit::Standing {
    let Standing {
        city,
        merchant,
        version,
        name,
        grade,
        score,
        status,
        home,
        areas,
        categories,
        capacity,
        hours: Hours { opens, closes },
        verified_orders,
        green_until,
        under_objection,
        cause,
        changed_at,
    } = standing;
    credit::Standing {
        merchant,
        city,
        version,
        name,
        grade,
        score,
        status: status_of(status),
        home,
        areas,
        categories: categories.into_iter().map(category).collect(),
        capacity,
        hours: credit::Hours { opens, closes },
        verified_orders,
        green_until,
        under_objection,
        cause: cause.word().to_owned(),
        changed_at,
    }
}

/// How a call-back ended, as feedback says it.
pub(crate) const fn followup_outcome(outcome: feedback::FollowupOutcome) -> FollowupOutcome {
    match outcome {
        feedback::FollowupOutcome::Satisfied => FollowupOutcome::Satisfied,
        feedback::FollowupOutcome::Unsatisfied => FollowupOutcome::Unsatisfied,
        feedback::FollowupOutcome::Unreached => FollowupOutcome::Unreached,
        feedback::FollowupOutcome::SuspectedBreach => FollowupOutcome::SuspectedBreach,
    }
}

/// A platform measure.
pub(crate) const fn measure(measure: process::Measure) -> credit::Measure {
    match measure {
        process::Measure::Remind => credit::Measure::Remind,
        process::Measure::Warning => credit::Measure::Warning,
        process::Measure::Rectification => credit::Measure::Rectification,
        process::Measure::PreferenceSuspension => credit::Measure::PreferenceSuspension,
        process::Measure::Suspension => credit::Measure::Suspension,
        process::Measure::Removal => credit::Measure::Removal,
    }
}

/// Why a certificate is revoked.
pub(crate) const fn revocation_reason(why: certificate::Why) -> credit::RevocationReason {
    match why {
        certificate::Why::GradeChanged => credit::RevocationReason::GradeChanged,
        certificate::Why::Suspended => credit::RevocationReason::Suspended,
        certificate::Why::Removed => credit::RevocationReason::Removed,
        certificate::Why::Left => credit::RevocationReason::Left,
        certificate::Why::CategoriesLost => credit::RevocationReason::CategoriesLost,
        certificate::Why::Renamed => credit::RevocationReason::Renamed,
        certificate::Why::Replaced => credit::RevocationReason::Replaced,
    }
}

/// A red line.
pub(crate) const fn red_line(line: process::RedLine) -> credit::RedLine {
    match line {
        process::RedLine::Bribery => credit::RedLine::Bribery,
        process::RedLine::Concealment => credit::RedLine::Concealment,
        process::RedLine::Fraud => credit::RedLine::Fraud,
    }
}

/// What was due.
pub(crate) const fn deadline(deadline: process::Deadline) -> credit::Deadline {
    match deadline {
        process::Deadline::Confirmation => credit::Deadline::Confirmation,
        process::Deadline::Notice => credit::Deadline::Notice,
        process::Deadline::Hearing => credit::Deadline::Hearing,
        process::Deadline::Decision => credit::Deadline::Decision,
        process::Deadline::Rectification => credit::Deadline::Rectification,
        process::Deadline::Proof => credit::Deadline::Proof,
        process::Deadline::Appeal => credit::Deadline::Appeal,
        process::Deadline::Repair => credit::Deadline::Repair,
        process::Deadline::Objection => credit::Deadline::Objection,
    }
}

/// A report of the volunteer centre.
pub(crate) fn volunteer_report(report: credit::VolunteerReport) -> ReportDraft {
    let credit::VolunteerReport { report: id, merchant, deed } = report;
    let deed = match deed {
        credit::VolunteerDeed::Activity { title, starts_at, ends_at } => {
            Deed::Activity { title, starts_at, ends_at }
        }
        credit::VolunteerDeed::Hours { volunteer, check_in, check_out } => {
            Deed::Hours { volunteer, check_in, check_out }
        }
        credit::VolunteerDeed::Recruitment { people, at } => Deed::Recruitment { people, at },
        credit::VolunteerDeed::TeamIncubation { team, at } => Deed::TeamIncubation { team, at },
        credit::VolunteerDeed::MatchedNeed { need, at } => Deed::MatchedNeed { need, at },
    };
    ReportDraft { id, merchant, deed }
}

/// What was done, as the centre sent it.
pub(crate) fn volunteer_deed(deed: Deed) -> credit::VolunteerDeed {
    match deed {
        Deed::Activity { title, starts_at, ends_at } => {
            credit::VolunteerDeed::Activity { title, starts_at, ends_at }
        }
        Deed::Hours { volunteer, check_in, check_out } => {
            credit::VolunteerDeed::Hours { volunteer, check_in, check_out }
        }
        Deed::Recruitment { people, at } => credit::VolunteerDeed::Recruitment { people, at },
        Deed::TeamIncubation { team, at } => credit::VolunteerDeed::TeamIncubation { team, at },
        Deed::MatchedNeed { need, at } => credit::VolunteerDeed::MatchedNeed { need, at },
    }
}

const fn status_of(status: Status) -> credit::MerchantStatus {
    match status {
        Status::Affiliated => credit::MerchantStatus::Affiliated,
        Status::Suspended => credit::MerchantStatus::Suspended,
        // Others only need to know that it is not affiliated any more.
        Status::Removed | Status::Left => credit::MerchantStatus::Removed,
    }
}

fn category(commitment: Commitment) -> credit::CategoryStanding {
    let Commitment { category, commitment_until } = commitment;
    credit::CategoryStanding { category, commitment_until }
}

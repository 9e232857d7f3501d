//! Between the words on the bus and the words of the domain. Matches are exhaustive, so that a new word of either
//! does not compile until somebody has thought about it.

use contracts::credit::v1::{Hours as WireHours, MerchantStatus, Standing};
use contracts::dispatch::{self as wire, Excluded};
use dispatch_domain::{
    Arrival, Candidate, Commitment, ExclusionCounts, Hours, MerchantFacts, Proximity, Recommendation, Status,
};

/// Credit's snapshot as the ranking takes it in.
pub(crate) fn facts(standing: Standing) -> MerchantFacts {
    let WireHours { opens, closes } = standing.hours;
    MerchantFacts {
        city: standing.city,
        merchant: standing.merchant,
        version: standing.version,
        name: standing.name.into(),
        grade: standing.grade,
        score: standing.score,
        status: match standing.status {
            MerchantStatus::Affiliated => Status::Affiliated,
            MerchantStatus::Suspended => Status::Suspended,
            MerchantStatus::Removed => Status::Removed,
        },
        home: standing.home,
        areas: standing.areas,
        categories: standing
            .categories
            .into_iter()
            .map(|it| Commitment { category: it.category, commitment_until: it.commitment_until })
            .collect(),
        capacity: u32::from(standing.capacity),
        hours: Hours { opens, closes },
        verified_orders: standing.verified_orders,
        green_until: standing.green_until,
        under_objection: standing.under_objection,
    }
}

/// The order as it is told. `age_ms` is the age of what it was ranked with.
pub(crate) fn recommendation(ranked: &Recommendation, age_ms: u64) -> wire::Recommendation {
    wire::Recommendation {
        candidates: ranked.candidates.iter().map(candidate).collect(),
        excluded: excluded(&ranked.tally.excluded),
        policy_version: u32::try_from(ranked.policy_version.0).unwrap_or(u32::MAX),
        daily_seed: ranked.daily_seed,
        projection_age_ms: age_ms,
    }
}

fn candidate(ranked: &Candidate) -> wire::Candidate {
    wire::Candidate {
        merchant: ranked.merchant,
        name: ranked.name.as_ref().to_owned(),
        grade: ranked.grade,
        score: ranked.score,
        arrival: match ranked.arrival {
            Arrival::OnTime => wire::Arrival::OnTime,
            Arrival::Late => wire::Arrival::Late,
        },
        proximity: match ranked.proximity {
            Proximity::SameStreet => wire::Proximity::Street,
            Proximity::SameDistrict => wire::Proximity::District,
            Proximity::SameCity => wire::Proximity::City,
        },
        served_permille: ranked.served_permille,
        reserved: ranked.reserved,
        under_objection: ranked.under_objection,
        credit_version: ranked.credit_version,
    }
}

fn excluded(counts: &ExclusionCounts) -> Vec<Excluded> {
    use wire::ExclusionReason as Reason;
    let ExclusionCounts {
        removed,
        suspended,
        grade_d,
        commitment_ended,
        full,
        closed,
        no_green_worker,
        already_tried,
    } = *counts;
    let all = [
        (Reason::Removed, removed),
        (Reason::Suspended, suspended),
        (Reason::GradeD, grade_d),
        (Reason::CommitmentLapsed, commitment_ended),
        (Reason::NoGreenWorker, no_green_worker),
        (Reason::Closed, closed),
        (Reason::Full, full),
        (Reason::AlreadyTried, already_tried),
    ];
    let some = all.into_iter().filter(|(_, count)| *count > 0);
    some.map(|(reason, count)| Excluded { reason, count }).collect()
}

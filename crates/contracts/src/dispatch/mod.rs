//! What dispatch says and answers: how an assignment goes, that a ranking moved, whom to recommend.

pub mod v1;
pub use v1::{
    Accepted, Arrival, Assign, Assigned, Candidate, Completed, Declined, Excluded, ExclusionReason, Expired,
    Offered, Proximity, RankingChanged, Recommend, Recommendation, Released, Unserved,
};

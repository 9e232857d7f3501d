//! What dispatch says and answers: how an assignment goes, that a ranking moved or a merchant is full, whom to recommend.

pub mod v1;
pub use v1::{
    Accepted, Arrival, Assign, Assigned, AvailabilityChanged, Candidate, CellOrders, Completed, Declined,
    Excluded, ExclusionReason, Expired, LoadChanged, Offered, Proximity, RankingChanged, Recommend,
    Recommendation, Released, Unserved,
};

//! What dispatch says and answers: how an assignment goes, that a ranking moved, a merchant is full or a job moved, whom to recommend.

pub mod v1;
pub use v1::{
    Accepted, Arrival, Assign, Assigned, AvailabilityChanged, BoardColumn, Candidate, CellOrders, Completed,
    Declined, Excluded, ExclusionReason, Expired, JobMoved, JobsMoved, LoadChanged, Offered, Proximity,
    RankingChanged, Recommend, Recommendation, Released, Unserved,
};

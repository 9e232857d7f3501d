//! What credit says and answers: how a merchant stands, that a grade changed, whether a standing is still the last.

pub mod v1;
pub use v1::{
    CategoryStanding, ConfirmStanding, Confirmation, GradeChanged, Hours, MerchantStatus, Standing,
    StandingChanged, StandingNow,
};
pub use v1::{EntryConfirmed, WorkerPaper, WorkerPapersExpiring};

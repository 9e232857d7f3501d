//! What credit says and answers: how a merchant stands, that a grade changed, what was decided about a merchant,
//! whether a standing is still the last, whether a clause can be cited.

pub mod v1;
pub use v1::{
    CategoryStanding, CheckClause, ClauseChecked, ConfirmStanding, Confirmation, Deadline, DeadlineMissed,
    GradeChanged, Hours, Measure, MerchantRemoved, MerchantStatus, RedLine, SanctionDecided, SanctionOutcome,
    Standing, StandingChanged, StandingNow,
};
pub use v1::{CertificateIssued, CertificateRevoked, RevocationReason};
pub use v1::{EntryConfirmed, WorkerPaper, WorkerPapersExpiring};
pub use v1::{EvaluationComputed, EvaluationOverdue, EvaluationPublished, GradesInEffect};
pub use v1::{
    SignedVolunteerWord, VolunteerAnswer, VolunteerDeed, VolunteerDifferences, VolunteerNeedPublished,
    VolunteerReport, VolunteerWord,
};

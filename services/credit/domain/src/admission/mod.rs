//! Admission (加盟准入): how a merchant gets in, and by what it stays in.
//!
//! - [`AdmissionPolicy`] says, per category, what is demanded. A category without a row lets nobody in.
//! - The [`Dossier`] is a merchant's file: registration, papers, signed commitments. From it alone follows what
//!   the merchant may serve at a moment ([`Dossier::serving`]), and of what it must be told ahead.
//! - An [`Application`] goes applied -> checks -> publicity -> admitted, or is refused or withdrawn. All checks
//!   are blocking, computed anew at each step from the facts of that moment, and decided by two persons.
//! - A [`Ban`] keeps a code, a legal representative and the controlling persons out until it ends.
//! - After admission the merchant's own [`Status`](crate::Status) says where it stands; [`Stage`] shows both.

mod application;
mod ban;
mod checks;
mod committed;
mod dossier;
mod membership;
mod notice;
mod paper;
mod policy;
mod register;
mod remark;
mod serving;
mod signing;
mod take_over;
mod wanted;

pub use application::{Admitted, Application, ApplicationState, NewApplication, Opened};
pub use ban::{Ban, Holder, HolderRole, IdentityDocument, IdentityError, MatchKey, Registration};
pub use checks::{Assessment, Check, CheckKind, CheckOutcome, Facts};
pub use committed::was_committed;
pub use dossier::{Dossier, Origin};
pub use membership::{Stage, leave, readmit, set_categories};
pub use notice::{ExpiryNotice, Subject, SubjectError};
pub use paper::{NewPaper, Paper, Verdict};
pub use policy::{AdmissionPolicy, AdmissionRules, CategoryPolicy, CommitmentClause, CommitmentText};
pub use register::Attestation;
pub use remark::{Answer, NewRemark, Remark};
pub use serving::CategoryState;
pub use signing::{OnPaper, PaperSigned, Signature, Signed};
pub use take_over::{Handover, TakeOverTerms, TakingOver, take_over};
pub use wanted::Wanted;

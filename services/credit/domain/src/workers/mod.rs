//! Workers (家政从业人员): one person, one card, one code (一人一证一码), enrolled by one merchant at a time.
//!
//! - [`Worker`] is the state; each command in [`commands`] gives a [`Changed`]: the worker with its version
//!   raised by one, and the one [`Record`] of what happened, which is kept for ever.
//! - The safety colour is a pure function of papers and moment ([`colour`]), stored nowhere; a merchant's
//!   `green_until` follows from its workers ([`green_until`]).
//! - Whoever scans the phone sees a [`Sight`]; the printed card shows who somebody is and never a colour.
//!
//! Three scales that must never be mixed: a merchant's grade, a worker's [`Stars`], a worker's [`Colour`]. They are
//! types of their own, without a way from one to another.

mod code;
pub mod commands;
pub(crate) mod expiry;
mod identity_number;
mod safety;
mod scan;
mod worker;

pub use code::{Claims, CodeError, CodeRing, Presented, printed};
pub use commands::{At, Changed, Newcomer, Terms, WorkerRefusal};
pub use expiry::{Notice, Paper};
pub use identity_number::{IdentityNumber, IdentityNumberError};
pub use safety::{Colour, Identity, IdentityError, Papers, colour, green_until};
pub use scan::{
    ConfirmedEntry, Employer, EntryRefusal, Outcome, OutcomeError, Proof, ProofError, Safety, Scan, Sight,
    confirm_entry, look,
};
pub use worker::{
    CardNumber, CardNumberError, Enrolment, Grounds, Happening, Record, StarAward, Stars, StarsError,
    Training, TrainingResult, Transfer, Worker, mask,
};

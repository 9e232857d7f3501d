//! The pure model of intake (受理): what a citizen asked for, and how far it has come. No clock, no chance, no
//! storage: every decision is a function from state, command and moment to a [`Change`].
//!
//! - [`receive`] checks a [`Draft`] whole and names every field that has to be mended, at once;
//! - [`cancel`] withdraws a request that is not done yet;
//! - [`apply`] takes in what dispatch and feedback say about it, in whatever order and however often it
//!   arrives: the status is a function of the set of facts heard, not of their order;
//! - [`disclosure`] says whether a merchant may see how to reach the citizen;
//! - [`tracked`] is what a citizen sees who has the [`TrackingCode`];
//! - [`Colleague`] is what accounts of the staff are called.
//!
//! Personal data stays in [`Contact`] and in [`kernel::PersonalText`]; neither can be put on the bus or in a log.

mod colleague;
mod contact;
mod disclosure;
mod draft;
mod progress;
mod request;
mod timeline;
mod tracking;

pub use colleague::{Colleague, SignIn};
pub use contact::{Contact, Phone, PhoneError, mask_name};
pub use disclosure::{Disclosure, check_reason, disclosure};
pub use draft::{
    ContactDraft, Draft, FieldCode, FieldError, ItemFacts, Known, check_need, check_phone, receive,
};
pub use progress::{AssignmentStep, Attempt, Progress};
pub use request::{Change, Mode, Refusal, Request, Status, StatusChange, StatusError, apply, cancel};
pub use timeline::{Fact, Happening, Kind, KindError, TimelineEntry};
pub use tracking::{Tracked, TrackedStep, TrackingCode, TrackingCodeError, tracked};

//! What intake says: a request was received, was cancelled, changed.

pub mod v1;
pub use v1::{Cancelled, Mode, PresenceChanged, RequestChanged, RequestReceived};

//! What intake says: a request was received, a request was cancelled.

pub mod v1;
pub use v1::{Cancelled, Mode, RequestReceived};

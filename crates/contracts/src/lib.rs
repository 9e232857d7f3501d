//! What the services say to each other: every event, broadcast, request and stream, typed once.
//!
//! A released version is a file (`v1.rs`) that is never edited again; each service's module re-exports the
//! latest. To add an event: write the struct in the version file, implement [`Event`] with the [`event!`]
//! macro, list it in [`registry`], run `cargo xtask golden`. Nothing here carries personal data (I7): ids only.

mod asyncapi;
pub mod credit;
pub mod dispatch;
mod example;
pub mod feedback;
pub mod golden;
pub mod intake;
mod message;
pub mod reference;
pub mod registry;
pub mod streams;

pub use message::{Broadcast, Event, Rpc, is_token};

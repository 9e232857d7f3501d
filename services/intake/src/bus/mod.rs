//! What intake consumes: one file per stream, with a handler for each event.

mod dispatch;
mod feedback;

pub(crate) use dispatch::dispatch;
pub(crate) use feedback::feedback;

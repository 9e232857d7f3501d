//! Feedback alone, against a real nats-server and both databases.

mod callbacks;
mod cases;
mod support;

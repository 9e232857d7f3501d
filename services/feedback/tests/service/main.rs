//! Feedback alone, against a real nats-server and both databases. Invariants carry their number.
#![cfg(test)]

mod callbacks;
mod cases;
mod config;
mod http;
mod support;

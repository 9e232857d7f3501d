//! Intake alone, against a real nats-server, on SQLite and on PostgreSQL. Invariants carry their number.
#![cfg(test)]

mod bus;
mod colleagues;
mod contact;
mod desk;
mod http;
mod lists;
mod mistakes;
mod presence;
mod receiving;
mod support;
mod timelines;
mod tracking;

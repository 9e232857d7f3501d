//! Intake alone, against a real nats-server, on SQLite and on PostgreSQL. Invariants carry their number.
#![cfg(test)]

mod bus;
mod http;
mod live;
mod mistakes;
mod receiving;
mod support;

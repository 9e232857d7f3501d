//! The credit service alone, against a real nats-server, SQLite and PostgreSQL.

#![cfg(test)]

mod callers;
mod facts;
mod host;
mod http;
mod ledger;
mod model;
mod process;
mod standings;

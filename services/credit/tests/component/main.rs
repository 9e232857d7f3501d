//! The credit service alone, against a real nats-server, SQLite and PostgreSQL.

#![cfg(test)]

mod door;
mod facts;
mod host;
mod http;
mod ledger;
mod model;
mod standings;
mod workers;

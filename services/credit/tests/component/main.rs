//! The credit service alone, against a real nats-server, SQLite and PostgreSQL.

#![cfg(test)]

mod admission;
mod door;
mod callers;
mod facts;
mod host;
mod http;
mod ledger;
mod model;
mod people;
mod prices;
mod standards;
mod process;
mod standings;
mod workers;

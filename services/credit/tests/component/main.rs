//! The credit service alone, against a real nats-server, SQLite and PostgreSQL.

#![cfg(test)]

mod facts;
mod host;
mod http;
mod people;
mod process;
mod standings;

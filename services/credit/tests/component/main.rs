//! The credit service alone, against a real nats-server, SQLite and PostgreSQL.

#![cfg(test)]

mod activities;
mod admission;
mod applicants;
mod board;
mod callers;
mod certificates;
mod court;
mod door;
mod evaluation;
mod exchange;
mod facts;
mod host;
mod http;
mod inspections;
mod ledger;
mod model;
mod names;
mod objections;
mod people;
mod prices;
mod process;
mod reports;
mod search;
mod standards;
mod standings;
mod take_over;
mod told;
mod volunteering;
mod workers;

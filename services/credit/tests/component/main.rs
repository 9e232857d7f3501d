//! The credit service alone, against a real nats-server, SQLite and PostgreSQL.

#![cfg(test)]

mod activities;
mod admission;
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
mod people;
mod prices;
mod process;
mod standards;
mod standings;
mod take_over;
mod volunteering;
mod workers;

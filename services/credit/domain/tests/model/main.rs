//! What the model of credit promises, as sentences. Invariants carry their number.
#![cfg(test)]

mod calendar;
mod grades;
mod ledger;
mod objections;
mod process;
mod sample;
mod support;

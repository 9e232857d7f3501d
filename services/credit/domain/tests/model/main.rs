//! What the model of credit promises, as sentences. Invariants carry their number.
#![cfg(test)]

mod grades;
mod ledger;
mod sample;
mod scans;
mod support;
mod workers;

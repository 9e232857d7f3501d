//! What the model of credit promises, as sentences. Invariants carry their number.
#![cfg(test)]

mod admission;
mod applicant;
mod grades;
mod ledger;
mod lifecycle;
mod past;
mod quality;
mod sample;
mod scans;
mod simulation;
mod support;
mod volunteers;
mod workers;

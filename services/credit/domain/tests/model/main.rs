//! What the model of credit promises, as sentences. Invariants carry their number.
#![cfg(test)]

mod activities;
mod admission;
mod applicant;
mod calendar;
mod certificates;
mod determinism;
mod document;
mod evaluation;
mod foresight;
mod grades;
mod ledger;
mod lifecycle;
mod objections;
mod past;
mod process;
mod publicity;
mod quality;
mod remedies;
mod sample;
mod scans;
mod simulation;
mod support;
mod take_over;
mod verifying;
mod volunteering;
mod volunteers;
mod workers;

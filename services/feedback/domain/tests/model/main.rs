//! What the model of feedback promises, as sentences. Invariants carry their number.
#![cfg(test)]

mod callbacks;
mod calling_hours;
mod cases;
mod due;
mod support;

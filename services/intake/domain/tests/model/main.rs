//! What the model of intake promises, as sentences. Invariants carry their number.
#![cfg(test)]

mod colleagues;
mod receiving;
mod requests;
mod support;

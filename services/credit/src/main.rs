//! Starts credit.
fn main() {}

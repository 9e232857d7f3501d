//! Starts intake.
fn main() {}

//! Starts feedback.
fn main() {}

//! Starts dispatch.
fn main() {}

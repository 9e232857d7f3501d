//! What the platform survives. One file per kind of fault; the numbers are those of the list of faults in
//! `tests/README.md`. After each, the same checker looks at all invariants.

mod bus;
mod crash;
mod database;
mod delivery;
pub(crate) mod load;
mod pause;
pub(crate) mod raw;

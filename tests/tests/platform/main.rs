//! The platform across its four services: what people live through, and what it survives. `tests/README.md` says
//! how this is laid out and how to run one test of it.

#![cfg(test)]

mod all_in_one;
mod checker;
mod doors;
mod faults;
mod in_process;
mod processes;
mod roles;
mod storm;
mod story;
mod town;

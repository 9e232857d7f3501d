//! The promises of this crate, each a sentence. Numbers are those of docs/INVARIANTS.md.

mod decision;
mod fixtures;
mod life;
mod order;
mod overrides;
mod properties;
mod share;

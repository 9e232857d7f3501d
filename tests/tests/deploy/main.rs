//! What stands in `deploy/` is used here as it stands: the bus by its own configuration, the database by its own
//! roles, every setting through the services' own configuration, every metric against what the services show.

#![cfg(test)]

mod bus;
mod containers;
mod database;
mod figures;
mod pages;
mod platform;
mod units;

use std::path::{Path, PathBuf};

use serde_norway::Value;

/// A file or folder of `deploy/`.
fn deploy(path: &str) -> PathBuf {
    tools::workspace_root().join("deploy").join(path)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The documents of a YAML file.
fn yaml(text: &str) -> Vec<Value> {
    use serde::Deserialize as _;
    serde_norway::Deserializer::from_str(text).map(|one| Value::deserialize(one).unwrap()).collect()
}

//! chassis
pub mod cli;
pub mod config;
pub mod clock;
pub mod health;
pub mod tasks;
pub mod telemetry;

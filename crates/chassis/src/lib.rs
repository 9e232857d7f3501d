//! chassis
pub mod cli;
pub mod config;

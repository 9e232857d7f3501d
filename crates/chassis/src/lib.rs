//! How to be a service: everything the four services have in common, once.
//!
//! [`config`] and [`cli`] start it, [`store`] keeps its state, [`bus`] connects it, [`http`] and [`auth`] let
//! people and programs in, [`telemetry`], [`health`] and [`ops`] show how it is, [`tasks`] starts and stops its parts
//! in order. [`service`] puts them together: production, the all-in-one and the tests call the same.

pub mod auth;
pub mod bus;
pub mod cli;
pub mod clock;
pub mod config;
pub mod entry;
pub mod fail_point;
pub mod health;
pub mod http;
pub mod notify;
pub mod ops;
pub mod service;
pub mod store;
pub mod tasks;
pub mod telemetry;

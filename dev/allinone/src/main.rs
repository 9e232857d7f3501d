//! The platform on one machine: the four services in one process, a supervised nats-server, a local issuer.

mod accounts;
mod broker;
mod issuer;

fn main() {}

//! Real servers for tests: nats-server and databases per test, a clock to move, a wire to break.
//!
//! Shape: every fixture is one value. Making it starts a real child process on free loopback ports with its
//! own folder; dropping it kills that process, removes the folder and checks that both are gone. If the test
//! process dies without dropping anything, a small guard process does the same ([`scratch`]).
//!
//! | to get | write |
//! | --- | --- |
//! | a nats-server with JetStream on disk | [`nats::Server::start`] |
//! | three of them, replicated | [`nats::Cluster::start`] |
//! | the same from a configuration of one's own | [`nats::Cluster::configured`] |
//! | the same test on SQLite and PostgreSQL | [`on_both_databases!`] |
//! | a PostgreSQL of its own, to be killed | [`postgres::Postgres::start`] |
//! | a clock and ids that a test decides | [`ManualClock`], [`SeededIds`] |
//! | a wire between client and server | [`proxy::FaultProxy`] |
//! | a person with a token, a front end that signs | [`identity`] |
//! | a list of 100,000 rows, and the plans that it is read by | [`long`] |
//! | a value that arrives later | [`wait::until`] |
//! | bytes on the bus that no contract allows | [`raw`] |
//!
//! Nothing here knows the platform's services: only the kernel's words. All errors are `anyhow`, since a
//! test can do nothing with them but fail.

mod clock;
pub mod db;
pub mod identity;
mod ids;
pub mod long;
pub mod nats;
pub mod port;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod raw;
pub mod scratch;
pub mod wait;

pub use clock::ManualClock;
pub use db::TestDb;
pub use ids::SeededIds;

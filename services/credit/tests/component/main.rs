//! The credit service alone, against a real nats-server, SQLite and PostgreSQL.

mod facts;
mod host;
mod standings;

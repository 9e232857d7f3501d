use uuid::Uuid;

use crate::Timestamp;

/// The door through which time enters. Below it nothing asks the machine what time it is.
pub trait Clock: Send + Sync {
    /// Now, in UTC. May be simulated: faster than real time, or moved by a test.
    fn now(&self) -> Timestamp;
}

/// The door through which chance enters.
pub trait IdSource: Send + Sync {
    /// A new UUIDv7, later than all before it from this source.
    fn next_id(&self) -> Uuid;

    /// 64 random bits: for jitter and samples, never for secrets.
    fn random(&self) -> u64;
}

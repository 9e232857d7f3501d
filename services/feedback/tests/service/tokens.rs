//! Bearer tokens of the test's issuer: the service's wall clock is the machine's.

use chassis::clock::SystemClock;
use kernel::{Actor, Clock as _};
use serde_json::Value;

pub(crate) use testkit::tokens::jwks;

/// A token for this account in this role; `more` is added to what it says.
pub(crate) fn token(actor: Actor, role: &str, more: &Value) -> String {
    testkit::tokens::token(SystemClock.now(), actor, role, more)
}

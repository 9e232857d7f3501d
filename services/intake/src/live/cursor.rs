//! Which list a front end has: the id of an event, and what it shows to go on.

use core::fmt;
use core::str::FromStr;

use contracts::dispatch::Recommendation;
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// A list that was shown, such as `1795420800000000-9f86d081884c7d65`.
///
/// The first part is the order: the wall clock in microseconds when the list was asked for, raised where it has
/// to be, so that it always rises on one instance and above whatever a client brings from another. The second
/// part is a digest of the list itself: two lists are the same list if, and only if, it is the same, whichever
/// instance showed them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(super) order: u64,
    pub(super) digest: u64,
}

/// The text is no id of a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a list")]
pub(crate) struct CursorError;

/// What tells lists apart: everything in them but how old the ranking is, which differs with every answer.
pub(super) fn digest(list: &Recommendation) -> Result<u64, serde_json::Error> {
    let ageless = Recommendation { projection_age_ms: 0, ..list.clone() };
    let hash = Sha256::digest(serde_json::to_vec(&ageless)?);
    Ok(hash.iter().take(8).fold(0, |digest, &byte| (digest << 8) | u64::from(byte)))
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:016x}", self.order, self.digest)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (order, digest) = text.split_once('-').ok_or(CursorError)?;
        let order = order.parse().map_err(|_| CursorError)?;
        let digest = u64::from_str_radix(digest, 16).map_err(|_| CursorError)?;
        Ok(Self { order, digest })
    }
}

/// As text: a number of this size is not safe in every client.
impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_nonsense_does_not() {
        let cursor = Cursor { order: 1_795_420_800_000_000, digest: 0x0f86_d081_884c_7d65 };
        assert_eq!(cursor.to_string(), "1795420800000000-0f86d081884c7d65");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for wrong in ["", "7", "-", "7-", "7-xyz", "-1-0"] {
            assert_eq!(wrong.parse::<Cursor>(), Err(CursorError), "{wrong}");
        }
    }
}

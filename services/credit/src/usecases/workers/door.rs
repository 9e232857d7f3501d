//! The door without an account: a citizen scans with the public page, and confirms with what the scan gave.
//!
//! Anybody may try, so what is tried is bounded. A card shows nothing: its number can be counted through. A code on a
//! phone cannot be made up, and each may be tried a few times; all other codes - forged ones and those that ran out -
//! share one bound, as each try is kept in the log.

use core::num::NonZeroU32;
use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use credit_domain::workers::{CodeError, EntryRefusal, Presented};
use kernel::{Actor, City, ScanId, Timestamp};

use super::{Asked, ConfirmEntry, Confirmed, Seen, WorkersDesk};
use crate::error::Error;
use crate::error::workers::{SCAN, WorkersError};

/// For which tries are counted, from the first on.
pub(crate) const WINDOW: Duration = Duration::from_secs(60);
/// Tries of one code in that time: a bad connection needs some.
const TRIES_OF_A_CODE: u32 = 10;
/// Codes whose tries are counted at once.
const CODES_MAX: usize = 10_000;

/// What a scan with the public page shows, and what its entry is confirmed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenAtTheDoor {
    /// What it shows.
    pub seen: Seen,
    /// What lets whoever scanned confirm the entry.
    pub token: String,
}

impl WorkersDesk {
    /// Scans a code on a phone for somebody without an account; the log says that it was the platform's own page.
    ///
    /// # Errors
    /// [`WorkersError`]; a card is refused, and too many tries are.
    pub async fn scan_at_the_door(&self, city: City, key: &str, code: &str) -> Result<SeenAtTheDoor, Error> {
        let now = self.wall.now();
        let known = match self.ring.read(code, now) {
            Ok(Presented::Phone(claims)) => Some(claims.nonce),
            Ok(Presented::Card(_)) => return Err(EntryRefusal::IdentifiesOnly.into()),
            Err(CodeError::Unreadable) => return Err(WorkersError::Unreadable.into()),
            Err(CodeError::Forged | CodeError::Expired(_)) => None,
        };
        self.tries.take(known, now)?;
        let seen = self.scan(Asked { city, by: Actor::Platform, key, code }).await?;
        let token = self.ring.entry_token(city, seen.scan).ok_or(WorkersError::NoKey)?;
        Ok(SeenAtTheDoor { seen, token })
    }

    /// Confirms the entry of such a scan, with its token.
    ///
    /// # Errors
    /// [`Error::Unknown`] with another token, [`WorkersError`] when the entry is not confirmed.
    pub async fn confirm_at_the_door(
        &self,
        city: City,
        scan: ScanId,
        token: &str,
    ) -> Result<Confirmed, Error> {
        if !self.ring.is_entry_token(token, city, scan) {
            return Err(Error::Unknown(SCAN));
        }
        let (by, request, within) = (Actor::Platform, None, self.entry_within);
        self.db.write(&ConfirmEntry { city, scan, by, request, within }).await
    }
}

/// Tries of the public, as this instance counts them.
#[derive(Debug)]
pub(super) struct Tries {
    /// With codes that are none of ours and in date, all together.
    strange_max: u32,
    /// By the nonce of a code in date; none for all others.
    counted: Mutex<HashMap<Option<u128>, Window>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    since: Timestamp,
    tries: u32,
}

impl Tries {
    pub(super) fn new(strange_max: NonZeroU32) -> Self {
        Self { strange_max: strange_max.get(), counted: Mutex::default() }
    }

    /// Counts a try.
    fn take(&self, code: Option<u128>, now: Timestamp) -> Result<(), WorkersError> {
        let most = if code.is_some() { TRIES_OF_A_CODE } else { self.strange_max };
        let runs = |window: &Window| now < window.since.after(WINDOW);
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.len() >= CODES_MAX && !counted.contains_key(&code) {
            counted.retain(|_, window| runs(window));
            if counted.len() >= CODES_MAX {
                return Err(WorkersError::TooManyTries);
            }
        }
        let window = counted.entry(code).or_insert(Window { since: now, tries: 0 });
        if !runs(window) {
            *window = Window { since: now, tries: 0 };
        }
        if window.tries >= most {
            return Err(WorkersError::TooManyTries);
        }
        window.tries += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries(strange: u32) -> Tries {
        Tries::new(NonZeroU32::new(strange).unwrap())
    }

    #[test]
    fn a_code_in_date_is_tried_though_others_used_up_what_strange_codes_have() {
        let (tries, now) = (tries(2), Timestamp::from_micros(1));
        assert!(tries.take(None, now).is_ok() && tries.take(None, now).is_ok());
        assert!(tries.take(None, now).is_err());
        for _ in 0..TRIES_OF_A_CODE {
            assert!(tries.take(Some(7), now).is_ok());
        }
        assert!(tries.take(Some(7), now).is_err() && tries.take(Some(8), now).is_ok());
        assert!(tries.take(None, now.after(WINDOW)).is_ok(), "a minute later");
    }

    #[test]
    fn no_more_codes_are_counted_than_there_is_room_for() {
        let (tries, now) = (tries(1), Timestamp::from_micros(1));
        for code in 0..10_000_u128 {
            assert!(tries.take(Some(code), now).is_ok());
        }
        assert!(tries.take(Some(10_000), now).is_err());
        assert!(tries.take(Some(10_000), now.after(WINDOW)).is_ok());
        assert_eq!(tries.counted.lock().unwrap().len(), 1);
    }
}

//! The daily statement (对账单): what the centre holds of a day, per merchant and kind, beside what is held here.

use std::collections::BTreeMap;

use kernel::{Day, MerchantId, Timestamp};
use serde::{Deserialize, Serialize};

use super::DeedKind;
use crate::denied::{Denied, Faults};

/// Lines of one statement, at most: as many as a body of 256 KiB holds.
pub const LINES_MAX: usize = 2_000;

/// After so many days nothing is stated any more.
const STATED_WITHIN_DAYS: i32 = 366;

/// How many reports, and how much they add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Count {
    /// Reports.
    pub reports: u64,
    /// Minutes, people, or the number of the rest.
    pub quantity: u64,
}

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The merchant.
    pub merchant: MerchantId,
    /// What was done.
    pub kind: DeedKind,
    /// How much of it.
    pub count: Count,
}

/// Where the two differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The merchant.
    pub merchant: MerchantId,
    /// What was done.
    pub kind: DeedKind,
    /// As the centre states it.
    pub stated: Count,
    /// As it is held here.
    pub held: Count,
}

/// Refuses a statement that nothing can be compared with.
///
/// # Errors
/// [`Denied::Invalid`] when the day is not over or a merchant and kind stands there twice, [`Denied::TooMany`].
pub fn check_statement(day: Day, lines: &[Line], now: Timestamp) -> Result<(), Denied> {
    if lines.len() > LINES_MAX {
        return Err(Denied::TooMany { what: "lines of a statement", max: LINES_MAX });
    }
    let (mut seen, mut faults) = (BTreeMap::new(), Faults::default());
    let today = now.in_city().day;
    let fits = day < today && today <= day.plus(STATED_WITHIN_DAYS);
    faults.unless(fits, "#/day", "须已过完，且不早于一年前", "must be over, and not longer ago than a year");
    for (place, line) in lines.iter().enumerate() {
        let first = seen.insert((line.merchant, line.kind), place).is_none();
        faults.unless(first, format!("#/lines/{place}"), "重复出现", "stands there twice");
    }
    faults.none()
}

/// Every merchant and kind of which the two say different things, in the order of the merchants' ids. What one of them
/// does not name is nothing.
#[must_use]
pub fn reconcile(stated: &[Line], held: &[Line]) -> Vec<Difference> {
    let mut both: BTreeMap<(MerchantId, DeedKind), (Count, Count)> = BTreeMap::new();
    for line in stated {
        both.entry((line.merchant, line.kind)).or_default().0 = line.count;
    }
    for line in held {
        both.entry((line.merchant, line.kind)).or_default().1 = line.count;
    }
    let differing = both.into_iter().filter(|(_, (stated, held))| stated != held);
    differing.map(|((merchant, kind), (stated, held))| Difference { merchant, kind, stated, held }).collect()
}

//! What dispatch knows of a merchant: its standing as credit last told it, and its load as dispatch counts it.

use std::sync::Arc;

use kernel::{Area, CategoryCode, City, Grade, MerchantId, Timestamp, Version};
use serde::{Deserialize, Serialize};

/// Whether a merchant belongs to the platform (加盟状态).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A member in good order.
    Affiliated,
    /// For the time being without work.
    Suspended,
    /// No longer a member.
    Removed,
}

/// Hours of service on the clocks of the city, the same every day. Opening and closing at the same minute
/// means all day; closing before opening means over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hours {
    /// First minute of the day, 0 to 1,439.
    pub opens: u16,
    /// First minute that is no longer covered, 0 to 1,440.
    pub closes: u16,
}

impl Hours {
    /// Round the clock.
    pub const ALL_DAY: Self = Self { opens: 0, closes: 0 };

    /// Whether this minute of the day is covered.
    #[must_use]
    pub const fn covers(self, minute: u16) -> bool {
        if self.opens == self.closes {
            true
        } else if self.opens < self.closes {
            self.opens <= minute && minute < self.closes
        } else {
            self.opens <= minute || minute < self.closes
        }
    }
}

/// The signed commitment of one category (集成服务承诺) and the instant at which it ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Commitment {
    /// The category it admits to.
    pub category: CategoryCode,
    /// In force before this instant.
    pub commitment_until: Timestamp,
}

/// One merchant's standing (信用状况) as credit published it: a whole snapshot, the higher version wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MerchantFacts {
    /// The city it is affiliated in. Areas outside it count for nothing.
    pub city: City,
    /// Who.
    pub merchant: MerchantId,
    /// Counts credit's changes of this merchant.
    pub version: Version,
    /// As shown to citizens.
    pub name: Arc<str>,
    /// Credit grade.
    pub grade: Grade,
    /// Credit score, 0 to 1,000: shown, never ranked by.
    pub score: u16,
    /// Member, suspended or removed.
    pub status: Status,
    /// The street it starts from.
    pub home: Area,
    /// The streets it serves.
    pub areas: Vec<Area>,
    /// The categories it serves, each with its commitment.
    pub categories: Vec<Commitment>,
    /// Jobs it can hold at once.
    pub capacity: u32,
    /// When it works.
    pub hours: Hours,
    /// Orders verified by call-back since it joined.
    pub verified_orders: u32,
    /// Until when at least one worker's code is green; none when no worker's is.
    pub green_until: Option<Timestamp>,
    /// A decision about it is being objected to (异议中): shown, never ranked by.
    pub under_objection: bool,
}

impl MerchantFacts {
    /// The one form of these facts: streets and categories sorted, once each (of a category signed twice the
    /// later end), none outside the city.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        let city = self.city;
        self.areas.retain(|area| area.city() == city);
        self.areas.sort_unstable();
        self.areas.dedup();
        self.categories.sort_unstable_by(|a, b| {
            a.category.cmp(&b.category).then_with(|| b.commitment_until.cmp(&a.commitment_until))
        });
        self.categories.dedup_by(|later, kept| later.category == kept.category);
        self
    }
}

/// How much a merchant has to do, as dispatch counts it from its assignments. Versions count from 1: 0 is
/// the load of a merchant that never had an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// Whose.
    pub merchant: MerchantId,
    /// Counts the changes of this load.
    pub version: Version,
    /// Assignments it holds now: offered or accepted.
    pub open: u32,
    /// Orders given to it in the last 30 days: offered, accepted or completed.
    ///
    /// An offer counts from the moment it is made, so that the next request goes to the next merchant; declined,
    /// expired and released ones do not count.
    pub served: u32,
}

impl Load {
    /// The load of a merchant that never had an order.
    #[must_use]
    pub const fn none(merchant: MerchantId) -> Self {
        Self { merchant, version: Version(0), open: 0, served: 0 }
    }

    /// This load after a change.
    #[must_use]
    pub fn with(self, delta: LoadDelta) -> Self {
        Self {
            version: self.version.next(),
            open: self.open.saturating_add_signed(delta.open.into()),
            served: self.served.saturating_add_signed(delta.served.into()),
            ..self
        }
    }
}

/// Orders of one category in one street that were given to one merchant in the last 30 days, counted as
/// [`Load::served`] is. Of all merchants together they make the market that the share cap is measured by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellOrders {
    /// Whose.
    pub merchant: MerchantId,
    /// The street.
    pub area: Area,
    /// The category.
    pub category: CategoryCode,
    /// The version of the load that this count was changed with.
    pub version: Version,
    /// Offered, accepted or completed.
    pub orders: u32,
}

/// What a step of an assignment does to its merchant's load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadDelta {
    /// Whose.
    pub merchant: MerchantId,
    /// Added to [`Load::open`].
    pub open: i8,
    /// Added to [`Load::served`].
    pub served: i8,
}

/// Orders given per 1,000 of capacity: what "least served relative to its capacity" compares.
///
/// At most [`SERVED_PERMILLE_MAX`]; a capacity of nothing counts as 1.
#[must_use]
pub fn served_permille(served: u32, capacity: u32) -> u32 {
    let permille = u64::from(served) * 1_000 / u64::from(capacity.max(1));
    u32::try_from(permille).map_or(SERVED_PERMILLE_MAX, |permille| permille.min(SERVED_PERMILLE_MAX))
}

/// The highest [`served_permille`]: what fits beside the credit band in 32 bits.
pub const SERVED_PERMILLE_MAX: u32 = (1 << 29) - 1;

/// How near a merchant's home is to the street of the request: bands, not metres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ExplainedProximity))]
#[serde(rename_all = "snake_case")]
pub enum Proximity {
    /// In the same street or town.
    SameStreet,
    /// In the same district or county.
    SameDistrict,
    /// Farther off.
    SameCity,
}

impl Proximity {
    /// From a merchant's home to the street of a request.
    #[must_use]
    pub fn between(home: Area, area: Area) -> Self {
        if home == area {
            Self::SameStreet
        } else if home.district() == area.district() {
            Self::SameDistrict
        } else {
            Self::SameCity
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_cover_the_opening_minute_and_not_the_closing_one() {
        let day = Hours { opens: 480, closes: 1_080 };
        assert!(day.covers(480) && day.covers(1_079));
        assert!(!day.covers(479) && !day.covers(1_080));
    }

    #[test]
    fn hours_may_run_over_midnight_or_round_the_clock() {
        let night = Hours { opens: 1_320, closes: 360 };
        assert!(night.covers(1_400) && night.covers(0) && !night.covers(360) && !night.covers(720));
        assert!((0..1_440).all(|minute| Hours::ALL_DAY.covers(minute)));
    }

    #[test]
    fn service_is_counted_per_thousand_of_capacity_and_never_overflows() {
        assert_eq!(served_permille(3, 4), 750);
        assert_eq!(served_permille(5, 0), 5_000);
        assert_eq!(served_permille(u32::MAX, 1), SERVED_PERMILLE_MAX);
    }
}

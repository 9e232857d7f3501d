//! The dispatch policy: every figure of the rule as data with a version, so that a decision can name the
//! figures it was taken by.

use core::time::Duration;

use kernel::{Timestamp, Urgency, Version};
use serde::{Deserialize, Serialize};

use crate::facts::Proximity;
use crate::recommend::Share;

/// The figures of the dispatch rule (派单策略). Ours, not published by 81890: change them with a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Counts the changes.
    pub version: Version,
    /// How long a merchant is taken to need to the door.
    pub travel_minutes: TravelMinutes,
    /// How long a merchant has to answer an offer.
    pub answer_minutes: AnswerMinutes,
    /// Of 100 low-risk requests, how many put newcomers first. 0 to 100.
    pub newcomer_share_percent: u8,
    /// A merchant with fewer verified orders is a newcomer.
    pub newcomer_below_orders: u32,
    /// Candidates in one recommendation at most. 1 to [`Policy::LIST_MAX`].
    pub list_limit: u16,
    /// Merchants written into one decision record at most; the rest is counted. From `list_limit` to
    /// [`Policy::EVIDENCE_MAX`].
    pub evidence_limit: u16,
    /// When a merchant has its share of a category and street; none in the policies before version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_cap: Option<ShareCap>,
    /// When an operator's override needs a second person; none in the policies before version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrides: Option<OverrideLimit>,
    /// How long a person has to choose a merchant each time a request waits for that, before the rule decides;
    /// none in the policies before version 3, where it waited for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choose_minutes: Option<AnswerMinutes>,
}

/// Minutes to the door by [`Proximity`]; the farther, the longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravelMinutes {
    /// Within a street or town.
    pub same_street: u16,
    /// Within a district or county.
    pub same_district: u16,
    /// Across the city.
    pub same_city: u16,
}

/// Minutes that somebody has to answer, by urgency; the more urgent, the shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerMinutes {
    /// Life, property, emergencies.
    pub emergency: u16,
    /// Utilities and extreme weather.
    pub utility: u16,
    /// All else.
    pub normal: u16,
}

/// The share cap (份额上限): who was given a larger share of the orders of a category and street in 30 days
/// stands behind those who were not. See `docs/adr/0004-share-cap.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareCap {
    /// Of 100 orders, how many one merchant may be given before it stands behind. 1 to 100; 100 for no cap.
    pub percent: u8,
    /// Below so many orders of a category and street a share says nothing.
    pub orders_min: u32,
}

/// The rate of overrides above which the next one needs a second person (双人复核).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverrideLimit {
    /// Of 100 choices of one operator, how many may be overrides. 0 to 100.
    pub operator_percent: u8,
    /// The same of the choices of all operators of a city. 0 to 100.
    pub city_percent: u8,
    /// Below so many choices a rate says nothing.
    pub choices_min: u32,
    /// Days that count, today among them. 1 to [`OverrideLimit::WINDOW_DAYS_MAX`].
    pub window_days: u16,
    /// How long the second person has to decide, by urgency; after that the rule decides.
    pub decide_minutes: AnswerMinutes,
}

impl ShareCap {
    /// Whether a share is above the cap.
    #[must_use]
    pub fn is_above(self, Share { orders, of }: Share) -> bool {
        of >= self.orders_min && u64::from(orders) * 100 > u64::from(of) * u64::from(self.percent)
    }
}

impl OverrideLimit {
    /// No policy may look back further than this.
    pub const WINDOW_DAYS_MAX: u16 = 366;
}

impl Default for Policy {
    /// The platform's own default figures.
    fn default() -> Self {
        Self {
            version: Version(3),
            travel_minutes: TravelMinutes { same_street: 15, same_district: 30, same_city: 60 },
            answer_minutes: AnswerMinutes { emergency: 5, utility: 15, normal: 60 },
            newcomer_share_percent: 10,
            newcomer_below_orders: 20,
            list_limit: 20,
            evidence_limit: 64,
            share_cap: Some(ShareCap { percent: 30, orders_min: 20 }),
            overrides: Some(OverrideLimit {
                operator_percent: 10,
                city_percent: 20,
                choices_min: 20,
                window_days: 30,
                decide_minutes: AnswerMinutes { emergency: 2, utility: 5, normal: 30 },
            }),
            choose_minutes: Some(AnswerMinutes { emergency: 5, utility: 15, normal: 120 }),
        }
    }
}

impl Policy {
    /// No policy may list more candidates than this.
    pub const LIST_MAX: u16 = 100;
    /// No policy may keep more merchants in a decision record than this.
    pub const EVIDENCE_MAX: u16 = 256;

    /// Checks the figures against each other.
    ///
    /// # Errors
    /// The first [`PolicyError`] found; its text says what to mend.
    pub const fn validate(&self) -> Result<(), PolicyError> {
        let TravelMinutes { same_street, same_district, same_city } = self.travel_minutes;
        if same_street > same_district || same_district > same_city {
            return Err(PolicyError::NearerIsSlower { same_street, same_district, same_city });
        }
        if let Err(error) = self.answer_minutes.validate() {
            return Err(error);
        }
        if let Some(choose) = &self.choose_minutes
            && let Err(error) = choose.validate()
        {
            return Err(error);
        }
        if self.newcomer_share_percent > 100 {
            return Err(PolicyError::NewcomerShare(self.newcomer_share_percent));
        }
        if self.list_limit == 0 || self.list_limit > Self::LIST_MAX {
            return Err(PolicyError::ListLimit(self.list_limit));
        }
        if self.evidence_limit < self.list_limit || self.evidence_limit > Self::EVIDENCE_MAX {
            return Err(PolicyError::EvidenceLimit {
                given: self.evidence_limit,
                list_limit: self.list_limit,
            });
        }
        if let Some(ShareCap { percent, orders_min }) = self.share_cap
            && (percent == 0 || percent > 100 || orders_min == 0)
        {
            return Err(PolicyError::ShareCap { percent, orders_min });
        }
        match &self.overrides {
            Some(limit) => limit.validate(),
            None => Ok(()),
        }
    }

    /// Whether a merchant that sets out now from this near is at the door when the request is due.
    #[must_use]
    pub fn arrives(&self, proximity: Proximity, now: Timestamp, due_by: Timestamp) -> bool {
        let minutes = match proximity {
            Proximity::SameStreet => self.travel_minutes.same_street,
            Proximity::SameDistrict => self.travel_minutes.same_district,
            Proximity::SameCity => self.travel_minutes.same_city,
        };
        now.after(Duration::from_secs(u64::from(minutes) * 60)) <= due_by
    }

    /// The instant after which an offer made now expires.
    #[must_use]
    pub fn answer_by(&self, urgency: Urgency, now: Timestamp) -> Timestamp {
        self.answer_minutes.after(urgency, now)
    }
}

impl AnswerMinutes {
    /// How many, for this urgency.
    #[must_use]
    pub const fn of(&self, urgency: Urgency) -> u16 {
        match urgency {
            Urgency::Emergency => self.emergency,
            Urgency::Utility => self.utility,
            Urgency::Normal => self.normal,
        }
    }

    /// The instant when they are over.
    #[must_use]
    pub fn after(&self, urgency: Urgency, now: Timestamp) -> Timestamp {
        now.after(Duration::from_secs(u64::from(self.of(urgency)) * 60))
    }

    const fn validate(&self) -> Result<(), PolicyError> {
        let Self { emergency, utility, normal } = *self;
        if emergency == 0 || emergency > utility || utility > normal {
            return Err(PolicyError::UrgentIsSlower { emergency, utility, normal });
        }
        Ok(())
    }
}

impl OverrideLimit {
    const fn validate(&self) -> Result<(), PolicyError> {
        if self.operator_percent > 100 || self.city_percent > 100 {
            return Err(PolicyError::OverrideRate {
                operator: self.operator_percent,
                city: self.city_percent,
            });
        }
        if self.window_days == 0 || self.window_days > Self::WINDOW_DAYS_MAX {
            return Err(PolicyError::OverrideWindow(self.window_days));
        }
        self.decide_minutes.validate()
    }
}

/// Why a policy cannot be put in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Travel times fall with distance.
    #[error(
        "travel_minutes must not fall with distance: same_street {same_street} <= same_district {same_district} <= same_city {same_city} does not hold"
    )]
    NearerIsSlower {
        /// As given.
        same_street: u16,
        /// As given.
        same_district: u16,
        /// As given.
        same_city: u16,
    },
    /// Answer times fall with leisure, or leave no time at all.
    #[error(
        "minutes to answer must be at least 1 and not fall with leisure: emergency {emergency} <= utility {utility} <= normal {normal} does not hold"
    )]
    UrgentIsSlower {
        /// As given.
        emergency: u16,
        /// As given.
        utility: u16,
        /// As given.
        normal: u16,
    },
    /// More than all.
    #[error("newcomer_share_percent is {0}: give 0 to 100")]
    NewcomerShare(u8),
    /// None, or too many.
    #[error("list_limit is {0}: give 1 to {max}", max = Policy::LIST_MAX)]
    ListLimit(u16),
    /// Fewer than the list, or too many.
    #[error("evidence_limit is {given}: give list_limit ({list_limit}) to {max}", max = Policy::EVIDENCE_MAX)]
    EvidenceLimit {
        /// As given.
        given: u16,
        /// What it must not be below.
        list_limit: u16,
    },
    /// A cap that nobody or everybody is above.
    #[error(
        "share_cap is percent {percent} from orders_min {orders_min} on: give 1 to 100 and at least 1 order"
    )]
    ShareCap {
        /// As given.
        percent: u8,
        /// As given.
        orders_min: u32,
    },
    /// More than all.
    #[error("overrides allow operator_percent {operator} and city_percent {city}: give 0 to 100")]
    OverrideRate {
        /// As given.
        operator: u8,
        /// As given.
        city: u8,
    },
    /// No day, or too many.
    #[error("overrides count {0} window_days: give 1 to {max}", max = OverrideLimit::WINDOW_DAYS_MAX)]
    OverrideWindow(u16),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_policy_is_valid() {
        assert_eq!(Policy::default().validate(), Ok(()));
    }

    #[test]
    fn a_wrong_figure_is_refused_with_what_to_mend() {
        let wrong = Policy { newcomer_share_percent: 101, ..Policy::default() };
        assert_eq!(wrong.validate().unwrap_err().to_string(), "newcomer_share_percent is 101: give 0 to 100");
        let wrong = Policy { list_limit: 30, evidence_limit: 29, ..Policy::default() };
        assert_eq!(
            wrong.validate().unwrap_err().to_string(),
            "evidence_limit is 29: give list_limit (30) to 256"
        );
        let travel_minutes = TravelMinutes { same_street: 31, ..Policy::default().travel_minutes };
        assert!(Policy { travel_minutes, ..Policy::default() }.validate().is_err());
        let answer_minutes = AnswerMinutes { emergency: 0, ..Policy::default().answer_minutes };
        assert!(Policy { answer_minutes, ..Policy::default() }.validate().is_err());
        let share_cap = Some(ShareCap { percent: 0, orders_min: 20 });
        assert!(Policy { share_cap, ..Policy::default() }.validate().is_err());
        let limit = Policy::default().overrides.unwrap();
        let overrides = Some(OverrideLimit { window_days: 0, ..limit });
        assert!(Policy { overrides, ..Policy::default() }.validate().is_err());
    }

    #[test]
    fn an_unknown_figure_is_refused() {
        let mut policy = serde_json::to_value(Policy::default()).unwrap();
        policy.as_object_mut().unwrap().insert("newcomer_share".into(), 5.into());
        assert!(serde_json::from_value::<Policy>(policy).is_err());
    }
}

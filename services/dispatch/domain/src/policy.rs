//! The dispatch policy: every figure of the rule as data with a version, so that a decision can name the
//! figures it was taken by.

use core::time::Duration;

use kernel::{Timestamp, Urgency, Version};
use serde::{Deserialize, Serialize};

use crate::facts::Proximity;

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

/// Minutes until an unanswered offer expires, by urgency; the more urgent, the shorter.
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

impl Default for Policy {
    /// The first version: the platform's own default figures.
    fn default() -> Self {
        Self {
            version: Version(1),
            travel_minutes: TravelMinutes { same_street: 15, same_district: 30, same_city: 60 },
            answer_minutes: AnswerMinutes { emergency: 5, utility: 15, normal: 60 },
            newcomer_share_percent: 10,
            newcomer_below_orders: 20,
            list_limit: 20,
            evidence_limit: 64,
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
        let AnswerMinutes { emergency, utility, normal } = self.answer_minutes;
        if emergency == 0 || emergency > utility || utility > normal {
            return Err(PolicyError::UrgentIsSlower { emergency, utility, normal });
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
        Ok(())
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
        let minutes = match urgency {
            Urgency::Emergency => self.answer_minutes.emergency,
            Urgency::Utility => self.answer_minutes.utility,
            Urgency::Normal => self.answer_minutes.normal,
        };
        now.after(Duration::from_secs(u64::from(minutes) * 60))
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
        "answer_minutes must be at least 1 and not fall with leisure: emergency {emergency} <= utility {utility} <= normal {normal} does not hold"
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
    }

    #[test]
    fn an_unknown_figure_is_refused() {
        let mut policy = serde_json::to_value(Policy::default()).unwrap();
        policy.as_object_mut().unwrap().insert("newcomer_share".into(), 5.into());
        assert!(serde_json::from_value::<Policy>(policy).is_err());
    }
}

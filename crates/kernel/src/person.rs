//! Who does something: an account and the role it acts in.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{ActorId, Channel, MerchantId};

/// What an account may act as. What each role may do stands in one place: `chassis::auth::matrix`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Takes calls, recommends, dispatches (接线员).
    Operator,
    /// Calls citizens back (回访员).
    FollowupCaller,
    /// Investigates: verifies breaches, keeps admissions, opens proceedings (信用专员).
    CreditOfficer,
    /// Decides what an officer investigated, and appeals against other reviewers (复核员).
    CreditReviewer,
    /// Checks services, prices and workers on site (服务质量巡视员).
    Inspector,
    /// A merchant's own account (加盟企业).
    Merchant,
    /// Reads all, changes nothing (审计员).
    Auditor,
    /// Watches and repairs the running system (运维).
    Operations,
    /// A channel's front end, acting for citizens (渠道).
    Channel,
    /// The volunteer centre's system (志愿服务中心).
    VolunteerCentre,
    /// One of the platform's own services.
    Service,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 11] = [
        Self::Operator,
        Self::FollowupCaller,
        Self::CreditOfficer,
        Self::CreditReviewer,
        Self::Inspector,
        Self::Merchant,
        Self::Auditor,
        Self::Operations,
        Self::Channel,
        Self::VolunteerCentre,
        Self::Service,
    ];

    /// The one form on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::FollowupCaller => "followup_caller",
            Self::CreditOfficer => "credit_officer",
            Self::CreditReviewer => "credit_reviewer",
            Self::Inspector => "inspector",
            Self::Merchant => "merchant",
            Self::Auditor => "auditor",
            Self::Operations => "operations",
            Self::Channel => "channel",
            Self::VolunteerCentre => "volunteer_centre",
            Self::Service => "service",
        }
    }
}

/// The text names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a role")]
pub struct RoleError;

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(RoleError)
    }
}

/// The account behind an action, as decisions and the timeline record it. Carries no name.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// A member of staff.
    Staff {
        /// The account.
        id: ActorId,
    },
    /// A merchant's account.
    Merchant {
        /// The merchant it belongs to.
        id: MerchantId,
    },
    /// A front end acting for a citizen.
    Channel {
        /// Which one.
        channel: Channel,
    },
    /// The platform itself: a rule or a time-out.
    Platform,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Staff { id } => write!(f, "staff:{id}"),
            Self::Merchant { id } => write!(f, "merchant:{id}"),
            Self::Channel { channel } => write!(f, "channel:{channel}"),
            Self::Platform => f.write_str("platform"),
        }
    }
}

/// The text names no actor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an actor: expected staff:<id>, merchant:<id>, channel:<name> or platform")]
pub struct ActorError;

impl FromStr for Actor {
    type Err = ActorError;

    fn from_str(text: &str) -> Result<Self, ActorError> {
        match text.split_once(':') {
            Some(("staff", id)) => Ok(Self::Staff { id: id.parse().map_err(|_| ActorError)? }),
            Some(("merchant", id)) => Ok(Self::Merchant { id: id.parse().map_err(|_| ActorError)? }),
            Some(("channel", name)) => Ok(Self::Channel { channel: name.parse().map_err(|_| ActorError)? }),
            None if text == "platform" => Ok(Self::Platform),
            _ => Err(ActorError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_actor_reads_back_from_its_text() {
        let id = uuid::Uuid::from_u128(7);
        for actor in [
            Actor::Staff { id: id.into() },
            Actor::Merchant { id: id.into() },
            Actor::Channel { channel: Channel::Wechat },
            Actor::Platform,
        ] {
            assert_eq!(actor.to_string().parse(), Ok(actor));
        }
    }
}

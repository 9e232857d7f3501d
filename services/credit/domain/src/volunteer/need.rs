//! Needs that fit volunteers, open for claiming (揭榜): published, claimed by a merchant or a team, matched and
//! fulfilled as the centre reports.
//!
//! ```text
//! published --> claimed --> matched --> fulfilled
//!     ^            |           |
//!     +-- released +-----------+          published --> withdrawn; lapsed when its time is over
//! ```

use core::time::Duration;

use kernel::{
    Actor, Area, CategoryCode, City, MerchantId, RequestId, Step, Timestamp, Version, VolunteerNeedId,
    VolunteerTeamId,
};
use serde::{Deserialize, Serialize};

use crate::admission::AdmissionPolicy;
use crate::denied::{Denied, Faults};
use crate::process::words;

/// Characters of a title, at most.
const TITLE_CHARS_MAX: usize = 100;
/// Characters of a text, at most.
const TEXT_CHARS_MAX: usize = 1_000;
/// Volunteers wanted, at most.
const PEOPLE_MAX: u32 = 1_000;
/// The longest that a need stands.
const STANDS_MAX: Duration = Duration::from_secs(366 * 86_400);

/// What is said of a need: nothing of the person behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedDraft {
    /// In a line.
    pub title: String,
    /// In full.
    pub text: String,
    /// The category it is of.
    pub category: Option<CategoryCode>,
    /// The street.
    pub area: Area,
    /// How many volunteers.
    pub people: u32,
    /// From when.
    pub wanted_from: Timestamp,
    /// Until when.
    pub wanted_until: Timestamp,
    /// The citizen's request that it came of.
    pub request: Option<RequestId>,
}

/// Where a need stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedState {
    /// Open for claiming.
    Published,
    /// Somebody took it on.
    Claimed,
    /// The centre found who goes.
    Matched,
    /// It was done.
    Fulfilled,
    /// It is needed no longer.
    Withdrawn,
}

words!(
    NeedState,
    "published, claimed, matched, fulfilled, withdrawn",
    [
        Published = "published",
        Claimed = "claimed",
        Matched = "matched",
        Fulfilled = "fulfilled",
        Withdrawn = "withdrawn",
    ]
);

/// Who takes a need on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Claimant {
    /// A merchant.
    Merchant {
        /// Which.
        merchant: MerchantId,
    },
    /// A team of volunteers, through the centre.
    Team {
        /// Which.
        team: VolunteerTeamId,
        /// The merchant that it belongs to, if it does.
        merchant: Option<MerchantId>,
    },
}

impl Claimant {
    /// For which merchant it counts.
    #[must_use]
    pub const fn merchant(self) -> Option<MerchantId> {
        match self {
            Self::Merchant { merchant } => Some(merchant),
            Self::Team { merchant, .. } => merchant,
        }
    }
}

/// That somebody took it on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Who.
    pub by: Claimant,
    /// When.
    pub at: Timestamp,
}

/// A need (志愿需求).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The need.
    pub id: VolunteerNeedId,
    /// The city.
    pub city: City,
    /// What it is.
    pub says: NeedDraft,
    /// Where it stands.
    pub state: NeedState,
    /// Who took it on.
    pub claim: Option<Claim>,
    /// Who published it.
    pub published_by: Actor,
    /// When.
    pub published_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Counts its changes.
    pub version: Version,
}

impl Need {
    /// Publishes it.
    ///
    /// # Errors
    /// [`Denied::Invalid`] with all that does not fit.
    pub fn publish(
        id: VolunteerNeedId,
        city: City,
        says: NeedDraft,
        policy: &AdmissionPolicy,
        by: Actor,
        now: Timestamp,
    ) -> Result<Self, Denied> {
        let mut faults = Faults::default();
        faults.text(&says.title, TITLE_CHARS_MAX, "#/title");
        faults.text(&says.text, TEXT_CHARS_MAX, "#/text");
        if let Some(category) = &says.category {
            faults.category(category, policy, "#/category");
        }
        faults.unless(
            (1..=PEOPLE_MAX).contains(&says.people),
            "#/people",
            "须为 1 至 1000",
            "must be within 1 and 1000",
        );
        let stands = says.wanted_from < says.wanted_until
            && says.wanted_until > now
            && says.wanted_until.since(now) <= STANDS_MAX;
        faults.unless(
            stands,
            "#/wanted_until",
            "须在此刻之后、一年之内，且晚于开始时间",
            "must lie in the future, within a year, after the beginning",
        );
        faults.unless(says.area.city() == city, "#/area", "须在本市范围内", "must be one of the city's");
        faults.none()?;
        Ok(Self {
            id,
            city,
            says,
            state: NeedState::Published,
            claim: None,
            published_by: by,
            published_at: now,
            changed_at: now,
            version: Version(1),
        })
    }

    /// Whether its time passed with nobody on it.
    #[must_use]
    pub fn is_lapsed(&self, now: Timestamp) -> bool {
        self.state == NeedState::Published && self.says.wanted_until <= now
    }

    /// Somebody takes it on. The same again is done already; another comes too late.
    ///
    /// # Errors
    /// [`Denied::State`].
    pub fn claim(&self, by: Claimant, now: Timestamp) -> Result<Step<Self, ()>, Denied> {
        if self.claim.as_ref().is_some_and(|claim| claim.by == by) {
            return Ok(Step::AlreadyDone(()));
        }
        if self.is_lapsed(now) {
            return Err(Denied::State { what: "the need", state: "lapsed" });
        }
        self.from(NeedState::Published)?;
        let claim = Some(Claim { by, at: now });
        Ok(Step::Done(Self { claim, ..self.moved(NeedState::Claimed, now) }))
    }

    /// Whoever took it on lets go: it is open again.
    ///
    /// # Errors
    /// [`Denied::State`].
    pub fn release(&self, now: Timestamp) -> Result<Step<Self, ()>, Denied> {
        match self.state {
            NeedState::Published => Ok(Step::AlreadyDone(())),
            NeedState::Claimed | NeedState::Matched => {
                Ok(Step::Done(Self { claim: None, ..self.moved(NeedState::Published, now) }))
            }
            NeedState::Fulfilled | NeedState::Withdrawn => Err(self.is()),
        }
    }

    /// The centre found who goes.
    ///
    /// # Errors
    /// [`Denied::State`].
    pub fn match_up(&self, now: Timestamp) -> Result<Step<Self, ()>, Denied> {
        match self.state {
            NeedState::Matched | NeedState::Fulfilled => Ok(Step::AlreadyDone(())),
            NeedState::Claimed => Ok(Step::Done(self.moved(NeedState::Matched, now))),
            NeedState::Published | NeedState::Withdrawn => Err(self.is()),
        }
    }

    /// It was done.
    ///
    /// # Errors
    /// [`Denied::State`], also before the time at which it is wanted.
    pub fn fulfil(&self, now: Timestamp) -> Result<Step<Self, ()>, Denied> {
        match self.state {
            NeedState::Fulfilled => Ok(Step::AlreadyDone(())),
            NeedState::Matched if now < self.says.wanted_from => {
                Err(Denied::State { what: "the need", state: "wanted later" })
            }
            NeedState::Matched => Ok(Step::Done(self.moved(NeedState::Fulfilled, now))),
            NeedState::Published | NeedState::Claimed | NeedState::Withdrawn => Err(self.is()),
        }
    }

    /// It is needed no longer.
    ///
    /// # Errors
    /// [`Denied::State`] when it was done.
    pub fn withdraw(&self, now: Timestamp) -> Result<Step<Self, ()>, Denied> {
        match self.state {
            NeedState::Withdrawn => Ok(Step::AlreadyDone(())),
            NeedState::Fulfilled => Err(self.is()),
            NeedState::Published | NeedState::Claimed | NeedState::Matched => {
                Ok(Step::Done(self.moved(NeedState::Withdrawn, now)))
            }
        }
    }

    /// Whether a report that this merchant fulfilled it holds.
    ///
    /// # Errors
    /// [`Denied`] when it is not fulfilled, or another took it on.
    pub fn was_done_by(&self, merchant: MerchantId) -> Result<(), Denied> {
        self.from(NeedState::Fulfilled)?;
        let mut faults = Faults::default();
        let claimed = self.claim.as_ref().and_then(|claim| claim.by.merchant());
        faults.unless(
            claimed == Some(merchant),
            "#/merchant",
            "不是认领此需求的企业",
            "is not who took the need on",
        );
        faults.none()
    }

    fn from(&self, state: NeedState) -> Result<(), Denied> {
        if self.state == state { Ok(()) } else { Err(self.is()) }
    }

    const fn is(&self) -> Denied {
        Denied::State { what: "the need", state: self.state.as_str() }
    }

    fn moved(&self, state: NeedState, now: Timestamp) -> Self {
        Self { state, changed_at: now, version: self.version.next(), ..self.clone() }
    }
}

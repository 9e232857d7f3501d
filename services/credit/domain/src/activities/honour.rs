//! Honours (荣誉): an officer proposes what a grantor gave, another person decides. Doubt about one takes two
//! persons as well, and who granted it does not decide on the doubt. The merchant is told of it, and what came of it.
//!
//! ```text
//! proposed --> granted --(questioned)--> questioned --> revoked, by a compensating entry
//!     +-----> rejected        ^--------------+
//! ```

use core::time::Duration;

use kernel::{ActorId, City, HonourId, MerchantId, Step, Timestamp, Version};
use serde::{Deserialize, Serialize};

use super::{ActivityRules, Counting};
use crate::again::said_before;
use crate::denied::{Denied, Faults};
use crate::merchant::Merchant;
use crate::news::{About, News, NewsKind};
use crate::process::words;

const DAY: Duration = Duration::from_secs(86_400);
/// Characters of the grantor and of the number of its document, at most.
const NAME_CHARS_MAX: usize = 100;
/// Characters of a reason, at most: it names nobody.
const REASON_CHARS_MAX: usize = 500;

/// Who stands behind an honour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HonourLevel {
    /// The city (市级).
    City,
    /// The province (省级).
    Province,
    /// The nation (国家级).
    Nation,
}

words!(HonourLevel, "city, province, nation", [City = "city", Province = "province", Nation = "nation",]);

/// Where an honour stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HonourState {
    /// An officer proposed it.
    Proposed,
    /// Another person granted it: it counts until its end.
    Granted,
    /// Another person did not.
    Rejected,
    /// Granted, and somebody doubts it.
    Questioned,
    /// Taken back.
    Revoked,
}

words!(
    HonourState,
    "proposed, granted, rejected, questioned, revoked",
    [
        Proposed = "proposed",
        Granted = "granted",
        Rejected = "rejected",
        Questioned = "questioned",
        Revoked = "revoked",
    ]
);

/// What is said of an honour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HonourDraft {
    /// Who is honoured.
    pub merchant: MerchantId,
    /// Its kind: one of the rules'.
    pub kind: String,
    /// Its level.
    pub level: HonourLevel,
    /// Who grants it.
    pub grantor: String,
    /// The number of the grantor's document, where it has one.
    pub document: Option<String>,
    /// When it was granted: it counts from then on.
    pub granted_at: Timestamp,
    /// The first moment at which it no longer counts.
    pub valid_until: Timestamp,
}

/// Who said what about it, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// Who.
    pub by: ActorId,
    /// When.
    pub at: Timestamp,
    /// Why; names nobody.
    pub reason: String,
}

/// An honour (荣誉).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Honour {
    /// The honour.
    pub id: HonourId,
    /// The city.
    pub city: City,
    /// What it is.
    pub says: HonourDraft,
    /// Whether it gives points once it is granted.
    pub counting: Counting,
    /// Where it stands.
    pub state: HonourState,
    /// Who proposed it.
    pub proposed_by: ActorId,
    /// When.
    pub proposed_at: Timestamp,
    /// Who granted or rejected it.
    pub decision: Option<Ruling>,
    /// Who doubts it.
    pub question: Option<Ruling>,
    /// What another person said to the doubt.
    pub answer: Option<Ruling>,
    /// Counts its changes.
    pub version: Version,
}

impl Honour {
    /// An officer proposes it, for a merchant that was affiliated at `opened_at`.
    ///
    /// # Errors
    /// [`Denied::Invalid`] with all that does not fit.
    pub fn propose(
        (id, city): (HonourId, City),
        says: HonourDraft,
        by: ActorId,
        rules: &ActivityRules,
        opened_at: Timestamp,
        now: Timestamp,
    ) -> Result<Self, Denied> {
        let mut faults = Faults::default();
        match rules.honours.get(&says.kind) {
            None => {
                faults.unless(false, "#/kind", "规则中没有这种荣誉", "is none of the rules' kinds of honours")
            }
            Some(rule) => faults.unless(
                says.valid_until <= says.granted_at.after(DAY.saturating_mul(rule.valid_days_max)),
                "#/valid_until",
                "晚于规则允许的计分期限",
                "is later than the rules let it count",
            ),
        }
        faults.text(&says.grantor, NAME_CHARS_MAX, "#/grantor");
        if let Some(document) = &says.document {
            faults.text(document, NAME_CHARS_MAX, "#/document");
        }
        faults.unless(says.granted_at <= now, "#/granted_at", "不得晚于此刻", "must not lie in the future");
        faults.unless(says.valid_until > now, "#/valid_until", "须在此刻之后", "must lie in the future");
        faults.none()?;
        Ok(Self {
            id,
            city,
            counting: Counting::of(says.granted_at, opened_at),
            says,
            state: HonourState::Proposed,
            proposed_by: by,
            proposed_at: now,
            decision: None,
            question: None,
            answer: None,
            version: Version(1),
        })
    }

    /// Another person decides: on the proposal, or, with no part in it so far, on the doubt, where `agrees` revokes it. The first decision stands,
    /// and whoever says otherwise is refused.
    ///
    /// # Errors
    /// [`Denied`] when somebody who had a part in it would decide, it was decided otherwise, or it gives no reason.
    pub fn decide(
        &self,
        agrees: bool,
        reason: String,
        by: ActorId,
        now: Timestamp,
    ) -> Result<Step<Self, ()>, Denied> {
        reason_fits(&reason)?;
        let ruling = Some(Ruling { by, at: now, reason });
        let state = match (self.state, agrees) {
            (HonourState::Proposed, true) | (HonourState::Questioned, false) => HonourState::Granted,
            (HonourState::Proposed, false) => HonourState::Rejected,
            (HonourState::Questioned, true) => HonourState::Revoked,
            (HonourState::Granted | HonourState::Rejected | HonourState::Revoked, _) => {
                let otherwise = Denied::State { what: "the honour", state: self.state.as_str() };
                return said_before(self.agreed() == agrees, otherwise);
            }
        };
        if self.had_a_part().any(|person| person == by) {
            return Err(Denied::SamePerson);
        }
        let mut next = Self { state, version: self.version.next(), ..self.clone() };
        match self.state {
            HonourState::Questioned => next.answer = ruling,
            _ => next.decision = ruling,
        }
        Ok(Step::Done(next))
    }

    /// Whether the last decision agreed: with the proposal, or with the doubt once there was one.
    fn agreed(&self) -> bool {
        match self.state {
            HonourState::Granted => self.question.is_none(),
            HonourState::Revoked => true,
            HonourState::Proposed | HonourState::Questioned | HonourState::Rejected => false,
        }
    }

    /// Somebody doubts it: another person will say. Doubted already: the first doubt stands.
    ///
    /// # Errors
    /// [`Denied`] when it is not granted, or no reason is given.
    pub fn question(&self, reason: String, by: ActorId, now: Timestamp) -> Result<Step<Self, ()>, Denied> {
        reason_fits(&reason)?;
        match self.state {
            HonourState::Questioned => Ok(Step::AlreadyDone(())),
            HonourState::Granted => Ok(Step::Done(Self {
                state: HonourState::Questioned,
                question: Some(Ruling { by, at: now, reason }),
                answer: None,
                version: self.version.next(),
                ..self.clone()
            })),
            HonourState::Proposed | HonourState::Rejected | HonourState::Revoked => {
                Err(Denied::State { what: "the honour", state: self.state.as_str() })
            }
        }
    }

    /// What its merchant is told, given the honour `before` the step that led here: that it is doubted, and what came of
    /// the doubt.
    #[must_use]
    pub fn news_since(&self, before: &Self) -> Option<News> {
        let (kind, ruling) = match (before.state, self.state) {
            (HonourState::Granted, HonourState::Questioned) => (NewsKind::HonourQuestioned, &self.question),
            (HonourState::Questioned, HonourState::Granted) => (NewsKind::HonourKept, &self.answer),
            (HonourState::Questioned, HonourState::Revoked) => (NewsKind::HonourRevoked, &self.answer),
            _ => return None,
        };
        let reason = ruling.as_ref().map(|ruling| ruling.reason.clone());
        Some(News { reason, ..News::of(kind, &About::Honour(self.id)) })
    }

    /// Everybody of the staff who had a part in it: none of them decides what is open.
    pub fn had_a_part(&self) -> impl Iterator<Item = ActorId> {
        let rulings = [&self.decision, &self.question, &self.answer].into_iter().flatten();
        core::iter::once(self.proposed_by).chain(rulings.map(|ruling| ruling.by))
    }
}

/// Whether the merchant may be honoured now: no honour lifts one with an open finding above one without.
///
/// # Errors
/// [`Denied::OpenFinding`].
pub fn may_be_honoured(merchant: &Merchant) -> Result<(), Denied> {
    if merchant.credit.findings.is_empty() && merchant.credit.restraints.is_empty() {
        Ok(())
    } else {
        Err(Denied::OpenFinding)
    }
}

pub(super) fn reason_fits(reason: &str) -> Result<(), Denied> {
    let mut faults = Faults::default();
    faults.text(reason, REASON_CHARS_MAX, "#/reason");
    faults.none()
}

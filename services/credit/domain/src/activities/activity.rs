//! Credit-building activities (信用建设活动): planned by an officer, merchants sign up, attendance is recorded by the
//! organiser or with the code that is shown on the spot. Outreach to villages (志愿大篷车) is one of them.

use core::time::Duration;
use std::collections::HashSet;

use kernel::{ActivityId, Actor, City, ItemCode, MerchantId, Step, Timestamp, Version};
use serde::{Deserialize, Serialize};

use super::ActivityRules;
use super::honour::reason_fits;
use crate::denied::{Denied, Faults};
use crate::process::words;

/// Merchants at one activity, at most.
const CAPACITY_MAX: u32 = 5_000;
/// Villages of one outreach, at most.
const VILLAGES_MAX: usize = 50;
/// Services of one outreach, at most.
const SERVICES_MAX: usize = 100;
/// Characters of a title or a place, at most.
const TITLE_CHARS_MAX: usize = 100;
/// Characters of a village or a service, at most.
const NAME_CHARS_MAX: usize = 60;
/// The longest activity.
const LASTS_MAX: Duration = Duration::from_secs(7 * 86_400);
/// How long before its beginning and after its end the code on the spot is good.
const CODE_AROUND: Duration = Duration::from_secs(3_600);
/// How long after its end the organiser records who was there.
const RECORDED_WITHIN: Duration = Duration::from_secs(30 * 86_400);

/// A service that goes along: of the catalogue, or in a few words.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// Of the service catalogue.
    Item(ItemCode),
    /// In a few words, such as 磨剪刀.
    Title(String),
}

/// What is said of an activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityDraft {
    /// Its kind: one of the rules'.
    pub kind: String,
    /// In a line.
    pub title: String,
    /// Where people meet.
    pub place: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// How many merchants there is room for.
    pub capacity: u32,
    /// The number under which the trainings of their workers are recorded, where it is a training of both.
    pub training: Option<String>,
    /// The villages it goes to, where it is an outreach.
    pub villages: Vec<String>,
    /// The services that go along.
    pub services: Vec<Service>,
}

/// Where an activity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityState {
    /// It takes place as its dates say.
    Planned,
    /// It does not.
    Cancelled,
}

words!(ActivityState, "planned, cancelled", [Planned = "planned", Cancelled = "cancelled",]);

/// An activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The activity.
    pub id: ActivityId,
    /// The city.
    pub city: City,
    /// What it is.
    pub says: ActivityDraft,
    /// Where it stands.
    pub state: ActivityState,
    /// Merchants that have a place.
    pub signed_up: u32,
    /// Shown on the spot: who has it was there. Never listed.
    pub code: String,
    /// Who planned it.
    pub planned_by: Actor,
    /// Counts its changes; those of its participants are theirs.
    pub version: Version,
}

/// Where a merchant stands with an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParticipantState {
    /// It has a place.
    SignedUp,
    /// It gave its place back.
    Withdrawn,
    /// It was there.
    Attended,
    /// It was recorded as there, and was not: taken back.
    Struck,
}

words!(
    ParticipantState,
    "signed_up, withdrawn, attended, struck",
    [SignedUp = "signed_up", Withdrawn = "withdrawn", Attended = "attended", Struck = "struck",]
);

/// How it is known that a merchant was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Present {
    /// The organiser saw it.
    Seen,
    /// It has the code that was shown on the spot.
    Code(String),
}

/// That a merchant was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom: the organiser, or the merchant with the code.
    pub by: Actor,
}

/// A merchant at an activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// The activity.
    pub activity: ActivityId,
    /// The merchant.
    pub merchant: MerchantId,
    /// Where it stands.
    pub state: ParticipantState,
    /// When it signed up last.
    pub signed_up_at: Timestamp,
    /// That it was there.
    pub attendance: Option<Attendance>,
    /// Why it was struck; names nobody.
    pub struck: Option<String>,
}

/// What becomes of activity and participant together.
type Taken = Result<Step<(Activity, Participant), Participant>, Denied>;

impl Activity {
    /// Plans one.
    ///
    /// # Errors
    /// [`Denied::Invalid`] with all that does not fit.
    pub fn plan(
        id: ActivityId,
        city: City,
        says: ActivityDraft,
        code: String,
        by: Actor,
        rules: &ActivityRules,
        now: Timestamp,
    ) -> Result<Self, Denied> {
        says.check(rules, now)?;
        let (state, version) = (ActivityState::Planned, Version(1));
        Ok(Self { id, city, says, state, signed_up: 0, code, planned_by: by, version })
    }

    /// Says something else of it, as long as it has not begun. Nobody loses a place.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn amend(
        &self,
        says: ActivityDraft,
        rules: &ActivityRules,
        now: Timestamp,
    ) -> Result<Step<Self, ()>, Denied> {
        if self.says == says {
            return Ok(Step::AlreadyDone(()));
        }
        self.not_begun(now)?;
        says.check(rules, now)?;
        let mut faults = Faults::default();
        faults.unless(
            says.capacity >= self.signed_up,
            "#/capacity",
            "已有更多企业报名",
            "more merchants have a place already",
        );
        faults.none()?;
        Ok(Step::Done(Self { says, version: self.version.next(), ..self.clone() }))
    }

    /// It does not take place.
    ///
    /// # Errors
    /// [`Denied::State`] when it has begun.
    pub fn cancel(&self, now: Timestamp) -> Result<Step<Self, ()>, Denied> {
        if self.state == ActivityState::Cancelled {
            return Ok(Step::AlreadyDone(()));
        }
        self.not_begun(now)?;
        let (state, version) = (ActivityState::Cancelled, self.version.next());
        Ok(Step::Done(Self { state, version, ..self.clone() }))
    }

    /// A merchant takes a place.
    ///
    /// # Errors
    /// [`Denied`] when it has begun, or is full.
    pub fn sign_up(&self, merchant: MerchantId, before: Option<&Participant>, now: Timestamp) -> Taken {
        if let Some(known) = before.filter(|known| known.state != ParticipantState::Withdrawn) {
            return Ok(Step::AlreadyDone(known.clone()));
        }
        self.not_begun(now)?;
        if self.signed_up >= self.says.capacity {
            return Err(activity_is("full"));
        }
        let participant = Participant {
            activity: self.id,
            merchant,
            state: ParticipantState::SignedUp,
            signed_up_at: now,
            attendance: None,
            struck: None,
        };
        Ok(Step::Done((self.with_places(1), participant)))
    }

    /// It gives its place back.
    ///
    /// # Errors
    /// [`Denied::State`] when the activity has begun.
    pub fn give_up(&self, before: &Participant, now: Timestamp) -> Taken {
        if before.state == ParticipantState::Withdrawn {
            return Ok(Step::AlreadyDone(before.clone()));
        }
        self.not_begun(now)?;
        let participant = Participant { state: ParticipantState::Withdrawn, ..before.clone() };
        Ok(Step::Done((self.with_places(-1), participant)))
    }

    /// It was there.
    ///
    /// # Errors
    /// [`Denied`] when it has no place, the code is another, or it is not the time.
    pub fn check_in(&self, before: &Participant, how: &Present, by: Actor, now: Timestamp) -> Taken {
        let participant = match before.state {
            ParticipantState::SignedUp => before,
            ParticipantState::Attended => return Ok(Step::AlreadyDone(before.clone())),
            state @ (ParticipantState::Withdrawn | ParticipantState::Struck) => {
                return Err(Denied::State { what: "the merchant's place", state: state.as_str() });
            }
        };
        if self.state == ActivityState::Cancelled {
            return Err(activity_is("cancelled"));
        }
        let until = match how {
            Present::Seen => self.says.ends_at.after(RECORDED_WITHIN),
            Present::Code(_) => self.says.ends_at.after(CODE_AROUND),
        };
        if now < self.says.starts_at.before(CODE_AROUND) {
            return Err(activity_is("not begun"));
        }
        if now >= until {
            return Err(activity_is("over"));
        }
        if let Present::Code(code) = how {
            let mut faults = Faults::default();
            faults.unless(
                *code == self.code,
                "#/code",
                "不是现场出示的签到码",
                "is not the code that was shown on the spot",
            );
            faults.none()?;
        }
        let attendance = Some(Attendance { at: now, by });
        let participant =
            Participant { state: ParticipantState::Attended, attendance, ..participant.clone() };
        Ok(Step::Done((self.clone(), participant)))
    }

    /// It was not there after all, says another person than whoever recorded it.
    ///
    /// # Errors
    /// [`Denied`] when it was not recorded as there, or the same person says so.
    pub fn strike(&self, before: &Participant, reason: String, by: Actor) -> Taken {
        reason_fits(&reason)?;
        let attended = match (before.state, &before.attendance) {
            (ParticipantState::Struck, _) => return Ok(Step::AlreadyDone(before.clone())),
            (ParticipantState::Attended, Some(attended)) => attended,
            (state, _) => {
                return Err(Denied::State { what: "the merchant's place", state: state.as_str() });
            }
        };
        if attended.by == by {
            return Err(Denied::SamePerson);
        }
        let (state, struck) = (ParticipantState::Struck, Some(reason));
        Ok(Step::Done((self.clone(), Participant { state, struck, ..before.clone() })))
    }

    fn not_begun(&self, now: Timestamp) -> Result<(), Denied> {
        match self.state {
            ActivityState::Cancelled => Err(activity_is("cancelled")),
            ActivityState::Planned if self.says.starts_at <= now => Err(activity_is("begun")),
            ActivityState::Planned => Ok(()),
        }
    }

    fn with_places(&self, more: i32) -> Self {
        Self { signed_up: self.signed_up.saturating_add_signed(more), ..self.clone() }
    }
}

const fn activity_is(state: &'static str) -> Denied {
    Denied::State { what: "the activity", state }
}

impl ActivityDraft {
    fn check(&self, rules: &ActivityRules, now: Timestamp) -> Result<(), Denied> {
        let mut faults = Faults::default();
        faults.text(&self.title, TITLE_CHARS_MAX, "#/title");
        faults.text(&self.place, TITLE_CHARS_MAX, "#/place");
        faults.unless(self.starts_at > now, "#/starts_at", "须在此刻之后", "must lie in the future");
        let lasts = self.starts_at < self.ends_at && self.ends_at.since(self.starts_at) <= LASTS_MAX;
        faults.unless(
            lasts,
            "#/ends_at",
            "须晚于开始时间，且不超过 7 天",
            "must be later than the beginning, by at most 7 days",
        );
        faults.unless(
            (1..=CAPACITY_MAX).contains(&self.capacity),
            "#/capacity",
            "须为 1 至 5000",
            "must be within 1 and 5000",
        );
        if let Some(training) = &self.training {
            faults.text(training, TITLE_CHARS_MAX, "#/training");
        }
        match rules.attended.get(&self.kind) {
            None => faults.unless(
                false,
                "#/kind",
                "规则中没有这种活动",
                "is none of the rules' kinds of activities",
            ),
            Some(rule) => self.check_outreach(rule.outreach, &mut faults),
        }
        faults.none()
    }

    fn check_outreach(&self, outreach: bool, faults: &mut Faults) {
        let fits = |count: usize, max: usize| if outreach { (1..=max).contains(&count) } else { count == 0 };
        faults.unless(
            fits(self.villages.len(), VILLAGES_MAX),
            "#/villages",
            "大篷车须写明 1 至 50 个村，其他活动不写",
            "an outreach names 1 to 50 villages, anything else none",
        );
        faults.unless(
            fits(self.services.len(), SERVICES_MAX),
            "#/services",
            "大篷车须写明 1 至 100 项服务，其他活动不写",
            "an outreach names 1 to 100 services, anything else none",
        );
        for (place, village) in self.villages.iter().enumerate().take(VILLAGES_MAX) {
            faults.text(village, NAME_CHARS_MAX, format!("#/villages/{place}"));
        }
        let mut seen = HashSet::new();
        for (place, service) in self.services.iter().enumerate().take(SERVICES_MAX) {
            if let Service::Title(title) = service {
                faults.text(title, NAME_CHARS_MAX, format!("#/services/{place}"));
            }
            faults.unless(
                seen.insert(service),
                format!("#/services/{place}"),
                "重复出现",
                "stands there twice",
            );
        }
    }
}

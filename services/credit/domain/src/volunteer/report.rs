//! What the volunteer centre reports.

use core::time::Duration;

use kernel::{
    City, Day, MerchantId, Step, Timestamp, Version, VolunteerId, VolunteerNeedId, VolunteerReportId,
    VolunteerTeamId,
};
use serde::{Deserialize, Serialize};

use crate::activities::{Counting, VolunteerRules};
use crate::denied::{Denied, Faults};
use crate::process::words;

const DAY: Duration = Duration::from_secs(86_400);
/// Characters of a title, at most.
const TITLE_CHARS_MAX: usize = 100;
/// Characters of a reason, at most.
const REASON_CHARS_MAX: usize = 500;
/// People in one report, at most: more is a slip of the keyboard.
const PEOPLE_MAX: u32 = 10_000;
/// The longest activity.
const LASTS_MAX: Duration = Duration::from_secs(7 * 86_400);
/// How far the centre's clock may be ahead of ours.
const CLOCKS_APART_MAX: Duration = Duration::from_secs(300);

/// What kinds of deeds there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeedKind {
    /// A volunteer activity (志愿活动).
    Activity,
    /// Hours of a volunteer (服务时长).
    Hours,
    /// Volunteers recruited (招募).
    Recruitment,
    /// A team incubated (团队孵化).
    TeamIncubation,
    /// A need matched (需求对接).
    MatchedNeed,
}

words!(
    DeedKind,
    "activity, hours, recruitment, team_incubation, matched_need",
    [
        Activity = "activity",
        Hours = "hours",
        Recruitment = "recruitment",
        TeamIncubation = "team_incubation",
        MatchedNeed = "matched_need",
    ]
);

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Deed {
    /// The merchant held a volunteer activity.
    Activity {
        /// In a line; names nobody.
        title: String,
        /// When it began.
        starts_at: Timestamp,
        /// When it ended.
        ends_at: Timestamp,
    },
    /// One of its volunteers served from check-in to check-out: nothing else says how long.
    Hours {
        /// The volunteer.
        volunteer: VolunteerId,
        /// Check-in (签到).
        check_in: Timestamp,
        /// Check-out (签退).
        check_out: Timestamp,
    },
    /// It won people as volunteers.
    Recruitment {
        /// How many.
        people: u32,
        /// When they were all registered.
        at: Timestamp,
    },
    /// It helped a team to stand on its own.
    TeamIncubation {
        /// The team.
        team: VolunteerTeamId,
        /// When the team was registered.
        at: Timestamp,
    },
    /// A need that it claimed was fulfilled.
    MatchedNeed {
        /// The need.
        need: VolunteerNeedId,
        /// When.
        at: Timestamp,
    },
}

impl Deed {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> DeedKind {
        match self {
            Self::Activity { .. } => DeedKind::Activity,
            Self::Hours { .. } => DeedKind::Hours,
            Self::Recruitment { .. } => DeedKind::Recruitment,
            Self::TeamIncubation { .. } => DeedKind::TeamIncubation,
            Self::MatchedNeed { .. } => DeedKind::MatchedNeed,
        }
    }

    /// When it began; its day is the one of the daily statement.
    #[must_use]
    pub const fn began_at(&self) -> Timestamp {
        match self {
            Self::Activity { starts_at, .. } => *starts_at,
            Self::Hours { check_in, .. } => *check_in,
            Self::Recruitment { at, .. } | Self::TeamIncubation { at, .. } | Self::MatchedNeed { at, .. } => {
                *at
            }
        }
    }

    /// When it was done.
    #[must_use]
    pub const fn done_at(&self) -> Timestamp {
        match self {
            Self::Activity { ends_at, .. } => *ends_at,
            Self::Hours { check_out, .. } => *check_out,
            Self::Recruitment { .. } | Self::TeamIncubation { .. } | Self::MatchedNeed { .. } => {
                self.began_at()
            }
        }
    }

    /// How much it is: whole minutes of a session, people recruited, else one.
    #[must_use]
    pub fn quantity(&self) -> u64 {
        match self {
            Self::Hours { check_in, check_out, .. } => check_out.since(*check_in).as_secs() / 60,
            Self::Recruitment { people, .. } => u64::from(*people),
            Self::Activity { .. } | Self::TeamIncubation { .. } | Self::MatchedNeed { .. } => 1,
        }
    }

    /// What it is unique by beside the report's id: no team is incubated twice, no need fulfilled twice.
    #[must_use]
    pub fn once(&self) -> Option<String> {
        match self {
            Self::TeamIncubation { team, .. } => Some(format!("team:{team}")),
            Self::MatchedNeed { need, .. } => Some(format!("need:{need}")),
            Self::Activity { .. } | Self::Hours { .. } | Self::Recruitment { .. } => None,
        }
    }

    fn check(&self, rules: &VolunteerRules, now: Timestamp, faults: &mut Faults) {
        match self {
            Self::Activity { title, starts_at, ends_at } => {
                faults.text(title, TITLE_CHARS_MAX, "#/deed/title");
                let lasts = starts_at < ends_at && ends_at.since(*starts_at) <= LASTS_MAX;
                faults.unless(
                    lasts,
                    "#/deed/ends_at",
                    "须晚于开始时间，且不超过 7 天",
                    "must be later than the beginning, by at most 7 days",
                );
            }
            Self::Hours { check_in, check_out, .. } => {
                let minutes = u32::try_from(self.quantity()).unwrap_or(u32::MAX);
                let fits = check_in < check_out
                    && (rules.session_minutes_min..=rules.session_minutes_max).contains(&minutes);
                let (least, most) = (rules.session_minutes_min, rules.session_minutes_max);
                let zh = format!("一次服务须为 {least} 至 {most} 分钟");
                let en = format!("a session takes {least} to {most} minutes");
                faults.unless(fits, "#/deed/check_out", &zh, &en);
            }
            Self::Recruitment { people, .. } => {
                let fits = (1..=PEOPLE_MAX).contains(people);
                faults.unless(fits, "#/deed/people", "须为 1 至 10000", "must be within 1 and 10000");
            }
            Self::TeamIncubation { .. } | Self::MatchedNeed { .. } => {}
        }
        let oldest = now.before(DAY.saturating_mul(u32::from(rules.report_within_days)));
        let done = self.done_at();
        faults.unless(
            done <= now.after(CLOCKS_APART_MAX) && done >= oldest,
            "#/deed",
            "须已结束，且在规则允许上报的期限之内",
            "must be over, and not longer ago than the rules let it be reported",
        );
    }
}

/// What the centre sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportDraft {
    /// The centre's id of it.
    pub id: VolunteerReportId,
    /// For whom it counts.
    pub merchant: MerchantId,
    /// What was done.
    pub deed: Deed,
}

/// Where a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// It counts.
    Recorded,
    /// The centre took it back.
    Withdrawn,
}

words!(ReportState, "recorded, withdrawn", [Recorded = "recorded", Withdrawn = "withdrawn",]);

/// That the centre took a report back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// When.
    pub at: Timestamp,
    /// Why; names nobody.
    pub reason: String,
}

/// A report of the volunteer centre (志愿服务报告).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The city.
    pub city: City,
    /// What the centre sent.
    pub says: ReportDraft,
    /// Whether it counts in its year.
    pub counting: Counting,
    /// The points that it gave when it came.
    pub points: i64,
    /// When it came.
    pub received_at: Timestamp,
    /// That it was taken back.
    pub withdrawn: Option<Withdrawal>,
    /// Counts its changes.
    pub version: Version,
}

impl Report {
    /// Takes in a report about a merchant that was affiliated at `opened_at`; what it is worth is for
    /// [`super::give_for_report`] to say.
    ///
    /// # Errors
    /// [`Denied::Invalid`] with all that does not fit.
    pub fn receive(
        city: City,
        says: ReportDraft,
        rules: &VolunteerRules,
        opened_at: Timestamp,
        now: Timestamp,
    ) -> Result<Self, Denied> {
        let mut faults = Faults::default();
        says.deed.check(rules, now, &mut faults);
        faults.none()?;
        let counting = Counting::of(says.deed.done_at(), opened_at);
        Ok(Self { city, says, counting, points: 0, received_at: now, withdrawn: None, version: Version(1) })
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> ReportState {
        if self.withdrawn.is_some() { ReportState::Withdrawn } else { ReportState::Recorded }
    }

    /// The day whose statement it belongs to.
    #[must_use]
    pub fn day(&self) -> Day {
        self.says.deed.began_at().in_city().day
    }

    /// The calendar year it counts in.
    #[must_use]
    pub fn year(&self) -> i32 {
        self.says.deed.done_at().in_city().day.year()
    }

    /// The centre takes it back. The first withdrawal stands.
    ///
    /// # Errors
    /// [`Denied::Invalid`] when no reason is given.
    pub fn withdraw(&self, reason: String, now: Timestamp) -> Result<Step<Self, ()>, Denied> {
        let mut faults = Faults::default();
        faults.text(&reason, REASON_CHARS_MAX, "#/reason");
        faults.none()?;
        if self.withdrawn.is_some() {
            return Ok(Step::AlreadyDone(()));
        }
        let withdrawn = Some(Withdrawal { at: now, reason });
        Ok(Step::Done(Self { withdrawn, version: self.version.next(), ..self.clone() }))
    }

    /// Refuses a session of a volunteer who was already serving elsewhere.
    ///
    /// # Errors
    /// [`Denied::Invalid`].
    pub fn refuse_overlap(other: VolunteerReportId) -> Denied {
        let mut faults = Faults::default();
        let zh = format!("志愿者当时已在别处签到，见报告 {other}");
        let en = format!("the volunteer was checked in at that time, as report {other} says");
        faults.unless(false, "#/deed/check_in", &zh, &en);
        faults.none().err().unwrap_or(Denied::Exists("such a session"))
    }
}

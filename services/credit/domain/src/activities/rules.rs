//! What activities, honours and volunteering are worth. All are settings of this platform: 81890 publishes that
//! they count, not how much.

use std::collections::BTreeMap;

use kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::HonourLevel;
use crate::rules::{DimensionBounds, POINTS_MAX, Problems, VALID_DAYS_MAX};
use crate::tally::Points;
use crate::volunteer::DeedKind;

/// Kinds of activities or honours, at most.
const KINDS_MAX: usize = 50;
/// Characters of a title, at most.
const TITLE_CHARS_MAX: usize = 60;
/// Minutes of a day: no session is longer.
const DAY_MINUTES: u32 = 1_440;
/// How a kind is named, as [`named`] checks it.
const KIND_PATTERN: &str = "^[a-z0-9-]{1,40}$";
/// Calendar years for which volunteering counts, at most.
const YEARS_MAX: u16 = 10;
/// Days after which something can still be reported, at most.
const REPORT_DAYS_MAX: u16 = 365;
/// Hours that the statement of a day may take, at most.
const STATEMENT_HOURS_MAX: u16 = 240;

/// The part of the rules about what a merchant is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivityRules {
    /// What attendance is worth, by kind of activity.
    #[schemars(extend("x-keys" = "kind", "maxProperties" = KINDS_MAX, "propertyNames" = {"pattern": KIND_PATTERN}))]
    pub attended: BTreeMap<String, AttendedRule>,
    /// What an honour is worth, by kind and level.
    #[schemars(extend("x-keys" = "kind", "maxProperties" = KINDS_MAX, "propertyNames" = {"pattern": KIND_PATTERN}))]
    pub honours: BTreeMap<String, HonourRule>,
    /// What volunteering is worth.
    pub volunteer: VolunteerRules,
}

/// A kind of activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttendedRule {
    /// What people call it.
    #[schemars(length(min = 1, max = TITLE_CHARS_MAX))]
    pub title: String,
    /// The same in English; its kind where it is empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = TITLE_CHARS_MAX))]
    pub title_en: String,
    /// What attending one is worth, in credit activities.
    #[schemars(range(min = 0, max = POINTS_MAX), extend("x-unit" = "points"))]
    pub points: i64,
    /// For how many days.
    #[schemars(range(min = 1, max = VALID_DAYS_MAX), extend("x-unit" = "days"))]
    pub valid_days: u32,
    /// Whether it goes out to villages with services (志愿大篷车).
    #[serde(default)]
    pub outreach: bool,
}

/// A kind of honour: what it is worth in demonstration, by level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HonourRule {
    /// What people call it.
    #[schemars(length(min = 1, max = TITLE_CHARS_MAX))]
    pub title: String,
    /// The same in English; its kind where it is empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = TITLE_CHARS_MAX))]
    pub title_en: String,
    /// Granted by the city.
    #[schemars(range(min = 0, max = POINTS_MAX), extend("x-unit" = "points"))]
    pub city: i64,
    /// Granted by the province.
    #[schemars(range(min = 0, max = POINTS_MAX), extend("x-unit" = "points"))]
    pub province: i64,
    /// Granted by the nation.
    #[schemars(range(min = 0, max = POINTS_MAX), extend("x-unit" = "points"))]
    pub nation: i64,
    /// The longest that it counts.
    #[schemars(range(min = 1, max = VALID_DAYS_MAX), extend("x-unit" = "days"))]
    pub valid_days_max: u32,
}

impl HonourRule {
    /// What one of this level is worth.
    #[must_use]
    pub const fn points(&self, level: HonourLevel) -> i64 {
        match level {
            HonourLevel::City => self.city,
            HonourLevel::Province => self.province,
            HonourLevel::Nation => self.nation,
        }
    }
}

/// What volunteering is worth. Quantities of a year are added up before they are divided, so that nothing is lost
/// between two reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VolunteerRules {
    /// By activities.
    pub activity: Worth,
    /// By minutes between check-in and check-out.
    pub hours: Worth,
    /// By people recruited.
    pub recruitment: Worth,
    /// By teams incubated.
    pub team_incubation: Worth,
    /// By needs matched.
    pub matched_need: Worth,
    /// The most that volunteering of a calendar year gives.
    #[schemars(range(min = 0, max = POINTS_MAX), extend("x-unit" = "points"))]
    pub points_per_year_max: i64,
    /// For how many calendar years the points of a year count, its own among them.
    #[schemars(range(min = 1, max = YEARS_MAX), extend("x-unit" = "years"))]
    pub counts_for_years: u16,
    /// Less between check-in and check-out is no session.
    #[schemars(range(min = 1, max = DAY_MINUTES), extend("x-unit" = "minutes"))]
    pub session_minutes_min: u32,
    /// More is none either.
    #[schemars(range(max = DAY_MINUTES), extend("x-unit" = "minutes"))]
    pub session_minutes_max: u32,
    /// After so many days nothing is reported any more.
    #[schemars(range(min = 1, max = REPORT_DAYS_MAX), extend("x-unit" = "days"))]
    pub report_within_days: u16,
    /// So long after the end of a day its statement may take.
    #[schemars(range(min = 1, max = STATEMENT_HOURS_MAX), extend("x-unit" = "hours"))]
    pub statement_due_hours: u16,
}

/// So many points for each so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Worth {
    /// How much.
    #[schemars(range(min = 1), extend("x-unit" = "number"))]
    pub per: u32,
    /// How many points.
    #[schemars(range(min = 0, max = POINTS_MAX), extend("x-unit" = "points"))]
    pub points: i64,
}

impl Worth {
    /// Points of this quantity.
    pub(crate) fn of(self, quantity: u64) -> i64 {
        let times = quantity.checked_div(u64::from(self.per)).unwrap_or_default();
        i64::try_from(times).unwrap_or(i64::MAX).saturating_mul(self.points)
    }
}

impl VolunteerRules {
    /// What deeds of this kind are worth.
    #[must_use]
    pub const fn worth(&self, kind: DeedKind) -> Worth {
        match kind {
            DeedKind::Activity => self.activity,
            DeedKind::Hours => self.hours,
            DeedKind::Recruitment => self.recruitment,
            DeedKind::TeamIncubation => self.team_incubation,
            DeedKind::MatchedNeed => self.matched_need,
        }
    }

    /// The first moment at which points of what was done then no longer count: those of a year end together.
    #[must_use]
    pub fn counts_until(&self, done_at: Timestamp) -> Timestamp {
        let last = done_at.in_city().day.year().saturating_add(i32::from(self.counts_for_years));
        // Every year of four digits has a first of January.
        format!("{last}-01-01").parse::<kernel::Day>().map_or(done_at, |day| day.at_minute(0))
    }
}

impl ActivityRules {
    /// The points that the rule at this JSON pointer sets; none where it sets none by itself.
    pub(crate) fn points_at(&self, rule: &str) -> Option<Points> {
        if let Some(kind) = rule.strip_prefix("/activities/attended/") {
            let points = self.attended.get(kind)?.points;
            return Some(Points { credit_activities: points, ..Points::ZERO });
        }
        let (kind, level) = rule.strip_prefix("/activities/honours/")?.split_once('/')?;
        let points = self.honours.get(kind)?.points(level.parse().ok()?);
        Some(Points { demonstration: points, ..Points::ZERO })
    }

    /// For how many days what this rule sets counts, where it says so itself.
    pub(crate) fn valid_days(&self, rule: &str) -> Option<u32> {
        Some(self.attended.get(rule.strip_prefix("/activities/attended/")?)?.valid_days)
    }

    pub(crate) fn check(&self, dimensions: &DimensionBounds, found: &mut Problems) {
        found.unless(
            self.attended.len() <= KINDS_MAX,
            "/activities/attended",
            "最多 50 种",
            "at most 50 kinds",
        );
        found.unless(
            self.honours.len() <= KINDS_MAX,
            "/activities/honours",
            "最多 50 种",
            "at most 50 kinds",
        );
        for (kind, rule) in &self.attended {
            let at = format!("/activities/attended/{kind}");
            named(kind, &rule.title, &at, found);
            titled_en(&rule.title_en, &at, found);
            let most = span(dimensions.credit_activities.floor, dimensions.credit_activities.ceiling);
            found.unless(
                (0..=most).contains(&rule.points),
                format_args!("{at}/points"),
                "应在 0 与信用建设活动的上下限之差之间",
                "must be within 0 and the span of credit activities",
            );
            days(rule.valid_days, format_args!("{at}/valid_days"), found);
        }
        for (kind, rule) in &self.honours {
            let at = format!("/activities/honours/{kind}");
            named(kind, &rule.title, &at, found);
            titled_en(&rule.title_en, &at, found);
            let most = span(dimensions.demonstration.floor, dimensions.demonstration.ceiling);
            let mut lower = 0;
            for level in HonourLevel::ALL {
                let points = rule.points(*level);
                found.unless(
                    (lower..=most).contains(&points),
                    format_args!("{at}/{level}"),
                    "不能少于低一级的分，也不能多于示范引领的上下限之差",
                    "must not be less than the level before it, nor more than the span of demonstration",
                );
                lower = points;
            }
            days(rule.valid_days_max, format_args!("{at}/valid_days_max"), found);
        }
        self.volunteer.check(dimensions, found);
    }
}

impl VolunteerRules {
    fn check(&self, dimensions: &DimensionBounds, found: &mut Problems) {
        for kind in DeedKind::ALL {
            let Worth { per, points } = self.worth(*kind);
            found.unless(
                per >= 1,
                format_args!("/activities/volunteer/{kind}/per"),
                "至少为 1",
                "must be 1 or more",
            );
            found.unless(
                (0..=POINTS_MAX).contains(&points),
                format_args!("/activities/volunteer/{kind}/points"),
                "应在 0 至 10000 之间",
                "must be within 0 and 10000",
            );
        }
        let most = span(dimensions.credit_activities.floor, dimensions.credit_activities.ceiling);
        found.unless(
            (0..=most).contains(&self.points_per_year_max),
            "/activities/volunteer/points_per_year_max",
            "应在 0 与信用建设活动的上下限之差之间，志愿服务才不会抵过失信", "must be within 0 and the span of credit activities, so that volunteering never outweighs a breach",
        );
        found.unless(
            (1..=YEARS_MAX).contains(&self.counts_for_years),
            "/activities/volunteer/counts_for_years",
            "应在 1 至 10 之间",
            "must be within 1 and 10",
        );
        found.unless(
            1 <= self.session_minutes_min && self.session_minutes_min < self.session_minutes_max,
            "/activities/volunteer/session_minutes_min",
            "至少为 1，并短于最长的一次",
            "must be 1 or more, and less than the longest session",
        );
        found.unless(
            self.session_minutes_max <= DAY_MINUTES,
            "/activities/volunteer/session_minutes_max",
            "一次服务不会超过一天（1440 分钟）",
            "nobody serves longer than a day",
        );
        found.unless(
            (1..=REPORT_DAYS_MAX).contains(&self.report_within_days),
            "/activities/volunteer/report_within_days",
            "应在 1 至 365 之间",
            "must be within 1 and 365",
        );
        found.unless(
            (1..=STATEMENT_HOURS_MAX).contains(&self.statement_due_hours),
            "/activities/volunteer/statement_due_hours",
            "应在 1 至 240 之间",
            "must be within 1 and 240",
        );
    }
}

/// A kind is named as codes are, and has a title.
fn named(kind: &str, title: &str, at: &str, found: &mut Problems) {
    let fits = (1..=40).contains(&kind.len())
        && kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    found.unless(fits, at, "代码应为 1 至 40 个小写字母、数字或 -", "a kind has 1 to 40 of a-z, 0-9 and '-'");
    let fits = (1..=TITLE_CHARS_MAX).contains(&title.chars().count());
    found.unless(fits, format_args!("{at}/title"), "应有 1 至 60 个字", "must have 1 to 60 characters");
}

fn titled_en(title: &str, at: &str, found: &mut Problems) {
    let fits = title.chars().count() <= TITLE_CHARS_MAX;
    found.unless(fits, format_args!("{at}/title_en"), "最多 60 个字符", "must have at most 60 characters");
}

fn days(days: u32, at: impl core::fmt::Display, found: &mut Problems) {
    found.unless(
        (1..=VALID_DAYS_MAX).contains(&days),
        at,
        "应在 1 至 3650 之间",
        "must be within 1 and 3650",
    );
}

const fn span(floor: i64, ceiling: i64) -> i64 {
    ceiling.saturating_sub(floor)
}

//! The merchant and its standing: state only. What changes it is in [`crate::commands`].

use core::fmt;
use core::str::FromStr;

use kernel::{Area, CaseId, CategoryCode, City, Grade, MerchantId, Severity, Timestamp, Version};
use serde::{Deserialize, Serialize};

use crate::ledger::{Cause, Tip};
use crate::process::{Hold, Restraint};
use crate::quality::Measured;
use crate::rules::Rules;
use crate::tally::Tally;

/// Findings kept per merchant. At this many breaches within a year nothing is left to be lost by one more.
const FINDINGS_MAX: usize = 100;

/// Whether a merchant is affiliated (加盟).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Affiliated.
    Affiliated,
    /// Suspended for now.
    Suspended,
    /// Affiliation ended by the platform.
    Removed,
    /// Affiliation ended by the merchant (主动退出).
    Left,
}

impl Status {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Affiliated, Self::Suspended, Self::Removed, Self::Left];

    /// The one form in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Affiliated => "affiliated",
            Self::Suspended => "suspended",
            Self::Removed => "removed",
            Self::Left => "left",
        }
    }

    /// Whether the merchant is with us, working or not.
    #[must_use]
    pub const fn is_in(self) -> bool {
        matches!(self, Self::Affiliated | Self::Suspended)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a merchant status: expected one of affiliated, suspended, removed, left")]
pub struct StatusError;

impl FromStr for Status {
    type Err = StatusError;

    fn from_str(text: &str) -> Result<Self, StatusError> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(StatusError)
    }
}

/// A category that a merchant is committed to (集成服务承诺).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Commitment {
    /// The category.
    pub category: CategoryCode,
    /// Until when it may be served: the first end of the signed commitment and of the papers that it rests on.
    pub commitment_until: Timestamp,
}

/// Opening hours in the city's time, minutes of the day; equal values: round the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hours {
    /// First minute of service.
    pub opens: u16,
    /// First minute after service; smaller than `opens` when it runs past midnight.
    pub closes: u16,
}

impl Hours {
    /// Round the clock.
    pub const ALL_DAY: Self = Self { opens: 0, closes: 0 };
}

/// What a merchant is, apart from its credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The merchant.
    pub id: MerchantId,
    /// Its city.
    pub city: City,
    /// The published name of the company.
    pub name: String,
    /// The street its people start from.
    pub home: Area,
    /// The streets it serves.
    pub areas: Vec<Area>,
    /// What it is committed to.
    pub categories: Vec<Commitment>,
    /// Jobs it can hold at once.
    pub capacity: u16,
    /// When it works.
    pub hours: Hours,
    /// Until when at least one of its workers is green; none when none ever was.
    pub green_until: Option<Timestamp>,
}

/// A verified breach that still weighs on the grade (失信记录): until the evaluation of its year takes effect, and a
/// serious one until it is repaired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// The case.
    pub case: CaseId,
    /// How grave.
    pub severity: Severity,
    /// When it was verified.
    pub verified_at: Timestamp,
}

impl Finding {
    /// Whether it still weighs once the evaluation as of this moment took effect.
    pub(crate) fn outlasts(&self, as_of: Timestamp) -> bool {
        self.severity == Severity::Serious || self.verified_at > as_of
    }
}

/// A merchant's credit: a fold of its ledger, and the grade that came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// What all entries add up to.
    pub tally: Tally,
    /// The score of the tally, 0 to 1,000.
    pub score: u16,
    /// The grade in force.
    pub grade: Grade,
    /// The grade given at the last evaluation or at entry: no fact alone lifts the grade above it.
    pub awarded: Grade,
    /// Breaches that weigh on the grade.
    pub findings: Vec<Finding>,
    /// What proceedings hold against it now (平台措施).
    pub restraints: Vec<Restraint>,
    /// The last year that was evaluated.
    pub evaluated_year: Option<u16>,
    /// The service quality that the evaluation measured.
    pub quality: Option<Measured>,
    /// The rules that score and grade were last computed by.
    pub rules_version: u32,
    /// The end of the ledger.
    pub tip: Tip,
}

impl Credit {
    /// The grade that the award, the tally and the findings allow now, wherever the grade has been since.
    #[must_use]
    pub(crate) fn allowed(&self, rules: &Rules) -> Grade {
        allowed(self.awarded, self.tally, &self.findings, &self.restraints, rules)
    }

    /// The merchant is admitted again (重新加盟): a removal behind it, whose ban is over, holds it back no longer.
    pub fn end_removals(&mut self) {
        self.restraints.retain(|held| held.hold != Hold::Removed);
    }

    /// Keeps a finding, and the gravest ones when there are too many.
    pub(crate) fn add_finding(&mut self, finding: Finding) {
        keep_finding(&mut self.findings, finding);
    }
}

/// The grade that an award, a tally, findings and restraints allow.
pub(crate) fn allowed(
    awarded: Grade,
    tally: Tally,
    findings: &[Finding],
    restraints: &[Restraint],
    rules: &Rules,
) -> Grade {
    let merited = rules.merited(tally.points, tally.evidence);
    let steps: usize =
        findings.iter().map(|finding| usize::from(rules.breach_rule(finding.severity).levels_down)).sum();
    let stepped = lower(awarded, steps, rules.immediate_floor);
    let found = findings.iter().map(|finding| rules.finding_cap(finding.severity));
    let held = restraints.iter().map(|restraint| restraint.hold.cap(rules));
    found.chain(held).fold(awarded.min(merited).min(stepped), Grade::min)
}

/// Keeps a finding, and the gravest ones when there are too many.
pub(crate) fn keep_finding(findings: &mut Vec<Finding>, finding: Finding) {
    findings.push(finding);
    if findings.len() > FINDINGS_MAX {
        findings.sort_by_key(|finding| core::cmp::Reverse((finding.severity, finding.verified_at)));
        findings.truncate(FINDINGS_MAX);
    }
}

/// The grade this many steps below, but no further than the floor; a grade below the floor stays.
fn lower(grade: Grade, steps: usize, floor: Grade) -> Grade {
    let place = usize::from(grade.rank()).saturating_sub(steps);
    Grade::ALL.get(place).copied().unwrap_or(Grade::D).max(floor).min(grade)
}

/// An affiliated merchant (加盟企业) as credit knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merchant {
    /// What it is.
    pub profile: Profile,
    /// Counts its changes: +1 with each.
    pub version: Version,
    /// Whether it is affiliated.
    pub status: Status,
    /// Its credit.
    pub credit: Credit,
    /// Whether it objects to an entry behind its grade (异议中).
    pub under_objection: bool,
    /// What made this version.
    pub cause: Cause,
    /// When.
    pub changed_at: Timestamp,
    /// What moved grade or score last; what only changed papers, or counted for nothing, is not it.
    pub moved: Moved,
}

/// What moved the grade or the score of a merchant, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// What.
    pub cause: Cause,
    /// When.
    pub at: Timestamp,
}

impl Merchant {
    /// Orders that a call-back confirmed.
    #[must_use]
    pub fn verified_orders(&self) -> u32 {
        u32::try_from(self.credit.tally.evidence.verified_orders.max(0)).unwrap_or(u32::MAX)
    }

    /// All that others need to know of it, whole, at this version.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let Profile { id, city, name, home, areas, categories, capacity, hours, green_until } =
            self.profile.clone();
        Standing {
            city,
            merchant: id,
            version: self.version,
            name,
            grade: self.credit.grade,
            score: self.credit.score,
            status: self.status,
            home,
            areas,
            categories,
            capacity,
            hours,
            verified_orders: self.verified_orders(),
            green_until,
            under_objection: self.under_objection,
            cause: self.cause,
            changed_at: self.changed_at,
        }
    }
}

/// The snapshot that others rank by (信用状态): the higher version is the newer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The merchant's city.
    pub city: City,
    /// The merchant.
    pub merchant: MerchantId,
    /// Counts the changes.
    pub version: Version,
    /// The published name of the company.
    pub name: String,
    /// Credit grade.
    pub grade: Grade,
    /// Credit score, 0 to 1,000.
    pub score: u16,
    /// Whether it is affiliated.
    pub status: Status,
    /// The street its people start from.
    pub home: Area,
    /// The streets it serves.
    pub areas: Vec<Area>,
    /// What it is committed to.
    pub categories: Vec<Commitment>,
    /// Jobs it can hold at once.
    pub capacity: u16,
    /// When it works.
    pub hours: Hours,
    /// Orders that a call-back confirmed.
    pub verified_orders: u32,
    /// Until when at least one of its workers is green.
    pub green_until: Option<Timestamp>,
    /// Whether it objects to an entry behind its grade.
    pub under_objection: bool,
    /// What made this version.
    pub cause: Cause,
    /// When.
    pub changed_at: Timestamp,
}

//! Version 1, released with the first platform. Never edited.

mod certificate_issued;
mod certificate_revoked;
mod deadline_missed;
mod entry_confirmed;
mod evaluation;
mod merchant_removed;
mod sanction_decided;
mod volunteering;
mod worker_papers_expiring;

pub use certificate_issued::CertificateIssued;
pub use certificate_revoked::{CertificateRevoked, RevocationReason};
pub use deadline_missed::{Deadline, DeadlineMissed};
pub use entry_confirmed::EntryConfirmed;
pub use evaluation::{EvaluationComputed, EvaluationOverdue, EvaluationPublished, GradesInEffect};
pub use merchant_removed::{MerchantRemoved, RedLine};
pub use sanction_decided::{Measure, SanctionDecided, SanctionOutcome};
pub use volunteering::{
    SignedVolunteerWord, VolunteerAnswer, VolunteerDeed, VolunteerDifferences, VolunteerNeedPublished,
    VolunteerReport, VolunteerWord,
};
pub use worker_papers_expiring::{WorkerPaper, WorkerPapersExpiring};

use kernel::{Area, CategoryCode, City, Grade, MerchantId, Timestamp, Version};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::streams::Stream;
use crate::{event, example, rpc};

/// Whether a merchant is affiliated (加盟).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MerchantStatus {
    /// Affiliated.
    Affiliated,
    /// Suspended for now.
    Suspended,
    /// Affiliation ended.
    Removed,
}

/// A category a merchant is committed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CategoryStanding {
    /// The category.
    pub category: CategoryCode,
    /// Until when its commitment is in force.
    pub commitment_until: Timestamp,
}

/// Opening hours in the city's time, minutes of the day; equal values: round the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Hours {
    /// First minute of service.
    pub opens: u16,
    /// First minute after service; smaller than `opens` when it runs past midnight.
    pub closes: u16,
}

/// All that dispatch needs to know of a merchant, whole, at one version: the higher version is the newer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    /// The merchant.
    pub merchant: MerchantId,
    /// Its city.
    pub city: City,
    /// Counts the changes of this standing.
    pub version: Version,
    /// The published name of the company.
    pub name: String,
    /// Credit grade.
    pub grade: Grade,
    /// Credit score, 0 to 1,000.
    pub score: u16,
    /// Whether it is affiliated.
    pub status: MerchantStatus,
    /// The street its people start from.
    pub home: Area,
    /// The streets it serves.
    pub areas: Vec<Area>,
    /// What it is committed to.
    pub categories: Vec<CategoryStanding>,
    /// Jobs it can hold at once.
    pub capacity: u16,
    /// When it works.
    pub hours: Hours,
    /// Orders verified by a call-back.
    pub verified_orders: u32,
    /// Until when at least one of its workers is green; absent when none is.
    pub green_until: Option<Timestamp>,
    /// Whether it objects to an entry behind its grade.
    pub under_objection: bool,
    /// What made this version.
    pub cause: String,
    /// When.
    pub changed_at: Timestamp,
}

impl Standing {
    fn typical() -> Self {
        Self {
            merchant: example::id(3),
            city: example::city(),
            version: Version(8),
            name: "甬诚锁业服务部".to_owned(),
            grade: Grade::B,
            score: 655,
            status: MerchantStatus::Affiliated,
            home: example::area(),
            areas: vec![example::area()],
            categories: vec![CategoryStanding {
                category: example::constant("lock-opening"),
                commitment_until: example::at(24 * 200),
            }],
            capacity: 6,
            hours: Hours { opens: 480, closes: 1_200 },
            verified_orders: 180,
            green_until: Some(example::at(24 * 90)),
            under_objection: false,
            cause: "breach_verified".to_owned(),
            changed_at: example::at(26),
        }
    }
}

/// The sure path: the last standing of each merchant, kept for ever in a compacted stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct StandingChanged(pub Standing);

impl crate::Event for StandingChanged {
    const SUBJECT: &'static str = "credit.standing-changed.v1";
    const TYPE: &'static str = "cn.81890.credit.standing-changed.v1";
    const STREAM: Stream = Stream::Standing;

    fn city(&self) -> City {
        self.0.city
    }

    fn key(&self) -> uuid::Uuid {
        self.0.merchant.uuid()
    }

    fn example() -> Self {
        Self(Standing::typical())
    }
}

/// The fast path: the same snapshot, said right after the commit without waiting for any stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct StandingNow(pub Standing);

impl crate::Broadcast for StandingNow {
    const SUBJECT: &'static str = "live.credit.standing.v1";

    fn city(&self) -> City {
        self.0.city
    }

    fn example() -> Self {
        Self(Standing::typical())
    }
}

/// A grade moved, and why: for those who tell people, not for ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GradeChanged {
    /// The merchant.
    pub merchant: MerchantId,
    /// Its city.
    pub city: City,
    /// The version of the standing that it came with.
    pub version: Version,
    /// Before.
    pub from: Grade,
    /// After.
    pub to: Grade,
    /// What made it.
    pub cause: String,
    /// When.
    pub changed_at: Timestamp,
}

event!(GradeChanged, "credit", "grade-changed", "1", Stream::Credit, merchant, {
    Self {
        merchant: example::id(3),
        city: example::city(),
        version: Version(8),
        from: Grade::AA,
        to: Grade::B,
        cause: "breach_verified".to_owned(),
        changed_at: example::at(26),
    }
});

/// The fence: is this still the last standing? Asked before an assignment is committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmStanding {
    /// The merchant.
    pub merchant: MerchantId,
    /// Its city.
    pub city: City,
    /// The version the asker ranked with.
    pub version: Version,
}

rpc!(ConfirmStanding => Confirmation, "credit", "confirm-standing", "1");

/// The answer to [`ConfirmStanding`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Confirmation {
    /// It is.
    Current,
    /// It is not: this is.
    Moved {
        /// The last standing.
        standing: Box<Standing>,
    },
    /// Credit has no such merchant.
    Unknown,
}

/// Whether work in this category that was completed then can have broken this clause. Asked before a breach is verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckClause {
    /// The city, whose standards library it is.
    pub city: City,
    /// The category of the work.
    pub category: CategoryCode,
    /// A code of the commitment, or `number#clause` of a standard.
    pub clause: String,
    /// When the work was completed: a standard that is superseded since was in force then, one that came since was not.
    pub at: Timestamp,
}

rpc!(CheckClause => ClauseChecked, "credit", "check-clause", "1");

/// The answer to [`CheckClause`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum ClauseChecked {
    /// It can be cited.
    Citable,
    /// There was no such clause in force for the category.
    Unknown,
}

use kernel::{
    Area, CategoryCode, City, MerchantId, ReconciliationId, Timestamp, Version, VolunteerId, VolunteerNeedId,
    VolunteerReportId, VolunteerTeamId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::streams::Stream;
use crate::{event, example, rpc};

/// What was done. Hours are counted from check-in to check-out and never stated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum VolunteerDeed {
    /// The merchant held a volunteer activity.
    Activity {
        /// In a line; names nobody.
        title: String,
        /// When it began.
        starts_at: Timestamp,
        /// When it ended.
        ends_at: Timestamp,
    },
    /// One of its volunteers served.
    Hours {
        /// The volunteer, by the centre's number.
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
    /// It helped a team to stand on its own: once for each team.
    TeamIncubation {
        /// The team, by the centre's number.
        team: VolunteerTeamId,
        /// When the team was registered.
        at: Timestamp,
    },
    /// It fulfilled a need that it had taken on: once for each need.
    MatchedNeed {
        /// The need.
        need: VolunteerNeedId,
        /// When.
        at: Timestamp,
    },
}

/// A report of the volunteer centre (志愿服务报告). Its id names it for good: the same again is done already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VolunteerReport {
    /// The centre's id of it.
    pub report: VolunteerReportId,
    /// For whom it counts.
    pub merchant: MerchantId,
    /// What was done.
    pub deed: VolunteerDeed,
}

/// What the centre says over the bus, as the text that it signs holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "say", rename_all = "snake_case", deny_unknown_fields)]
pub enum VolunteerWord {
    /// Something was done.
    Report {
        /// What.
        report: VolunteerReport,
    },
    /// A report is taken back.
    Withdraw {
        /// Which.
        report: VolunteerReportId,
        /// Why; names nobody.
        reason: String,
    },
    /// A team takes a need on.
    Claim {
        /// Which.
        need: VolunteerNeedId,
        /// The team.
        team: VolunteerTeamId,
        /// The merchant that it belongs to, if it does.
        merchant: Option<MerchantId>,
    },
    /// Whoever took a need on lets go.
    Release {
        /// Which.
        need: VolunteerNeedId,
    },
    /// The centre found who goes.
    Match {
        /// For which need.
        need: VolunteerNeedId,
    },
    /// A need was fulfilled.
    Fulfil {
        /// Which.
        need: VolunteerNeedId,
    },
}

/// A word of the volunteer centre with its signature, in the scheme of docs/adr/0003-channel-signature.md: over the
/// id, the timestamp, the line `rpc.credit.report-volunteering.v1 <city>` with a line feed, and the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedVolunteerWord {
    /// The city.
    pub city: City,
    /// The message's id.
    pub id: String,
    /// When it was signed, in seconds since 1970.
    pub timestamp: i64,
    /// `v1,` and the signature in base64.
    pub signature: String,
    /// A [`VolunteerWord`] as JSON text: signed as it stands.
    pub body: String,
}

rpc!(SignedVolunteerWord => VolunteerAnswer, "credit", "report-volunteering", "1");

impl SignedVolunteerWord {
    /// The first line of what is signed: where the word goes.
    #[must_use]
    pub fn line(city: City) -> String {
        format!("{} {city}\n", <Self as crate::Rpc>::SUBJECT)
    }
}

/// What became of a word: it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VolunteerAnswer {
    /// Whether it had been done before.
    pub already: bool,
    /// The version of the report or the need.
    pub version: Version,
}

/// A need that fits volunteers is open for claiming (揭榜). What it is, is read over HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VolunteerNeedPublished {
    /// The need.
    pub need: VolunteerNeedId,
    /// Its city.
    pub city: City,
    /// The street.
    pub area: Area,
    /// The category it is of.
    pub category: Option<CategoryCode>,
    /// How many volunteers.
    pub people: u32,
    /// From when.
    pub wanted_from: Timestamp,
    /// Until when.
    pub wanted_until: Timestamp,
}

event!(VolunteerNeedPublished, "credit", "volunteer-need-published", "1", Stream::Credit, need, {
    Self {
        need: example::id(80),
        city: example::city(),
        area: example::area(),
        category: None,
        people: 2,
        wanted_from: example::at(48),
        wanted_until: example::at(52),
    }
});

/// The centre's statement of a day and what is held here differ, or no statement came in time: somebody has to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VolunteerDifferences {
    /// The comparison.
    pub reconciliation: ReconciliationId,
    /// Its city.
    pub city: City,
    /// The day, such as 2026-11-23.
    pub day: String,
    /// Whether a statement came.
    pub stated: bool,
    /// In how many merchants and kinds the two differ.
    pub differences: u32,
}

event!(VolunteerDifferences, "credit", "volunteer-differences", "1", Stream::Credit, reconciliation, {
    Self {
        reconciliation: example::id(81),
        city: example::city(),
        day: "2026-11-23".to_owned(),
        stated: true,
        differences: 3,
    }
});

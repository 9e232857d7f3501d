//! Version 1, released with the first platform. Never edited.

use kernel::{
    Actor, Area, AssignmentId, CategoryCode, City, Grade, ItemCode, MerchantId, RequestId, Timestamp, Version,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::streams::Stream;
use crate::{broadcast, event, example, rpc};

/// A request was offered to one merchant (派单); it is held for that merchant until `answer_by`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Offered {
    /// The request.
    pub request: RequestId,
    /// Its city.
    pub city: City,
    /// The assignment made by it.
    pub assignment: AssignmentId,
    /// The merchant.
    pub merchant: MerchantId,
    /// The version of the merchant's standing that the decision used, confirmed with credit.
    pub credit_version: Version,
    /// Whether credit could be asked; `false` only where the policy allows to go on without.
    pub confirmed: bool,
    /// Who decided.
    pub by: Actor,
    /// When.
    pub offered_at: Timestamp,
    /// Until when the merchant may answer.
    pub answer_by: Timestamp,
}

event!(Offered, "dispatch", "assignment-offered", "1", Stream::Dispatch, request, {
    Self {
        request: example::id(1),
        city: example::city(),
        assignment: example::id(2),
        merchant: example::id(3),
        credit_version: Version(7),
        confirmed: true,
        by: Actor::Platform,
        offered_at: example::at(0),
        answer_by: example::at(1),
    }
});

macro_rules! assignment_events {
    ($($(#[$doc:meta])* $name:ident, $event:literal, $(#[$at_doc:meta])* $at:ident, $hour:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub struct $name {
            /// The request.
            pub request: RequestId,
            /// Its city.
            pub city: City,
            /// The assignment.
            pub assignment: AssignmentId,
            /// The merchant that holds or held it.
            pub merchant: MerchantId,
            /// What was asked for, by category: call-backs ask per category.
            pub category: CategoryCode,
            /// Who did it.
            pub by: Actor,
            $(#[$at_doc])*
            pub $at: Timestamp,
        }

        event!($name, "dispatch", $event, "1", Stream::Dispatch, request, {
            Self {
                request: example::id(1),
                city: example::city(),
                assignment: example::id(2),
                merchant: example::id(3),
                category: example::constant("lock-opening"),
                by: Actor::Merchant { id: example::id(3) },
                $at: example::at($hour),
            }
        });
    )*};
}

assignment_events! {
    /// The merchant took the job (接单).
    Accepted, "assignment-accepted", /// When.
    accepted_at, 1;
    /// The merchant turned the job down.
    Declined, "assignment-declined", /// When.
    declined_at, 1;
    /// The merchant did not answer in time.
    Expired, "assignment-expired", /// When the offer ran out.
    expired_at, 1;
    /// The merchant was let go because the request was cancelled.
    Released, "assignment-released", /// When.
    released_at, 2;
}

/// The work is done (完工). Says what was asked for and where as well: the call-back of the day after goes by it, and who
/// makes it hears nothing of the request itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Completed {
    /// The request.
    pub request: RequestId,
    /// Its city.
    pub city: City,
    /// The assignment.
    pub assignment: AssignmentId,
    /// The merchant that did it.
    pub merchant: MerchantId,
    /// What was asked for.
    pub item: ItemCode,
    /// The category the item belongs to.
    pub category: CategoryCode,
    /// Where: a street or town.
    pub area: Area,
    /// Who reported it.
    pub by: Actor,
    /// When.
    pub completed_at: Timestamp,
}

event!(Completed, "dispatch", "assignment-completed", "1", Stream::Dispatch, request, {
    Self {
        request: example::id(1),
        city: example::city(),
        assignment: example::id(2),
        merchant: example::id(3),
        item: example::constant("door-unlocking"),
        category: example::constant("lock-opening"),
        area: example::area(),
        by: Actor::Merchant { id: example::id(3) },
        completed_at: example::at(2),
    }
});

/// No merchant is left that could serve the request; an operator has to see to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unserved {
    /// The request.
    pub request: RequestId,
    /// Its city.
    pub city: City,
    /// When the last candidate was tried.
    pub unserved_at: Timestamp,
}

event!(Unserved, "dispatch", "request-unserved", "1", Stream::Dispatch, request, {
    Self { request: example::id(1), city: example::city(), unserved_at: example::at(1) }
});

/// A merchant's standing moved in the rankings held here: whoever shows one asks again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RankingChanged {
    /// The city.
    pub city: City,
    /// The merchant that moved.
    pub merchant: MerchantId,
    /// The standing that is in force now.
    pub credit_version: Version,
    /// The grade before, if the merchant was known.
    pub from: Option<Grade>,
    /// The grade now.
    pub to: Grade,
    /// Why, as credit said it.
    pub cause: String,
    /// The categories in which the order may differ.
    pub categories: Vec<CategoryCode>,
    /// The areas in which the order may differ.
    pub areas: Vec<Area>,
    /// Wall clock of credit's commit, microseconds since 1970: for latency only, never for decisions.
    pub committed_wall_us: i64,
    /// Wall clock of the moment dispatch applied it, microseconds since 1970.
    pub applied_wall_us: i64,
}

broadcast!(RankingChanged, "dispatch", "ranking-changed", "1", {
    Self {
        city: example::city(),
        merchant: example::id(3),
        credit_version: Version(8),
        from: Some(Grade::AA),
        to: Grade::B,
        cause: "breach_verified".to_owned(),
        categories: vec![example::constant("lock-opening")],
        areas: vec![example::area()],
        committed_wall_us: example::at(0).as_micros(),
        applied_wall_us: example::at(0).as_micros() + 900,
    }
});

/// A merchant became full or free again: a list that shows it, or that it could be on, is to be asked for anew.
///
/// What changed in a moment is put together: the lists concerned may be fewer than categories times areas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AvailabilityChanged {
    /// The city.
    pub city: City,
    /// The categories in which it may show.
    pub categories: Vec<CategoryCode>,
    /// The areas in which it may show.
    pub areas: Vec<Area>,
    /// Wall clock of the moment dispatch says it, microseconds since 1970: for latency only, never for decisions.
    pub said_wall_us: i64,
}

broadcast!(AvailabilityChanged, "dispatch", "availability-changed", "1", {
    Self {
        city: example::city(),
        categories: vec![example::constant("lock-opening")],
        areas: vec![example::area()],
        said_wall_us: example::at(0).as_micros(),
    }
});

/// A merchant's load after a commit, told from one instance of dispatch to the others. The higher version wins;
/// what is lost is read from the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoadChanged {
    /// The city.
    pub city: City,
    /// Whose load.
    pub merchant: MerchantId,
    /// Counts the changes of this load.
    pub version: Version,
    /// Assignments it holds: offered or accepted.
    pub open: u32,
    /// Orders given to it in the last 30 days.
    pub served: u32,
    /// The category and street whose orders changed with it, if any did.
    pub orders: Option<CellOrders>,
}

/// Orders of one category and street given to one merchant in the last 30 days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CellOrders {
    /// The category.
    pub category: CategoryCode,
    /// The street.
    pub area: Area,
    /// How many.
    pub orders: u32,
}

broadcast!(LoadChanged, "dispatch", "load-changed", "1", {
    Self {
        city: example::city(),
        merchant: example::id(3),
        version: Version(12),
        open: 2,
        served: 31,
        orders: Some(CellOrders {
            category: example::constant("lock-opening"),
            area: example::area(),
            orders: 9,
        }),
    }
});

/// Whom to recommend, best first?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recommend {
    /// The city.
    pub city: City,
    /// What is asked for.
    pub item: ItemCode,
    /// Where.
    pub area: Area,
    /// When the service is wanted; now when absent.
    #[serde(default)]
    pub wanted_at: Option<Timestamp>,
    /// By when it must be settled; by the item's class when absent.
    #[serde(default)]
    pub due_by: Option<Timestamp>,
    /// The request it is for, if there is one already: ties are broken by it.
    #[serde(default)]
    pub request: Option<RequestId>,
    /// How many; at most 20, 5 when absent.
    #[serde(default)]
    pub limit: Option<u8>,
}

rpc!(Recommend => Recommendation, "dispatch", "recommend", "1");

/// The order in force now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Recommendation {
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// How many merchants of this category and area were left out, by reason.
    pub excluded: Vec<Excluded>,
    /// The policy it was ranked by.
    pub policy_version: u32,
    /// The day's published seed, by which ties are broken.
    pub daily_seed: u64,
    /// How long ago the ranking last heard from credit, milliseconds: the age of what it was ranked with.
    pub projection_age_ms: u64,
}

/// One merchant and why it stands where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Candidate {
    /// The merchant.
    pub merchant: MerchantId,
    /// Its name, as published.
    pub name: String,
    /// Its grade.
    pub grade: Grade,
    /// Its score, 0 to 1,000.
    pub score: u16,
    /// Whether it can arrive in time.
    pub arrival: Arrival,
    /// How near its home street is.
    pub proximity: Proximity,
    /// Orders served relative to capacity in 30 days, per mille.
    pub served_permille: u32,
    /// Whether it came first by the share kept for newcomers.
    pub reserved: bool,
    /// Whether the merchant objects to an entry behind its grade.
    pub under_objection: bool,
    /// The version of its standing.
    pub credit_version: Version,
}

/// Arrival band (到达档).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// By the promised time.
    OnTime,
    /// Later.
    Late,
}

/// How near the merchant's home street is: bands, not metres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Proximity {
    /// The same street.
    Street,
    /// The same district.
    District,
    /// The same city.
    City,
}

/// How many were left out for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Excluded {
    /// The reason.
    pub reason: ExclusionReason,
    /// How many merchants.
    pub count: u32,
}

/// Why a merchant of the category and area cannot be recommended now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExclusionReason {
    /// Affiliation ended.
    Removed,
    /// Affiliation suspended.
    Suspended,
    /// Grade D.
    GradeD,
    /// No commitment in force for the category.
    CommitmentLapsed,
    /// The home is entered and no worker is green.
    NoGreenWorker,
    /// Closed at the wanted time.
    Closed,
    /// No capacity left.
    Full,
    /// Turned this request down, or let it lapse.
    AlreadyTried,
}

/// Assigns the request: to this merchant, or to the first of the order. For a citizen's or operator's choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// The request.
    pub request: RequestId,
    /// Its city.
    pub city: City,
    /// The chosen merchant; the first of the order when absent.
    #[serde(default)]
    pub merchant: Option<MerchantId>,
    /// Who chose.
    pub by: Actor,
    /// Why someone other than the first, where the choice is an operator's.
    #[serde(default)]
    pub reason: Option<String>,
}

rpc!(Assign => Assigned, "dispatch", "assign", "1");

/// The assignment that holds the request now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assigned {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The merchant.
    pub merchant: MerchantId,
    /// The version of its standing, confirmed with credit.
    pub credit_version: Version,
    /// Until when the merchant may answer.
    pub answer_by: Timestamp,
    /// Whether it was there before this call: the first result stands.
    pub already: bool,
}

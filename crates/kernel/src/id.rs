//! Typed ids: a UUIDv7 each, so that they sort by birth, in a type of its own, so that they cannot be mixed.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected a UUID such as 0198c5c0-0000-7000-8000-000000000001")]
pub struct IdError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID made by an [`crate::IdSource`] or read from storage.
            #[must_use]
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// From the UUID's 128 bits: for samples and tests, which make their ids from a seed.
            #[must_use]
            pub const fn from_u128(bits: u128) -> Self {
                Self(Uuid::from_u128(bits))
            }

            /// The UUID inside.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text).map(Self).map_err(|_| IdError)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    /// A person who asks for a service (市民).
    CitizenId;
    /// What a citizen asked for (诉求).
    RequestId;
    /// An affiliated merchant (加盟企业).
    MerchantId;
    /// A worker of a merchant (家政从业人员).
    WorkerId;
    /// One merchant's hold on one request (派单), from the offer to its end.
    AssignmentId;
    /// A call-back task (回访任务).
    CallbackId;
    /// A suspected breach under verification (失信核查).
    CaseId;
    /// An entry of the credit ledger (信用台账).
    EntryId;
    /// A merchant's application for admission (加盟申请).
    ApplicationId;
    /// A sanction procedure against a merchant (信用惩戒程序).
    ProceedingId;
    /// A merchant's objection to a ledger entry (异议).
    ObjectionId;
    /// A notice on the publicity board (公示).
    NoticeId;
    /// A certificate of a merchant's grade (信用等级证书).
    CertificateId;
    /// A scan of a worker's code at the door (扫码验证).
    ScanId;
    /// A run of the yearly evaluation (年度评价).
    EvaluationId;
    /// A credit-building, training or outreach activity (信用建设活动).
    ActivityId;
    /// An honour given to a merchant (荣誉).
    HonourId;
    /// A report of the volunteer centre (志愿服务报告); the centre makes it.
    VolunteerReportId;
    /// A need that fits volunteers, open for claiming (揭榜).
    VolunteerNeedId;
    /// A volunteer as the centre numbers them: nobody here can tell who it is.
    VolunteerId;
    /// A team of volunteers as the centre numbers them (志愿服务队).
    VolunteerTeamId;
    /// A comparison of a day's statement of the centre with what is held here (对账).
    ReconciliationId;
    /// A version of the credit model, from its draft on (评价规则).
    ModelId;
    /// A run of a draft over the real ledger (规则试算).
    SimulationId;
    /// What an inspector found at a merchant (巡查发现).
    InspectionId;
    /// A file that is imported (导入).
    ImportId;
    /// An event on the bus; also its `Nats-Msg-Id`.
    EventId;
    /// A member of staff or a merchant's account.
    ActorId;
}

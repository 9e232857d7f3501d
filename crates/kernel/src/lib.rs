//! The words that every part of the platform shares: typed ids, grades, places, money, time, and the
//! two doors through which time and chance enter ([`Clock`] and [`IdSource`]). No input, no output.
//!
//! Everything here is a small value: cheap to copy or clone, ordered, hashable, and written on the wire
//! in exactly one form.

mod catalogue;
mod channel;
mod clock;
mod grade;
mod id;
mod money;
mod person;
mod personal;
mod place;
mod severity;
mod social_credit_code;
mod step;
mod time;
mod version;

pub use catalogue::{CategoryCode, ItemCode, QualificationCode, QuestionCode, Risk, Urgency};
pub use channel::Channel;
pub use clock::{Clock, IdSource};
pub use grade::Grade;
pub use id::{
    ActivityId, ActorId, ApplicationId, AssignmentId, CallbackId, CaseId, CertificateId, CitizenId, EntryId,
    EvaluationId, EventId, HonourId, IdError, ImportId, InspectionId, MerchantId, ModelId, NoticeId,
    ObjectionId, ProceedingId, ReconciliationId, RequestId, ScanId, SimulationId, VolunteerId,
    VolunteerNeedId, VolunteerReportId, VolunteerTeamId, WorkerId,
};
pub use money::Fen;
pub use person::{Actor, Role};
pub use personal::PersonalText;
pub use place::{Area, City, District, PlaceError};
pub use severity::Severity;
pub use social_credit_code::{SocialCreditCode, SocialCreditCodeError};
pub use step::Step;
pub use time::{CityTime, Day, DayError, Timestamp, TimestampError};
pub use version::Version;

//! The list of all that is on the bus, from which the schemas, the examples, EVENTS.md and AsyncAPI are made.

use schemars::{Schema, schema_for};

use crate::streams::Stream;
use crate::{Broadcast, Event, Rpc, credit, dispatch, feedback, intake};

/// One kind of message.
#[derive(Debug, Clone)]
pub struct Kind {
    /// Event, broadcast or request.
    pub form: Form,
    /// Subject without city and key.
    pub subject: &'static str,
    /// The Rust type's name.
    pub name: &'static str,
    /// JSON Schema of the payload.
    pub schema: Schema,
    /// An example of the payload; `None` for requests.
    pub example: Option<serde_json::Value>,
    /// Proves that a stored example is still understood.
    pub reads: fn(&str) -> Result<(), serde_json::Error>,
}

/// How a message travels.
#[derive(Debug, Clone)]
pub enum Form {
    /// In a stream, with this CloudEvents type.
    Event {
        /// The CloudEvents type.
        ce_type: &'static str,
        /// The stream.
        stream: Stream,
    },
    /// On core NATS, may get lost.
    Broadcast,
    /// Asked and answered.
    Request {
        /// JSON Schema of the answer.
        reply: Schema,
        /// The service that answers.
        service: &'static str,
    },
}

/// Every kind of message, in the order of the request's life.
#[must_use]
pub fn all() -> Vec<Kind> {
    vec![
        event::<intake::RequestReceived>(),
        event::<intake::Cancelled>(),
        event::<dispatch::Offered>(),
        event::<dispatch::Accepted>(),
        event::<dispatch::Declined>(),
        event::<dispatch::Expired>(),
        event::<dispatch::Completed>(),
        event::<dispatch::Released>(),
        event::<dispatch::Unserved>(),
        event::<feedback::FollowupRecorded>(),
        event::<feedback::BreachVerified>(),
        event::<feedback::BreachDismissed>(),
        event::<credit::GradeChanged>(),
        event::<credit::StandingChanged>(),
        event::<credit::EntryConfirmed>(),
        event::<credit::WorkerPapersExpiring>(),
        event::<credit::SanctionDecided>(),
        event::<credit::MerchantRemoved>(),
        event::<credit::DeadlineMissed>(),
        event::<credit::EvaluationComputed>(),
        event::<credit::EvaluationPublished>(),
        event::<credit::GradesInEffect>(),
        event::<credit::EvaluationOverdue>(),
        event::<credit::VolunteerNeedPublished>(),
        event::<credit::VolunteerDifferences>(),
        event::<credit::CertificateIssued>(),
        event::<credit::CertificateRevoked>(),
        broadcast::<credit::StandingNow>(),
        broadcast::<dispatch::RankingChanged>(),
        broadcast::<dispatch::AvailabilityChanged>(),
        broadcast::<dispatch::LoadChanged>(),
        broadcast::<dispatch::JobsMoved>(),
        broadcast::<intake::RequestChanged>(),
        broadcast::<intake::PresenceChanged>(),
        request::<credit::ConfirmStanding>(),
        request::<credit::CheckClause>(),
        request::<credit::SignedVolunteerWord>(),
        request::<dispatch::Recommend>(),
        request::<dispatch::Assign>(),
    ]
}

fn event<E: Event>() -> Kind {
    Kind {
        form: Form::Event { ce_type: E::TYPE, stream: E::STREAM },
        subject: E::SUBJECT,
        name: short_name::<E>(),
        schema: schema_for!(E),
        example: serde_json::to_value(E::example()).ok(),
        reads: |text| serde_json::from_str::<E>(text).map(drop),
    }
}

fn broadcast<B: Broadcast>() -> Kind {
    Kind {
        form: Form::Broadcast,
        subject: B::SUBJECT,
        name: short_name::<B>(),
        schema: schema_for!(B),
        example: serde_json::to_value(B::example()).ok(),
        reads: |text| serde_json::from_str::<B>(text).map(drop),
    }
}

fn request<R: Rpc>() -> Kind {
    Kind {
        form: Form::Request { reply: schema_for!(R::Reply), service: R::SERVICE },
        subject: R::SUBJECT,
        name: short_name::<R>(),
        schema: schema_for!(R),
        example: None,
        reads: |text| serde_json::from_str::<R>(text).map(drop),
    }
}

fn short_name<T>() -> &'static str {
    let full = core::any::type_name::<T>();
    full.rsplit("::").next().unwrap_or(full)
}

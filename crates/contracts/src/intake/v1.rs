//! Version 1, released with the first platform. Never edited.

use kernel::{
    Area, CategoryCode, Channel, City, ItemCode, MerchantId, RequestId, Risk, Timestamp, Urgency, Version,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::streams::Stream;
use crate::{broadcast, event, example};

/// Who chooses the merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The platform offers it to the first of the recommendation, and on to the next if that one declines.
    Auto,
    /// The citizen or an operator picks from the recommendation.
    Choose,
}

/// A citizen's request was accepted (受理). Who asked, and the address, stay with intake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestReceived {
    /// The request.
    pub request: RequestId,
    /// Its city.
    pub city: City,
    /// By which way it came.
    pub channel: Channel,
    /// What is asked for.
    pub item: ItemCode,
    /// The category the item belongs to.
    pub category: CategoryCode,
    /// Where.
    pub area: Area,
    /// How soon it must be settled.
    pub urgency: Urgency,
    /// How much can go wrong.
    pub risk: Risk,
    /// Whether a worker enters the home.
    pub enters_home: bool,
    /// When the service is wanted.
    pub wanted_at: Timestamp,
    /// By when the matter must be settled.
    pub due_by: Timestamp,
    /// Who chooses the merchant.
    pub mode: Mode,
    /// The merchant the citizen asked for, if any.
    pub preferred: Option<MerchantId>,
    /// When it was received.
    pub received_at: Timestamp,
}

event!(RequestReceived, "intake", "request-received", "1", Stream::Intake, request, {
    let received_at = example::at(0);
    Self {
        request: example::id(1),
        city: example::city(),
        channel: Channel::Wechat,
        item: example::constant("door-unlocking"),
        category: example::constant("lock-opening"),
        area: example::area(),
        urgency: Urgency::Emergency,
        risk: Risk::High,
        enters_home: true,
        wanted_at: received_at,
        due_by: received_at.after(Urgency::Emergency.due_in()),
        mode: Mode::Auto,
        preferred: None,
        received_at,
    }
});

/// A request was withdrawn before it was done (取消).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cancelled {
    /// The request.
    pub request: RequestId,
    /// Its city.
    pub city: City,
    /// When.
    pub cancelled_at: Timestamp,
}

event!(Cancelled, "intake", "request-cancelled", "1", Stream::Intake, request, {
    Self { request: example::id(1), city: example::city(), cancelled_at: example::at(1) }
});

/// A request's timeline grew: whoever shows it looks again. Not said of a request's first entry, since nobody can
/// watch a request before its id is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestChanged {
    /// The city.
    pub city: City,
    /// The request.
    pub request: RequestId,
    /// The place of its newest entry, which is its version.
    pub seq: Version,
}

broadcast!(RequestChanged, "intake", "request-changed", "1", {
    Self { city: example::city(), request: example::id(1), seq: Version(2) }
});

/// Somebody opened or left a request: whoever shows who looks at it asks again. Who it is, is not said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PresenceChanged {
    /// The city.
    pub city: City,
    /// The request.
    pub request: RequestId,
}

broadcast!(PresenceChanged, "intake", "presence-changed", "1", {
    Self { city: example::city(), request: example::id(1) }
});

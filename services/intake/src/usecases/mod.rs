//! What intake does: one file per command or consumed event.

mod apply_dispatch_event;
mod apply_feedback_event;
mod cancel_request;
mod colleagues;
mod heard;
mod list_requests;
mod nonce;
mod presence;
mod read_contact;
mod read_request;
mod receive_request;

pub use crate::store::requests::{Filter, Place, Sort, SortKey};
pub use apply_dispatch_event::ApplyDispatchEvent;
pub use apply_feedback_event::ApplyFeedbackEvent;
pub use cancel_request::{CancelRequest, Cancelled};
pub use colleagues::{Colleague, ForgetColleagues, GreetColleague, SignIn, colleagues};
pub use list_requests::{SearchByPhone, find_by_code, list, total};
pub use nonce::{Nonce, UseNonce};
pub use presence::{ComeAndGo, Presence, StayPresent, present};
pub use read_contact::{ReadContact, Reader, clear_reads};
pub use read_request::{PAGE_MAX, find, timeline, track, versions};
pub use receive_request::{Incoming, ReceiveRequests, Received};

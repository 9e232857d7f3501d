//! What a merchant does beyond its orders, and what it is given for it: credit-building activities (信用建设活动)
//! count in the dimension of activities, honours (荣誉) in that of demonstration and leadership (示范引领). What
//! volunteers do through their centre is [`crate::volunteer`].
//!
//! Four rules keep these points in their place:
//! - activities and volunteering count in one dimension, whose span is less than the mildest breach takes
//!   ([`crate::Rules::validate`]);
//! - nobody is honoured beside an open finding;
//! - what happened before a merchant was affiliated is kept and gives nothing ([`Counting`]);
//! - what was given lifts no grade, and neither does taking it back: up is for the evaluation.

mod activity;
mod counting;
mod give;
mod honour;
mod rules;

pub use activity::{
    Activity, ActivityDraft, ActivityState, Attendance, Participant, ParticipantState, Present, Service,
};
pub use counting::Counting;
pub(crate) use give::{give, is_given, taken};
pub use give::{give_for_attendance, give_for_honour, take_back};
pub use honour::{Honour, HonourDraft, HonourLevel, HonourState, Ruling, may_be_honoured};
pub use rules::{ActivityRules, AttendedRule, HonourRule, VolunteerRules, Worth};

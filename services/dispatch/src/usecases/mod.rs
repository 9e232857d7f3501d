//! What dispatch does, one file a command. Each loads, asks the domain once and saves in one transaction.

pub(crate) mod accept;
pub(crate) mod assign;
pub(crate) mod cancel_job;
pub(crate) mod complete;
pub(crate) mod count;
pub(crate) mod decline;
pub(crate) mod expire;
pub(crate) mod fence;
pub(crate) mod give_up;
pub(crate) mod offer;
pub(crate) mod offer_due;
pub(crate) mod receive_request;
pub(crate) mod recommend;
pub(crate) mod second_person;
pub(crate) mod steps;
pub(crate) mod stop_counting;

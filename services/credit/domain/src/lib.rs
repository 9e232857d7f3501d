//! The pure model of credit (信用): a merchant's ledger, the rules that turn it into a score and a grade, and
//! the safety colour of its workers. No clock, no chance, no storage: every decision is a function from
//! state, fact, rules and moment to a [`Change`], which the service carries out in one transaction.
//!
//! How it hangs together:
//! - a [`Fact`](commands) - a call-back, a verified breach - becomes one [`Entry`] of the hash-chained ledger;
//! - the [`Tally`] of a merchant is the sum of its entries, whatever their order (I3);
//! - [`Rules`], which are data with a version, turn the tally into a score from 0 to 1,000 and a grade;
//! - service quality ([`Measure`]) is measured from the ledger and enters with the evaluation;
//! - an entry may have an end ([`expire`]), and [`past`] says how a merchant stood at any moment, as known then
//!   or later;
//! - the grade goes down at once and up only at the February evaluation, or when a wrong is put right ([`remedy`]);
//! - every change raises the merchant's version by one, and [`Merchant::standing`] is what others see.
//!
//! Weights and thresholds are this platform's defaults: 81890 publishes its dimensions and grades, not these.

pub mod activities;
pub mod admission;
mod again;
pub mod calendar;
pub mod certificate;
pub mod commands;
mod denied;
pub mod evaluation;
pub mod exchange;
mod foresight;
pub mod inspection;
pub mod keys;
mod ledger;
mod merchant;
pub mod model;
pub mod news;
pub mod objection;
mod past;
pub mod prices;
pub mod process;
pub mod publicity;
mod quality;
pub mod remedy;
mod rules;
pub mod sample;
pub mod simulation;
pub mod standards;
mod tally;
pub mod volunteer;
mod words;
pub mod workers;

pub use calendar::{Calendar, CalendarData, CalendarProblem, Whose};
pub use commands::{
    Change, Followup, FollowupOutcome, GradeChange, Opening, Recording, Refusal, VerifiedBreach, affiliate,
    evaluate, expire, record_breach, record_followup, reverse, set_green_until,
};
pub use denied::{Denied, Unfit};
pub use foresight::{BreachEffect, foresee_breach};
pub use ledger::{
    Broken, Cause, CauseError, Entry, EntryHash, Fault, HashError, Posting, Tip, fold, verify_chain,
};
pub use merchant::{
    Commitment, Credit, Finding, Hours, Merchant, Moved, Profile, Standing, Status, StatusError,
};
pub use past::{Moment, Past, StandingStep, UnknownRules, past, standing_history, thinned};
pub use quality::{Measure, Measured, QualityRules, Weights};
pub use rules::{
    Band, Bounds, BreachRule, BreachRules, Confidence, DimensionBounds, FollowupRules, Gate, RuleProblem,
    Rules, UNITLESS, UNITS,
};
pub use tally::{Dimension, DimensionError, Evidence, Points, Tally};
pub use words::{Words, cause_words, dimension_words, posting_words, rule_words, severity_words};
pub use workers::{Colour, Identity, Papers, Worker, colour, green_until};

//! What can be done with versions of the rules: drafts, their runs over the ledger, their approval.

mod approve_model;
mod draft_model;
mod queries;
mod simulate;
mod simulation;

pub use approve_model::{ApproveModel, WithdrawModel};
pub use draft_model::{DraftModel, EditModel};
pub use queries::{
    model, models_after, models_total, rules_in_force, rules_numbered, run_with_draft, simulation,
    simulations_after, tried_after,
};
pub use simulate::simulate;
pub use simulation::{CancelSimulation, StartSimulation};

pub use crate::store::simulation_merchants::Tried;

//! What can be done with versions of the rules: drafts, their runs over the ledger, their approval.

mod approve_model;
mod draft_model;
mod queries;
mod simulate;
mod simulation;

use kernel::Version;

use crate::error::Error;

pub use approve_model::{ApproveModel, WithdrawModel};
pub use draft_model::{DraftModel, EditModel};
pub use queries::{
    model, models_after, rules_in_force, rules_numbered, simulation, simulations_after, tried_after,
};
pub use simulate::simulate;
pub use simulation::{CancelSimulation, StartSimulation};

pub use crate::store::simulation_merchants::Tried;

/// Whether the model is still at the version that was looked at.
fn unmoved(expected: Version, now: Version) -> Result<(), Error> {
    if expected == now { Ok(()) } else { Err(Error::Moved { now }) }
}

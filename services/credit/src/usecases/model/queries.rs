//! What can be asked about versions of the rules and their runs. Reads only.

use chassis::store::{Db, Total};
use credit_domain::Rules;
use credit_domain::model::Model;
use credit_domain::simulation::Run;
use kernel::{ActorId, MerchantId, ModelId, SimulationId, Timestamp};

use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::simulation_merchants::{self, Tried};
use crate::store::{models, simulations};

/// The rules in force at the moment.
///
/// # Errors
/// When the database refuses.
pub async fn rules_in_force<'a>(db: &Db, rules: &'a RuleBook, now: Timestamp) -> Result<&'a Rules, Error> {
    Ok(rules.in_force(db.read(), now).await?)
}

/// The approved version of this number.
///
/// # Errors
/// [`Error::UnknownRules`], or when the database refuses.
pub async fn rules_numbered<'a>(db: &Db, rules: &'a RuleBook, number: u32) -> Result<&'a Rules, Error> {
    let unknown = Error::UnknownRules(credit_domain::UnknownRules(number));
    rules.version(db.read(), number).await?.ok_or(unknown)
}

/// A version of the rules, from its draft on.
///
/// # Errors
/// [`Error::UnknownModel`], or when the database refuses.
pub async fn model(db: &Db, id: ModelId) -> Result<Model, Error> {
    models::find(db.read(), id).await?.ok_or(Error::UnknownModel(id))
}

/// Versions of the rules by id, after this one, at most `limit`; only those that wait for another person's approval, and
/// that this person did not work on, if asked.
///
/// # Errors
/// When the database refuses.
pub async fn models_after(
    db: &Db,
    awaiting: Option<ActorId>,
    after: Option<ModelId>,
    limit: u64,
) -> Result<Vec<Model>, Error> {
    Ok(models::page(db.read(), awaiting, after, limit).await?)
}

/// How many of them there are on all pages.
///
/// # Errors
/// When the database refuses.
pub async fn models_total(db: &Db, awaiting: Option<ActorId>) -> Result<Total, Error> {
    Ok(models::total(db.read(), awaiting).await?)
}

/// A run of a draft.
///
/// # Errors
/// [`Error::UnknownSimulation`], or when the database refuses.
pub async fn simulation(db: &Db, id: SimulationId) -> Result<Run, Error> {
    simulations::find(db.read(), id).await?.ok_or(Error::UnknownSimulation(id))
}

/// A run, with the rules of its draft as they are now.
///
/// # Errors
/// [`Error::UnknownSimulation`], or when the database refuses.
pub async fn run_with_draft(db: &Db, id: SimulationId) -> Result<(Run, Rules), Error> {
    let run = simulation(db, id).await?;
    let draft = model(db, run.order.model).await?;
    Ok((run, draft.document))
}

/// Runs of a draft by id, after this one, at most `limit`.
///
/// # Errors
/// [`Error::UnknownModel`], or when the database refuses.
pub async fn simulations_after(
    db: &Db,
    of: ModelId,
    after: Option<SimulationId>,
    limit: u64,
) -> Result<Vec<Run>, Error> {
    let runs = simulations::page(db.read(), of, after, limit).await?;
    if runs.is_empty() {
        model(db, of).await?;
    }
    Ok(runs)
}

/// What a run found by merchant, after this one; all, or only those whose grade would move.
///
/// # Errors
/// [`Error::UnknownSimulation`], or when the database refuses.
pub async fn tried_after(
    db: &Db,
    run: SimulationId,
    moved_only: bool,
    after: Option<MerchantId>,
    limit: u64,
) -> Result<Vec<Tried>, Error> {
    let tried = simulation_merchants::page(db.read(), run, moved_only, after, limit).await?;
    if tried.is_empty() {
        // Only an empty answer leaves open whether there is such a run.
        simulation(db, run).await?;
    }
    Ok(tried)
}

use chassis::store::{Command, Tx};
use credit_domain::model::{ModelRefusal, ModelState};
use credit_domain::simulation::{Order, Progress, Run, RunState};
use kernel::{ActorId, City, ModelId, SimulationId};

use crate::error::Error;
use crate::store::{models, simulations};

/// Has a draft run over the ledgers of a city. While such a run is under way, asking again is answered with it.
#[derive(Debug, Clone, Copy)]
pub struct StartSimulation {
    /// The draft.
    pub model: ModelId,
    /// The city.
    pub city: City,
    /// Who asks.
    pub by: ActorId,
}

impl Command for StartSimulation {
    type Out = Run;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Run, Error> {
        let found = models::lock(tx.conn(), self.model).await?.ok_or(Error::UnknownModel(self.model))?;
        match found.state {
            ModelState::Drafted | ModelState::Simulated => {}
            closed @ (ModelState::Approved { .. } | ModelState::Withdrawn) => {
                return Err(ModelRefusal::Closed(closed.word()).into());
            }
        }
        let order =
            Order { model: self.model, edition: found.edition, city: self.city, by: self.by, at: tx.now() };
        if let Some(under_way) = simulations::under_way(tx.conn(), &order).await? {
            return Ok(under_way);
        }
        let run = Run { id: tx.next_id(), order, progress: Progress::default(), state: RunState::Running };
        simulations::insert(tx.conn(), &run).await?;
        Ok(run)
    }
}

/// Stops a run. What it found so far stays to be read.
#[derive(Debug, Clone, Copy)]
pub struct CancelSimulation {
    /// The run.
    pub id: SimulationId,
}

impl Command for CancelSimulation {
    type Out = Run;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Run, Error> {
        let found = simulations::lock(tx.conn(), self.id).await?;
        let mut run = found.ok_or(Error::UnknownSimulation(self.id))?;
        run.cancel()?;
        simulations::save(tx.conn(), &run).await?;
        Ok(run)
    }
}

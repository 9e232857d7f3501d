use chassis::store::{Command, Tx};
use credit_domain::exchange::{Import, LoadMode};
use kernel::{ActorId, City, ImportId, Step, Version};

use crate::error::Error;
use crate::store::imports;
use crate::usecases::{Told, unmoved};

/// What a person does with an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportStep {
    /// Has its rows carried out, or asks another person to agree.
    Load(LoadMode),
    /// Agrees.
    Approve,
    /// Thinks better of it.
    Discard,
}

/// Takes an import one step further.
#[derive(Debug)]
pub struct StepImport {
    /// The city.
    pub city: City,
    /// Which.
    pub id: ImportId,
    /// The step.
    pub step: ImportStep,
    /// Who takes it.
    pub by: ActorId,
    /// The version they looked at.
    pub expected: Version,
}

impl Command for StepImport {
    type Out = Told<Import>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Import>, Error> {
        let import = imports::lock(tx.conn(), self.city, self.id).await?.ok_or(Error::Unknown("import"))?;
        let step = match self.step {
            ImportStep::Load(mode) => import.load(mode, self.by),
            ImportStep::Approve => import.approve(self.by),
            ImportStep::Discard => import.discard(),
        };
        match step? {
            Step::AlreadyDone(()) => Ok(Told { now: import, already: true }),
            Step::Done(now) => {
                unmoved(self.expected, import.version)?;
                imports::save(tx.conn(), &now, true).await?;
                Ok(Told { now, already: false })
            }
        }
    }
}

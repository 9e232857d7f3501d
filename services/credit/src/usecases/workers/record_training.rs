use chassis::store::{Command, Tx};
use credit_domain::workers::Training;
use credit_domain::workers::commands::train;

use super::{About, Told, settle};
use crate::error::Error;
use crate::store::worker_records;

/// Records a training or exam (培训, 考核). The same number again is answered with the first.
#[derive(Debug)]
pub struct RecordTraining<'a> {
    /// Whom it is about.
    pub about: About<'a>,
    /// The training.
    pub training: Training,
}

impl Command for RecordTraining<'_> {
    type Out = Told;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told, Error> {
        let worker = self.about.lock(tx).await?;
        let earlier = worker_records::training(tx.conn(), self.about.place(), &self.training.number).await?;
        let decided = train(&worker, self.training.clone(), earlier.as_ref(), self.about.at(tx));
        settle(tx, worker, decided).await
    }
}

use chassis::store::{Command, Tx};
use credit_domain::workers::Stars;
use credit_domain::workers::commands::award;

use super::{About, Told, settle};
use crate::error::Error;
use crate::store::worker_records;

/// Gives skill stars (技能星级) on the strength of a training or exam that was passed.
#[derive(Debug)]
pub struct AwardStars<'a> {
    /// Whom it is about.
    pub about: About<'a>,
    /// How many.
    pub stars: Stars,
    /// The number of the training or exam.
    pub training: String,
}

impl Command for AwardStars<'_> {
    type Out = Told;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told, Error> {
        let worker = self.about.lock(tx).await?;
        let training = worker_records::training(tx.conn(), self.about.place(), &self.training).await?;
        let decided = award(&worker, self.stars, training.as_ref(), self.about.at(tx));
        settle(tx, worker, decided).await
    }
}

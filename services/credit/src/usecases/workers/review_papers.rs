use chassis::store::{Command, Tx};
use credit_domain::Papers;
use credit_domain::workers::commands::review_papers;
use kernel::{Step, Version};

use super::{About, Told, settle_step, unmoved};
use crate::error::Error;

/// An officer has seen a worker's papers (证件核验): colour and merchant's standing follow at once.
#[derive(Debug)]
pub struct ReviewPapers<'a> {
    /// Whom it is about.
    pub about: About<'a>,
    /// The papers as they are.
    pub papers: Papers,
    /// The version the officer looked at.
    pub expected: Version,
}

impl Command for ReviewPapers<'_> {
    type Out = Told;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told, Error> {
        let worker = self.about.lock(tx).await?;
        let step = review_papers(&worker, self.papers, self.about.at(tx))?;
        if let Step::Done(_) = step {
            unmoved(&worker, self.expected)?;
        }
        settle_step(tx, worker, step).await
    }
}

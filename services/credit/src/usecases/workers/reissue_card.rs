use chassis::store::{Command, Tx};
use credit_domain::workers::CardNumber;
use credit_domain::workers::commands::reissue;

use super::enrol::next_card;
use super::{About, Told, settle_step};
use crate::error::Error;

/// Replaces a lost card (补办证件): the printed code of the old one identifies nobody any more.
#[derive(Debug)]
pub struct ReissueCard<'a> {
    /// Whom it is about.
    pub about: About<'a>,
    /// The card that was lost; once it is replaced, the same again changes nothing.
    pub lost: CardNumber,
}

impl Command for ReissueCard<'_> {
    type Out = Told;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told, Error> {
        let worker = self.about.lock(tx).await?;
        let card = next_card(tx, worker.city).await?;
        let step = reissue(&worker, self.lost, card, self.about.at(tx));
        settle_step(tx, worker, step).await
    }
}

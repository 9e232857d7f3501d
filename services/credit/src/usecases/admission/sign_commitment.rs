use std::sync::Arc;

use chassis::store::{Command, Tx};
use credit_domain::admission::{AdmissionPolicy, Dossier, PaperSigned, Signed};
use kernel::{Actor, City, MerchantId, Step};
use serde_json::json;

use super::file_paper::held;
use super::settle;
use super::step_application::person;
use crate::error::Error;
use crate::store::dossiers::{self, Noted};
use crate::usecases::Told;

/// A merchant signs the commitment of a category (签署承诺): the hash says which text was in front of it.
#[derive(Debug)]
pub struct SignCommitment {
    /// The policy.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// The merchant.
    pub merchant: MerchantId,
    /// Which text was in front of the signer.
    pub what: Signed,
    /// Who signs.
    pub by: Actor,
}

impl Command for SignCommitment {
    type Out = Told<Dossier>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Dossier>, Error> {
        let file = held(tx, self.city, self.merchant).await?;
        let step = file.sign(self.what.clone(), self.by, &self.policy, tx.now())?;
        keep(tx, &self.policy, (file, step), (&self.what, self.by)).await
    }
}

/// An officer records that a merchant signed on paper (纸质签署): for one that came without an account.
#[derive(Debug)]
pub struct SignOnPaper {
    /// The policy.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// The merchant.
    pub merchant: MerchantId,
    /// Which text is on the paper.
    pub what: Signed,
    /// What the paper says beside it.
    pub paper: PaperSigned,
    /// Who records it.
    pub by: Actor,
}

impl Command for SignOnPaper {
    type Out = Told<Dossier>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Dossier>, Error> {
        let file = held(tx, self.city, self.merchant).await?;
        let (what, paper) = (self.what.clone(), self.paper.clone());
        let step = file.sign_on_paper(what, paper, person(self.by)?, &self.policy, tx.now())?;
        keep(tx, &self.policy, (file, step), (&self.what, self.by)).await
    }
}

async fn keep(
    tx: &mut Tx,
    policy: &AdmissionPolicy,
    (file, step): (Dossier, Step<Dossier, ()>),
    (what, by): (&Signed, Actor),
) -> Result<Told<Dossier>, Error> {
    let Step::Done(next) = step else { return Ok(Told { now: file, already: true }) };
    let now = settle(tx, policy, next).await?;
    let on_paper = now.signatures.iter().find(|signed| signed.category == what.category);
    let detail = json!({
        "category": what.category, "version": what.version, "text_hash": what.text_hash,
        "text": policy.commitment_text(&what.category)?,
        "on_paper": on_paper.and_then(|signed| signed.on_paper.as_ref()),
    });
    let (city, merchant, what) = (now.city, now.merchant, "commitment-signed");
    let noted = Noted { city, merchant, application: None, what, by };
    dossiers::note(tx, noted, &detail).await?;
    Ok(Told { now, already: false })
}

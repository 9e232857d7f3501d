use std::sync::Arc;

use chassis::store::{Command, Tx};
use credit_domain::admission::{AdmissionPolicy, Dossier, NewPaper, Subject};
use credit_domain::news::{About, News, NewsKind};
use kernel::{Actor, City, MerchantId, Step};
use serde_json::json;

use super::settle;
use super::step_application::person;
use crate::error::Error;
use crate::store::dossiers::{self, Noted};
use crate::usecases::Told;
use crate::usecases::notices::tell;

/// Hands in a paper of a merchant (提交资质). It counts once an officer has verified it.
#[derive(Debug)]
pub struct FilePaper {
    /// The policy.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// The merchant.
    pub merchant: MerchantId,
    /// The paper.
    pub paper: NewPaper,
    /// Who hands it in.
    pub by: Actor,
}

impl Command for FilePaper {
    /// The file, and the paper's number in it.
    type Out = Told<(Dossier, u32)>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Self::Out, Error> {
        let file = held(tx, self.city, self.merchant).await?;
        match file.file_paper(self.paper.clone(), self.by, tx.now())? {
            Step::AlreadyDone(id) => Ok(Told { now: (file, id), already: true }),
            Step::Done((next, id)) => {
                let next = settle(tx, &self.policy, next).await?;
                let (city, merchant) = (self.city, self.merchant);
                let noted = Noted { city, merchant, application: None, what: "paper-filed", by: self.by };
                let NewPaper { code, number, issuer, valid_until } = &self.paper;
                let detail = json!({
                    "paper": id, "code": code, "number": number, "issuer": issuer, "valid_until": valid_until,
                });
                dossiers::note(tx, noted, &detail).await?;
                Ok(Told { now: (next, id), already: false })
            }
        }
    }
}

/// An officer says what a paper is worth (核验资质): with it, its categories are served again.
#[derive(Debug)]
pub struct JudgePaper {
    /// The policy.
    pub policy: Arc<AdmissionPolicy>,
    /// The city.
    pub city: City,
    /// The merchant.
    pub merchant: MerchantId,
    /// The number of the paper in the file.
    pub paper: u32,
    /// Whether it is what it says.
    pub good: bool,
    /// The evidence, or the reason.
    pub said: String,
    /// Who looked.
    pub by: Actor,
}

impl Command for JudgePaper {
    type Out = Told<Dossier>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Dossier>, Error> {
        let file = held(tx, self.city, self.merchant).await?;
        let step = file.judge_paper(self.paper, self.good, &self.said, person(self.by)?, tx.now())?;
        match step.ok_or(Error::Unknown("paper"))? {
            Step::AlreadyDone(()) => Ok(Told { now: file, already: true }),
            Step::Done(next) => {
                let now = settle(tx, &self.policy, next).await?;
                let what = if self.good { "paper-verified" } else { "paper-refused" };
                let (city, merchant) = (self.city, self.merchant);
                let noted = Noted { city, merchant, application: None, what, by: self.by };
                dossiers::note(tx, noted, &json!({ "paper": self.paper, "said": self.said })).await?;
                tell(tx, city, merchant, self.news(&now).into_iter().collect()).await?;
                Ok(Told { now, already: false })
            }
        }
    }
}

impl JudgePaper {
    /// That a paper was refused, and why; that it was verified shows in the file.
    fn news(&self, file: &Dossier) -> Option<News> {
        let paper = file.papers.iter().find(|paper| paper.id == self.paper && !self.good)?;
        let about = About::File(Subject::Paper(paper.code.clone()));
        Some(News { reason: Some(self.said.clone()), ..News::of(NewsKind::PaperRefused, &about) })
    }
}

/// The file of the merchant, held until the transaction ends.
pub(super) async fn held(tx: &Tx, city: City, merchant: MerchantId) -> Result<Dossier, Error> {
    dossiers::lock(tx.conn(), city, merchant).await?.ok_or(Error::UnknownMerchant { city, merchant })
}

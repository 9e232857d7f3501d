use std::sync::Arc;

use chassis::auth::{Party, Signed};
use chassis::bus::rpc::{Answer, RpcError};
use chassis::http::Problem;
use chassis::store::Db;
use contracts::credit::{SignedVolunteerWord, VolunteerAnswer, VolunteerWord};
use credit_domain::volunteer::Claimant;
use kernel::City;

use crate::error::Error;
use crate::rules::RuleBook;
use crate::usecases::volunteer::{NeedStep, ReceiveReport, StepNeed, WithdrawReport};
use crate::wire;

/// Bytes of one word: as much as a report needs, many times over.
const BODY_BYTES_MAX: usize = 16_384;

/// The volunteer centre reports over the bus: signed, and answered as over HTTP.
pub(super) struct AnswerVolunteering {
    pub(super) db: Db,
    pub(super) rules: Arc<RuleBook>,
    pub(super) centre: Party,
}

impl Answer<SignedVolunteerWord> for AnswerVolunteering {
    async fn answer(&self, ask: SignedVolunteerWord) -> Result<VolunteerAnswer, RpcError> {
        let SignedVolunteerWord { city, id, timestamp, signature, body } = ask;
        if body.len() > BODY_BYTES_MAX {
            return Err(malformed(413, format!("a word has at most {BODY_BYTES_MAX} bytes")));
        }
        let line = SignedVolunteerWord::line(city);
        let signed = Signed { id: &id, timestamp, signature: &signature, line: &line };
        self.centre.verify(&signed, body.as_bytes()).map_err(|problem| refused(&problem))?;
        let word = serde_json::from_str(&body).map_err(|error| malformed(400, error.to_string()))?;
        self.take(city, word).await.map_err(|error| match error {
            error @ Error::Store(_) => error.into(),
            error => refused(&Problem::from(error)),
        })
    }
}

impl AnswerVolunteering {
    async fn take(&self, city: City, word: VolunteerWord) -> Result<VolunteerAnswer, Error> {
        let rules = Arc::clone(&self.rules);
        let (id, step) = match word {
            VolunteerWord::Report { report } => {
                let says = wire::volunteer_report(report);
                let told = self.db.write(&ReceiveReport { rules, city, says }).await?;
                return Ok(VolunteerAnswer { already: told.already, version: told.now.version });
            }
            VolunteerWord::Withdraw { report: id, reason } => {
                let told = self.db.write(&WithdrawReport { rules, city, id, reason }).await?;
                return Ok(VolunteerAnswer { already: told.already, version: told.now.version });
            }
            VolunteerWord::Claim { need, team, merchant } => {
                (need, NeedStep::Claim(Claimant::Team { team, merchant }))
            }
            VolunteerWord::Release { need } => (need, NeedStep::Release { of: None }),
            VolunteerWord::Match { need } => (need, NeedStep::Match),
            VolunteerWord::Fulfil { need } => (need, NeedStep::Fulfil),
        };
        let told = self.db.write(&StepNeed { city, id, step }).await?;
        Ok(VolunteerAnswer { already: told.already, version: told.now.version })
    }
}

fn malformed(status: u16, detail: String) -> RpcError {
    RpcError::Refused { status, code: "malformed".to_owned(), detail }
}

/// The refusal that HTTP would give, with the first thing that is wrong.
fn refused(problem: &Problem) -> RpcError {
    let body = problem.body();
    let first = body.errors.first().map(|error| format!("{}: {}", error.pointer, error.detail));
    let detail = first.or(body.detail).unwrap_or(body.title);
    RpcError::Refused { status: body.status, code: body.code, detail }
}

use chassis::store::{Command, Tx};
use credit_domain::admission::{Application, NewRemark};
use kernel::{Actor, ApplicationId, City, Step};
use serde_json::json;

use super::step_application::person;
use crate::error::Error;
use crate::store::applications;
use crate::store::dossiers::{self, Noted};
use crate::usecases::Told;

/// Somebody of the public says something about an application that is public (公示期意见).
#[derive(Debug)]
pub struct SayRemark {
    /// The city.
    pub city: City,
    /// Which application.
    pub id: ApplicationId,
    /// What is said.
    pub remark: NewRemark,
}

impl Command for SayRemark {
    type Out = Told<Application>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Application>, Error> {
        let application = held(tx, self.city, self.id).await?;
        match application.remark(self.remark.clone(), tx.now())? {
            Step::AlreadyDone(()) => Ok(Told { now: application, already: true }),
            Step::Done(now) => {
                applications::save(tx.conn(), &now).await?;
                Ok(Told { now, already: false })
            }
        }
    }
}

/// An officer answers what was said (意见答复): before that the application is not admitted.
#[derive(Debug)]
pub struct AnswerRemark {
    /// The city.
    pub city: City,
    /// Which application.
    pub id: ApplicationId,
    /// Which statement.
    pub remark: u32,
    /// What was looked into, and what was found.
    pub found: String,
    /// Who looked.
    pub by: Actor,
}

impl Command for AnswerRemark {
    type Out = Told<Application>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Application>, Error> {
        let application = held(tx, self.city, self.id).await?;
        let step = application.answer_remark(self.remark, &self.found, person(self.by)?, tx.now())?;
        match step.ok_or(Error::Unknown("statement"))? {
            Step::AlreadyDone(()) => Ok(Told { now: application, already: true }),
            Step::Done(now) => {
                applications::save(tx.conn(), &now).await?;
                let (city, merchant, application) = (now.city, now.merchant, Some(now.id));
                let noted = Noted { city, merchant, application, what: "remark-answered", by: self.by };
                dossiers::note(tx, noted, &json!({ "remark": self.remark })).await?;
                Ok(Told { now, already: false })
            }
        }
    }
}

async fn held(tx: &Tx, city: City, id: ApplicationId) -> Result<Application, Error> {
    applications::lock(tx.conn(), city, id).await?.ok_or(Error::Unknown("application"))
}

use chassis::store::{Command, Db, Tx};
use feedback_domain::Case;
use kernel::{CaseId, City, MerchantId, PersonalText, Step};

use super::Told;
use crate::error::Error;
use crate::store::cases;

/// A merchant says its side of a suspected breach (企业陈述).
#[derive(Debug, Clone)]
pub struct AnswerCase {
    /// The city.
    pub city: City,
    /// The case.
    pub id: CaseId,
    /// Whose side: another merchant's case is none to it.
    pub merchant: MerchantId,
    /// What it says.
    pub text: PersonalText,
}

impl Command for AnswerCase {
    type Out = Told<Case>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Told<Case>, Error> {
        let case = own(cases::lock(tx.conn(), self.city, self.id).await?, self.merchant)?;
        match case.answer(self.text.clone(), tx.now())? {
            Step::AlreadyDone(_) => Ok(Told { now: case, already: true }),
            Step::Done(answered) => {
                cases::save(tx.conn(), &answered).await?;
                Ok(Told { now: answered, already: false })
            }
        }
    }
}

/// A case as the merchant under suspicion reads it: it leaves no trace, for the words in it are its own.
#[derive(Debug, Clone, Copy)]
pub struct ReadOwnCase {
    /// The city.
    pub city: City,
    /// The case.
    pub id: CaseId,
    /// Who reads.
    pub merchant: MerchantId,
}

impl ReadOwnCase {
    /// The case.
    ///
    /// # Errors
    /// [`Error::Unknown`] when there is none, or it is another merchant's.
    pub async fn case(&self, db: &Db) -> Result<Case, Error> {
        own(cases::find(db.read(), self.city, self.id).await?, self.merchant)
    }
}

fn own(found: Option<Case>, merchant: MerchantId) -> Result<Case, Error> {
    found.filter(|case| case.merchant == merchant).ok_or(Error::Unknown("case"))
}

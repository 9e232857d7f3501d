//! What can be asked about proceedings, objections and the board. Reading what people said in the clear leaves a
//! trace, and is a command for that reason.

use std::collections::{HashMap, HashSet};

use chassis::store::clear_reads::{self, ClearRead};
use chassis::store::{Command, Db, Total, Tx};
use credit_domain::objection::Objection;
use credit_domain::process::Proceeding;
use credit_domain::publicity::{BoardNotice, NoticeKind};
use kernel::{
    Actor, ActorId, CategoryCode, City, District, Grade, MerchantId, NoticeId, ObjectionId, ProceedingId,
    Version,
};
use uuid::Uuid;

use super::remedies::involved;
use crate::error::Error;
use crate::store::steps::Taken;
use crate::store::{
    merchants, notices as notice_rows, objections as objection_rows, proceedings as proceeding_rows,
    steps as step_rows,
};

/// Proceedings in the order that is asked for.
///
/// # Errors
/// When the database refuses.
pub async fn proceedings(db: &Db, list: proceeding_rows::Filter) -> Result<Vec<Proceeding>, Error> {
    Ok(proceeding_rows::page(db.read(), list).await?)
}

/// How many proceedings there are on all pages.
///
/// # Errors
/// When the database refuses.
pub async fn proceedings_total(db: &Db, list: proceeding_rows::Filter) -> Result<Total, Error> {
    Ok(proceeding_rows::total(db.read(), list).await?)
}

/// Objections, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn objections(db: &Db, list: objection_rows::Filter) -> Result<Vec<Objection>, Error> {
    Ok(objection_rows::page(db.read(), list).await?)
}

/// How many objections there are on all pages.
///
/// # Errors
/// When the database refuses.
pub async fn objections_total(db: &Db, list: objection_rows::Filter) -> Result<Total, Error> {
    Ok(objection_rows::total(db.read(), list).await?)
}

/// Those among these that somebody of the staff has to keep out of (回避): they had a part in what is objected to.
///
/// # Errors
/// When the database refuses.
pub async fn recusals<'a>(
    db: &Db,
    among: impl Iterator<Item = &'a Objection>,
    by: ActorId,
) -> Result<HashSet<ObjectionId>, Error> {
    let mut kept_out = HashSet::new();
    for objection in among {
        if involved(db.read(), objection).await?.contains(&by) {
            kept_out.insert(objection.id);
        }
    }
    Ok(kept_out)
}

/// The steps of a proceeding or an objection after this version, the first first.
///
/// # Errors
/// When the database refuses.
pub async fn steps(
    db: &Db,
    city: City,
    subject: impl Into<Uuid>,
    after: Version,
    limit: u64,
) -> Result<Vec<Taken>, Error> {
    Ok(step_rows::of(db.read(), city, subject, after, limit).await?)
}

/// Who read what people said in a proceeding or an objection.
///
/// # Errors
/// When the database refuses.
pub async fn readings(
    db: &Db,
    city: City,
    subject: Uuid,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<ClearRead>, Error> {
    Ok(clear_reads::of(db.read(), city, subject, after, limit).await?)
}

/// Reads a proceeding with what people said. A merchant reads its own without a trace: they are its words, and
/// those about it.
#[derive(Debug, Clone, Copy)]
pub struct ReadProceeding {
    /// The city.
    pub city: City,
    /// The proceeding.
    pub id: ProceedingId,
    /// Who reads.
    pub by: Actor,
}

impl Command for ReadProceeding {
    type Out = Proceeding;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Proceeding, Error> {
        let found = proceeding_rows::find(tx.conn(), self.city, self.id).await?;
        let found = found.ok_or(Error::Unknown("proceeding"))?;
        trace(tx, self.city, self.id.uuid(), self.by, found.merchant, "proceeding").await?;
        Ok(found)
    }
}

/// Reads an objection with what its merchant says.
#[derive(Debug, Clone, Copy)]
pub struct ReadObjection {
    /// The city.
    pub city: City,
    /// The objection.
    pub id: ObjectionId,
    /// Who reads.
    pub by: Actor,
}

impl Command for ReadObjection {
    type Out = Objection;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<Objection, Error> {
        let found = objection_rows::find(tx.conn(), self.city, self.id).await?;
        let found = found.ok_or(Error::Unknown("objection"))?;
        trace(tx, self.city, self.id.uuid(), self.by, found.merchant, "objection").await?;
        Ok(found)
    }
}

/// Staff leave a trace; the merchant that it concerns needs none; whose it is stays untold to any other.
async fn trace(
    tx: &Tx,
    city: City,
    subject: Uuid,
    by: Actor,
    merchant: MerchantId,
    what: &'static str,
) -> Result<(), Error> {
    match by {
        Actor::Staff { .. } => Ok(clear_reads::note(tx, city, subject, by, what).await?),
        Actor::Merchant { id } if id == merchant => Ok(()),
        Actor::Merchant { .. } | Actor::Channel { .. } | Actor::Platform => Err(Error::Unknown(what)),
    }
}

/// Which notices of a board.
#[derive(Debug, Clone)]
pub struct Board {
    /// Of which city.
    pub city: City,
    /// Only of this kind.
    pub kind: Option<NoticeKind>,
    /// Only about this merchant.
    pub merchant: Option<MerchantId>,
    /// Only of this category: of its own, or of a merchant that serves it.
    pub category: Option<CategoryCode>,
    /// Only of this district.
    pub district: Option<District>,
    /// Before this one.
    pub before: Option<NoticeId>,
    /// At most.
    pub limit: u64,
}

/// What stands on the board, the newest first.
///
/// # Errors
/// When the database refuses.
pub async fn board(db: &Db, asked: Board) -> Result<Vec<BoardNotice>, Error> {
    let Board { city, kind, merchant, category, district, before, limit } = asked;
    let filter = notice_rows::Filter { city, kind, merchant, category, district, before, limit };
    Ok(notice_rows::page(db.read(), &filter).await?)
}

/// How a merchant stands now, beside a notice that speaks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MerchantNow {
    /// The grade in force.
    pub grade: Grade,
    /// Whether anything behind it is contested.
    pub contested: bool,
    /// Whether a measure against it that is on the board is under appeal.
    pub appealed: bool,
}

/// How the merchants stand now for whom these notices speak.
///
/// # Errors
/// When the database refuses.
pub async fn merchants_now(
    db: &Db,
    city: City,
    notices: &[BoardNotice],
) -> Result<HashMap<MerchantId, MerchantNow>, Error> {
    let speaking = notices.iter().filter(|notice| notice.kind.praises());
    let ids: Vec<MerchantId> = speaking.filter_map(|notice| Some(notice.merchant.as_ref()?.0)).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let appealed = notice_rows::appealed(db.read(), city, &ids).await?;
    let grades = merchants::grades(db.read(), city, ids).await?;
    let now =
        |(id, (grade, contested))| (id, MerchantNow { grade, contested, appealed: appealed.contains(&id) });
    Ok(grades.into_iter().map(now).collect())
}

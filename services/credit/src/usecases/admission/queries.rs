use chassis::store::{Db, Total};
use credit_domain::Merchant;
use credit_domain::admission::{
    AdmissionPolicy, Application, Assessment, Ban, CategoryState, Check, Dossier, Stage,
};
use kernel::{ApplicationId, City, MerchantId, Timestamp};
use uuid::Uuid;

use super::{Gathered, LogLine, looked_over};
use crate::error::Error;
use crate::store::{applications, bans, dossiers, merchants};

/// An application with what there is to know for deciding on it.
#[derive(Debug, Clone)]
pub struct ApplicationSeen {
    /// The application.
    pub application: Application,
    /// The file.
    pub dossier: Dossier,
    /// The checks: as they come out now, or as they were when it was decided.
    pub checks: Vec<Check>,
    /// Where the merchant stands.
    pub stage: Option<Stage>,
}

/// One application.
///
/// # Errors
/// [`Error::Unknown`], or when the database refuses.
pub async fn application(
    db: &Db,
    policy: &AdmissionPolicy,
    city: City,
    id: ApplicationId,
    now: Timestamp,
) -> Result<ApplicationSeen, Error> {
    let conn = db.read();
    let application = applications::find(conn, city, id).await?.ok_or(Error::Unknown("application"))?;
    let file = dossiers::find(conn, city, application.merchant).await?.ok_or(Error::Unknown("file"))?;
    let merchant = merchants::find(conn, city, application.merchant).await?;
    let stage = stage(db, Some(&application), merchant.as_ref(), &file, now).await?;
    let gathered = Gathered::of(conn, &application, file, now).await?;
    let checks = if application.state.is_open() {
        Assessment::of(&application, gathered.facts(policy, now)).checks().to_vec()
    } else {
        application.checks.clone()
    };
    Ok(ApplicationSeen { application, dossier: gathered.dossier, checks, stage })
}

async fn stage(
    db: &Db,
    application: Option<&Application>,
    merchant: Option<&Merchant>,
    file: &Dossier,
    now: Timestamp,
) -> Result<Option<Stage>, Error> {
    let bans = bans::running_on(db.read(), file.city, file.merchant, file.registration.as_ref(), now).await?;
    Ok(Stage::of(application, merchant.map(|merchant| merchant.status), !bans.is_empty()))
}

/// Applications of a city, by id.
#[derive(Debug, Clone, Copy)]
pub struct ApplicationsList<'a> {
    /// The city.
    pub city: City,
    /// Only those in this state.
    pub state: Option<&'a str>,
    /// Only those of this merchant.
    pub merchant: Option<MerchantId>,
    /// After this one.
    pub after: Option<ApplicationId>,
    /// At most so many.
    pub limit: u64,
}

impl ApplicationsList<'_> {
    /// Reads them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn page(self, db: &Db) -> Result<Vec<Application>, Error> {
        let Self { city, state, merchant, after, limit } = self;
        Ok(applications::page(db.read(), city, state, merchant, after, limit).await?)
    }

    /// How many there are on all pages.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn total(self, db: &Db) -> Result<Total, Error> {
        Ok(applications::total(db.read(), self.city, self.state, self.merchant).await?)
    }
}

/// A merchant's file, and what follows from it now.
#[derive(Debug, Clone)]
pub struct DossierSeen {
    /// The file.
    pub dossier: Dossier,
    /// Where the merchant stands.
    pub stage: Option<Stage>,
    /// How its categories stand.
    pub categories: Vec<CategoryState>,
}

/// The file of a merchant.
///
/// # Errors
/// [`Error::UnknownMerchant`], or when the database refuses.
pub async fn dossier(
    db: &Db,
    policy: &AdmissionPolicy,
    (city, merchant): (City, MerchantId),
    now: Timestamp,
) -> Result<DossierSeen, Error> {
    let conn = db.read();
    let found = dossiers::find(conn, city, merchant).await?;
    let dossier = found.ok_or(Error::UnknownMerchant { city, merchant })?;
    let last = applications::last_of(conn, city, merchant).await?;
    let known = merchants::find(conn, city, merchant).await?;
    let stage = stage(db, last.as_ref(), known.as_ref(), &dossier, now).await?;
    let dossier = looked_over(conn, policy, dossier, now).await?;
    let categories = dossier.categories(policy, now);
    Ok(DossierSeen { dossier, stage, categories })
}

/// What was done to a merchant's file, the first first, after this line, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn log_after(
    db: &Db,
    city: City,
    merchant: MerchantId,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<LogLine>, Error> {
    Ok(dossiers::history(db.read(), city, merchant, after, limit).await?)
}

/// The bans of a city that run, after this one, at most `limit`.
///
/// # Errors
/// When the database refuses.
pub async fn bans_after(
    db: &Db,
    city: City,
    now: Timestamp,
    after: Option<(MerchantId, String)>,
    limit: u64,
) -> Result<Vec<Ban>, Error> {
    Ok(bans::page(db.read(), city, now, after, limit).await?)
}

//! Admission: applying, examining, deciding, and the file that a merchant stays in by. One file per command.
//!
//! Locks are taken in one order everywhere: application, file, merchant.

mod admit_merchant;
mod apply;
mod config;
mod file_paper;
mod leave_platform;
mod queries;
mod record_registration;
mod remark;
mod sign_commitment;
mod step_application;
mod take_over;
mod tend_dossiers;

use core::time::Duration;

use chassis::store::Tx;
use credit_domain::admission::{AdmissionPolicy, Application, Ban, Dossier, Facts, Origin, set_categories};
use credit_domain::news::{About, News, NewsKind};
use credit_domain::prices::PriceList;
use credit_domain::{Status, green_until};
use kernel::{City, MerchantId, Step, Timestamp};
use sea_orm::ConnectionTrait;

use super::notices::tell;
use super::{carry_out, certificates};
use crate::error::Error;
use crate::store::{bans, dossiers, merchants, prices, workers};

pub use admit_merchant::AdmitMerchant;
pub use apply::{Applied, Apply};
pub use config::AdmissionConfig;
pub use file_paper::{FilePaper, JudgePaper};
pub use leave_platform::LeavePlatform;
pub use queries::{
    ApplicationSeen, ApplicationsList, DossierSeen, application, bans_after, dossier, log_after,
};
pub use record_registration::RecordRegistration;
pub use remark::{AnswerRemark, SayRemark};
pub use sign_commitment::{SignCommitment, SignOnPaper};
pub use step_application::{ApplicationStep, StepApplication};
pub use take_over::TakeOver;
pub use tend_dossiers::{Tended, tend_dossiers};

pub use crate::store::bans::{impose_ban, lift_ban};
pub use crate::store::dossiers::LogLine;

const A_DAY: Duration = Duration::from_secs(24 * 3_600);

/// What the checks of an application look at, as it is in this transaction or read.
pub(crate) struct Gathered {
    pub(crate) dossier: Dossier,
    pub(crate) prices: PriceList,
    green_until: Option<Timestamp>,
    bans: Vec<Ban>,
}

impl Gathered {
    /// Reads it; the file is to be passed, so that the caller says whether it is held.
    pub(crate) async fn of(
        conn: &impl ConnectionTrait,
        application: &Application,
        dossier: Dossier,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let (city, merchant) = (application.city, application.merchant);
        let registration = Some(&application.registration);
        Ok(Self {
            dossier,
            prices: prices::find(conn, city, merchant).await?,
            // Read from the workers themselves: an applicant is no merchant yet.
            green_until: green_until(workers::papers_of(conn, city, merchant).await?),
            bans: bans::running_on(conn, city, merchant, registration, now).await?,
        })
    }

    /// As the domain wants it.
    pub(crate) fn facts<'a>(&'a self, policy: &'a AdmissionPolicy, now: Timestamp) -> Facts<'a> {
        let Self { dossier, prices, green_until, bans } = self;
        Facts { policy, dossier, prices, green_until: *green_until, bans, now }
    }
}

/// Writes a changed file back, and lets the merchant's standing follow it: what others see and what the file allows
/// never part. Whoever is not in is not told of anything either.
async fn settle(tx: &mut Tx, policy: &AdmissionPolicy, mut file: Dossier) -> Result<Dossier, Error> {
    let now = tx.now();
    file = looked_over(tx.conn(), policy, file, now).await?;
    let merchant = merchants::lock(tx.conn(), file.city, file.merchant).await?;
    let is_in = merchant
        .as_ref()
        .is_some_and(|merchant| matches!(merchant.status, Status::Affiliated | Status::Suspended));
    if is_in {
        let notices = file.notices_due(policy, now);
        if !notices.is_empty() {
            file = file.told(&notices);
            let news = notices.iter().map(News::from).collect();
            tell(tx, file.city, file.merchant, news).await?;
        }
    }
    // Whoever is out is looked at once a day: a removal may be reversed, and what ended meanwhile stays ended.
    let out = || (!file.granted.is_empty()).then(|| now.after(A_DAY));
    let due = if is_in { file.next_due(policy, now) } else { out() };
    dossiers::save(tx.conn(), &file, due).await?;
    if let Some(merchant) = merchant {
        let step = set_categories(&merchant, file.serving(policy, now), now);
        if let Some(change) = step.done() {
            let ended = file.suspended(&merchant.profile.categories, policy, now).into_iter();
            let news = ended.map(|(subject, categories)| News {
                date: Some(now),
                categories,
                ..News::of(NewsKind::CategorySuspended, &About::File(subject))
            });
            tell(tx, file.city, file.merchant, news.collect()).await?;
            carry_out(tx, merchant.version, Step::Done(change)).await.map(drop)?;
        }
        if is_in && matches!(file.origin, Origin::TakenOver { .. }) && file.is_whole() {
            certificates::await_first(tx, &merchant).await?;
        }
    }
    Ok(file)
}

/// The file with what stands beside it, where some of it is owed still.
async fn looked_over(
    conn: &impl ConnectionTrait,
    policy: &AdmissionPolicy,
    file: Dossier,
    now: Timestamp,
) -> Result<Dossier, Error> {
    if file.is_whole() {
        return Ok(file);
    }
    let (city, merchant) = (file.city, file.merchant);
    let prices = prices::find(conn, city, merchant).await?;
    let green_until = green_until(workers::papers_of(conn, city, merchant).await?);
    Ok(file.shown(&prices, green_until, policy, now))
}

/// What stands beside a file has changed: where some of it is owed still, the next turn looks at it. To be called before
/// the merchant is held.
pub(super) async fn look_again(tx: &Tx, city: City, merchant: MerchantId) -> Result<(), Error> {
    let file = dossiers::find(tx.conn(), city, merchant).await?;
    if file.is_some_and(|file| !file.is_whole()) {
        dossiers::due_now(tx.conn(), (city, merchant), tx.now()).await?;
    }
    Ok(())
}

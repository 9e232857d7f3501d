//! A merchant's file (企业档案): its registration, its papers, its signed commitments.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use kernel::{ActorId, ApplicationId, CategoryCode, City, MerchantId, Timestamp, Version};
use serde::{Deserialize, Serialize};

use super::ban::Registration;
use super::notice::Subject;
use super::paper::Paper;
use super::register::Attestation;
use super::signing::Signature;
use super::take_over::Handover;

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3_600);

/// The first moment after the day in the city on which so many days are over: what runs for days ends with one.
pub(crate) fn end_of_day(from: Timestamp, days: u16) -> Timestamp {
    from.in_city().day.plus(i32::from(days)).next().at_minute(0)
}

/// Where a merchant came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "origin", rename_all = "snake_case")]
pub enum Origin {
    /// It applies here, or applied.
    Application {
        /// By which application first.
        application: ApplicationId,
    },
    /// It was affiliated before this file was kept (存量接收).
    TakenOver {
        /// Who proposed it.
        proposed_by: ActorId,
        /// Who agreed.
        approved_by: ActorId,
        /// When.
        taken_over_at: Timestamp,
    },
    /// It belongs to a sample city: nobody exists, and neither do its papers.
    Sample,
}

/// A merchant's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// The city.
    pub city: City,
    /// The merchant.
    pub merchant: MerchantId,
    /// Counts the changes.
    pub version: Version,
    /// Where it came from.
    #[serde(flatten)]
    pub origin: Origin,
    /// Who it is before the law.
    pub registration: Option<Registration>,
    /// The last look into the register of organisations by which it came in.
    pub register_check: Option<Attestation>,
    /// The categories it was admitted to, whether they are suspended or not.
    pub granted: Vec<CategoryCode>,
    /// The categories it was admitted to before it left or was removed, and came back.
    #[serde(default)]
    pub formerly_granted: BTreeSet<CategoryCode>,
    /// Categories that were taken over, and of which not everything is there yet.
    pub owed: Vec<Handover>,
    /// Its papers.
    pub papers: Vec<Paper>,
    /// The last signature of each category.
    pub signatures: Vec<Signature>,
    /// Of what it was told last, by what ends: when that ends, and the days before.
    pub told: BTreeMap<Subject, (Timestamp, u16)>,
    /// How many papers were ever handed in.
    pub papers_filed: u32,
}

impl Dossier {
    /// The file of a merchant that applies.
    #[must_use]
    pub fn opened(
        city: City,
        merchant: MerchantId,
        application: ApplicationId,
        registration: Registration,
    ) -> Self {
        Self::empty(city, merchant, Origin::Application { application }, registration)
    }

    pub(crate) fn empty(
        city: City,
        merchant: MerchantId,
        origin: Origin,
        registration: Registration,
    ) -> Self {
        Self {
            city,
            merchant,
            version: Version(1),
            origin,
            registration: Some(registration),
            register_check: None,
            granted: Vec::new(),
            formerly_granted: BTreeSet::new(),
            owed: Vec::new(),
            papers: Vec::new(),
            signatures: Vec::new(),
            told: BTreeMap::new(),
            papers_filed: 0,
        }
    }

    pub(crate) fn touched(&self) -> Self {
        Self { version: self.version.next(), ..self.clone() }
    }
}

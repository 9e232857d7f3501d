use chassis::store::{Command, Db, Tx};
use contracts::credit::StandingChanged;
use contracts::reference::{CityPlaces, DistrictPlaces, Reference};
use credit_domain::admission::{AdmissionPolicy, Dossier};
use credit_domain::prices::PriceList;
use credit_domain::publicity::{BoardNotice, NoticeKind};
use credit_domain::sample::{NoticeNote, Plan, Recipe, SampleCity, SampleDistrict};
use credit_domain::{Change, Worker};
use kernel::{Actor, City, NoticeId, Timestamp};

use crate::error::Error;
use crate::rules::RuleBook;
use crate::store::{dossiers, ledger, merchants, notices, prices, workers};
use crate::usecases::certificates::await_first;
use crate::usecases::standards::seed_standards;
use crate::wire;

/// What it is made of. A test reads the same file, so a build that passed it never fails to.
const RECIPE: &str = include_str!("../../data/sample.json");
/// Merchants in one transaction.
const MERCHANTS_PER_COMMIT: u32 = 100;

/// What sample city to make: nobody in it exists.
#[derive(Debug, Clone, Copy)]
pub struct SeedPlan {
    /// The city; the reference data must have it.
    pub city: City,
    /// All chance comes from it: the same seed gives the same merchants.
    pub seed: u64,
    /// How many merchants.
    pub merchants: u32,
    /// How many workers, over all merchants.
    pub workers: u32,
    /// Commitments and papers expire around it.
    pub now: Timestamp,
    /// Whether people look at it: then its board greets them, its library has clauses to cite, and its merchants await
    /// their certificates, which the turns issue.
    pub shown: bool,
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seeded {
    /// Merchants made now.
    pub made: u32,
    /// Merchants that were there before, and were left as they are.
    pub kept: u32,
}

/// Makes the sample city, with one standing said per merchant. May be interrupted and run again: merchants
/// that are there already stay as they are. `progress` hears after each commit how many are there.
///
/// # Errors
/// When the plan cannot be carried out, or the database refuses; whole batches that went before stay.
pub async fn seed_city(
    db: &Db,
    rules: &RuleBook,
    reference: &Reference,
    plan: SeedPlan,
    progress: impl Fn(u32) + Send,
) -> Result<Seeded, Error> {
    let SeedPlan { city, seed, merchants, workers, now, shown } = plan;
    let places = reference.city(city).ok_or(Error::UnknownCity(city))?;
    let recipe: Recipe = serde_json::from_str(RECIPE).map_err(Error::Recipe)?;
    let districts = sample_districts(places);
    let sample = SampleCity::try_new(Plan {
        seed,
        city,
        city_name: places.name.trim_end_matches('市'),
        districts: &districts,
        recipe: &recipe,
        merchants,
        workers,
        now,
        rules: rules.in_force(db.read(), now).await?,
    })?;
    let policy = crate::policy::embedded(reference)?;
    if shown {
        seed_standards(db, city, &recipe.standards, &policy).await?;
    }
    let mut seeded = Seeded::default();
    let mut from = 0;
    while from < merchants {
        let to = from.saturating_add(MERCHANTS_PER_COMMIT).min(merchants);
        let made = make(&sample, &policy, from, to);
        let greeting = if shown && from == 0 { recipe.notices.as_slice() } else { &[] };
        let part = SeedPart { city, policy: &policy, shown, greeting, made };
        let made = db.write(&part).await?;
        seeded.made += made;
        seeded.kept += (to - from).saturating_sub(made);
        from = to;
        progress(from);
    }
    Ok(seeded)
}

fn sample_districts(places: &CityPlaces) -> Vec<SampleDistrict> {
    let district = |district: &DistrictPlaces| SampleDistrict {
        district: district.district,
        name: district.name.clone(),
        streets: district.areas.iter().map(|info| (info.area, info.name.clone())).collect(),
    };
    places.districts.iter().map(district).collect()
}

/// A merchant with its opening entry, its file, what it posts, and its workers: all that the policy asks of everybody.
struct Made {
    change: Change,
    file: Dossier,
    prices: PriceList,
    workers: Vec<Worker>,
}

fn make(sample: &SampleCity<'_>, policy: &AdmissionPolicy, from: u32, to: u32) -> Vec<Made> {
    let made = |index| {
        let change = sample.merchant(index)?;
        let profile = &change.merchant.profile;
        let file = sample.file(index, profile, sample.registration(index)?, policy)?;
        let prices = sample.price_list(index, profile, policy)?;
        Some(Made { file, prices, workers: sample.workers(index).collect(), change })
    };
    (from..to).filter_map(made).collect()
}

struct SeedPart<'a> {
    city: City,
    policy: &'a AdmissionPolicy,
    shown: bool,
    /// What the board says once there is somebody.
    greeting: &'a [NoticeNote],
    made: Vec<Made>,
}

impl Command for SeedPart<'_> {
    /// How many were new.
    type Out = u32;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<u32, Error> {
        let ids = self.made.iter().map(|made| made.change.merchant.profile.id);
        let known = merchants::known(tx.conn(), self.city, ids).await?;
        let mut count = 0;
        let (mut new, mut entries, mut enrolled, mut files, mut lists) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let unknown = |made: &&Made| !known.contains(&made.change.merchant.profile.id);
        for Made { change, file, prices, workers } in self.made.iter().filter(unknown) {
            count += 1;
            tx.emit(&StandingChanged(wire::standing(change.merchant.standing())))?;
            new.push(change.merchant.clone());
            entries.extend_from_slice(&change.entries);
            enrolled.extend_from_slice(workers);
            files.push((file.clone(), file.next_due(self.policy, tx.now())));
            lists.push(prices.clone());
        }
        merchants::insert(tx.conn(), &new).await?;
        ledger::append(tx.conn(), self.city, &entries).await?;
        workers::insert(tx.conn(), &enrolled).await?;
        dossiers::insert(tx.conn(), &files).await?;
        prices::insert(tx.conn(), &lists).await?;
        if self.shown {
            for merchant in &new {
                await_first(tx, merchant).await?;
            }
        }
        if count > 0 {
            for says in self.greeting {
                let notice = announcement(tx.next_id(), self.city, says, tx.now());
                notices::insert(tx.conn(), &notice, Some(Actor::Platform), tx.now()).await?;
            }
        }
        Ok(count)
    }
}

fn announcement(id: NoticeId, city: City, says: &NoticeNote, now: Timestamp) -> BoardNotice {
    BoardNotice {
        id,
        city,
        kind: NoticeKind::Announcement,
        source: None,
        merchant: None,
        category: None,
        district: None,
        title: says.title.clone(),
        text: says.text.clone(),
        text_en: None,
        measure: None,
        class: None,
        grade: None,
        publish_at: now,
        remove_at: None,
        withdrawn_at: None,
        contested: false,
    }
}

//! A sample city: merchants and workers made from a seed, for trying the platform out and for measuring it.
//! The same plan gives the same city. Nobody in it exists: company names are put together from parts, and
//! workers carry an id, a number and a masked name only.
//!
//! Shape: a merchant belongs to a family of trades that one company combines, is named after its main trade and
//! its place, and is small, medium or large: that decides how many workers it has, how many jobs it can hold, and
//! whether it serves a few streets, much of its district, or its district and neighbouring ones. Merchants settle
//! where demand is. Before that, each district gets a few that serve all of it, so that no list is empty.
//!
//! What [`Recipe`] says is data; what a merchant is depends on plan and recipe alone. A slot of a few bytes per
//! merchant is held; merchants and workers are made from it one by one, when asked for.

mod chance;
mod deal;
mod file;
mod history;
mod map;
mod names;
mod recipe;

use core::ops::Range;
use core::time::Duration;

use kernel::{Area, City, District, EntryId, MerchantId, SocialCreditCode, Timestamp, Version, WorkerId};

use crate::admission::{Holder, HolderRole, IdentityDocument, Registration};
use crate::commands::{Change, Recording, affiliate};
use crate::merchant::{Commitment, Hours, Profile, Status};
use crate::rules::Rules;
use crate::workers::{CardNumber, Enrolment, Identity, Papers, Terms, Worker, expiry, green_until};
use chance::Chance;
use deal::Slot;
use map::Map;
use names::Named;
pub use recipe::{DistrictNote, Family, NoticeNote, PriceNote, Recipe, Trade};

const DAY: Duration = Duration::from_secs(24 * 3_600);
/// 2026-01-01T00:00:00Z in milliseconds: sample ids look like UUIDv7s born then, one millisecond apart.
const BORN_MS: u64 = 1_767_225_600_000;
/// Opening hours other than all day.
const HOURS: [Hours; 4] = [
    Hours { opens: 480, closes: 1_080 },
    Hours { opens: 480, closes: 1_200 },
    Hours { opens: 420, closes: 1_320 },
    Hours { opens: 540, closes: 1_080 },
];
/// Jobs that a hundred workers can hold at once. Even one alone holds a second: the one that comes after.
const JOBS_PERCENT: Range<usize> = 60..101;
const CAPACITY_MIN: usize = 2;
/// Papers that are sure to be in date stay so for this long: a city is tried out for some weeks.
const SURE: Duration = Duration::from_secs(60 * 24 * 3_600);
/// Days for which a commitment is still in force.
const AHEAD_DAYS: Range<u32> = 30..365;
/// The characters of a unified social credit code.
const CODE_CHARACTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A district with its streets, each with its name.
#[derive(Debug, Clone)]
pub struct SampleDistrict {
    /// Its code.
    pub district: District,
    /// Its name, such as 海曙区.
    pub name: String,
    /// Its streets.
    pub streets: Vec<(Area, String)>,
}

/// What city to make.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// All chance comes from it.
    pub seed: u64,
    /// The city.
    pub city: City,
    /// Its name in company names, such as 宁波.
    pub city_name: &'a str,
    /// Its districts.
    pub districts: &'a [SampleDistrict],
    /// What it is made of.
    pub recipe: &'a Recipe,
    /// How many merchants.
    pub merchants: u32,
    /// How many workers, over all merchants.
    pub workers: u32,
    /// Dates lie around it.
    pub now: Timestamp,
    /// Grades come from them.
    pub rules: &'a Rules,
}

/// The plan cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// There is no street.
    #[error("a sample city needs at least one street")]
    NoAreas,
    /// The recipe leaves somebody without a trade or a name.
    #[error("the recipe of a sample city leaves somebody without a trade or a name")]
    Incomplete,
    /// A street of another city.
    #[error("street {0} lies in another city")]
    OtherCity(Area),
}

/// A city to be generated.
pub struct SampleCity<'a> {
    plan: Plan<'a>,
    map: Map,
    slots: Vec<Slot>,
}

impl<'a> SampleCity<'a> {
    /// Checks the plan, and deals out who is what and where.
    ///
    /// # Errors
    /// [`PlanError`] without streets, with a street of another city, or with a recipe that lacks something.
    pub fn try_new(plan: Plan<'a>) -> Result<Self, PlanError> {
        if !plan.recipe.is_complete() {
            return Err(PlanError::Incomplete);
        }
        let mut areas = plan.districts.iter().flat_map(|district| &district.streets).map(|(area, _)| *area);
        if let Some(stray) = areas.find(|area| area.city() != plan.city) {
            return Err(PlanError::OtherCity(stray));
        }
        let map = Map::try_new(plan.city_name, plan.districts, plan.recipe)?;
        let heads = (plan.merchants, plan.workers);
        let slots = deal::deal(plan.recipe, &map, heads, |number| chance_of(&plan, "deal", number));
        Ok(Self { plan, map, slots })
    }

    /// All merchants, each with the opening entry of its ledger, made when asked for.
    pub fn merchants(&self) -> impl Iterator<Item = Change> + '_ {
        (0..self.plan.merchants).filter_map(|index| self.merchant(index))
    }

    /// One merchant; none beyond the planned number.
    #[must_use]
    pub fn merchant(&self, index: u32) -> Option<Change> {
        let Plan { rules, now, .. } = self.plan;
        let sound = self.slot(index)?.district_wide;
        let profile = self.profile(index)?;
        let mut chance = self.chance("credit", index);
        let opening = history::opening(rules, sound, &mut chance);
        let entry = EntryId::from_u128(self.id("entry", index));
        let mut change = affiliate(profile, opening, Recording { rules, now, entry });
        if chance.permille(10) && !sound {
            change.merchant.status = Status::Suspended;
        }
        Some(change)
    }

    /// Who one merchant is before the law: a code that is well formed and a document that is nobody's.
    #[must_use]
    pub fn registration(&self, index: u32) -> Option<Registration> {
        let city = self.plan.city.code();
        // 92: an individual business; then, where the organisation's own code would stand, its number, which makes
        // codes differ within a city, and a little of the seed, which makes two samples of a city differ.
        let salt = self.chance("code", 0).next() >> 52;
        let mut number = (salt << 32) | u64::from(index);
        let mut own = [0_u8; 9];
        for place in own.iter_mut().rev() {
            *place = CODE_CHARACTERS.get(usize::try_from(number % 31).ok()?).copied()?;
            number /= 31;
        }
        let own = core::str::from_utf8(&own).ok()?;
        let code = SocialCreditCode::complete(&format!("92{city}{own}")).ok()?;
        let document: IdentityDocument = format!("passport:SAMPLE{city}{index}").parse().ok()?;
        let masked_name = names::masked_person(&self.plan.recipe.surnames, &mut self.chance("holder", index));
        let holder = Holder { role: HolderRole::LegalRepresentative, masked_name, key: document.key() };
        Some(Registration { code, holders: vec![holder] })
    }

    /// The workers of one merchant; none beyond the planned number.
    pub fn workers(&self, index: u32) -> impl Iterator<Item = Worker> + '_ {
        let merchant = MerchantId::from_u128(self.id("merchant", index));
        let terms = Terms::default();
        self.worker_range(index).filter_map(move |number| {
            let papers = self.papers(index, number);
            Some(Worker {
                id: WorkerId::from_u128(self.id("worker", number)),
                city: self.plan.city,
                card: CardNumber::try_new(self.plan.city, number.saturating_add(1)).ok()?,
                masked_name: self.worker_name(number),
                photo: None,
                papers,
                enrolment: Enrolment { merchant, since: self.plan.now, left_at: None },
                transfer: None,
                stars: None,
                notice_at: expiry::next(papers, &terms, self.plan.now),
                version: Version(1),
            })
        })
    }

    fn profile(&self, index: u32) -> Option<Profile> {
        let Slot { family, district, size, district_wide, ordinal, .. } = *self.slot(index)?;
        let mut chance = self.chance("profile", index);
        let family = self.plan.recipe.families.get(family)?;
        let main = chance.weighted(family.trades.iter().map(|trade| trade.main))?;
        let main = family.trades.get(main)?;
        let home = self.map.home(district, &mut chance)?;
        let named = Named { second: &family.second, trade: main, size, ordinal };
        let workers = self.worker_range(index);
        let jobs = workers.len() * chance.within(&JOBS_PERCENT) / 100;
        Some(Profile {
            id: MerchantId::from_u128(self.id("merchant", index)),
            city: self.plan.city,
            name: names::company(self.plan.recipe, (&self.map, home), &named, self.plan.seed, &mut chance)?,
            home: self.map.area(home)?,
            areas: self.map.reach(home, size, district_wide, &mut chance)?,
            categories: self.commitments(family, main, district_wide, &mut chance),
            capacity: u16::try_from(jobs.max(CAPACITY_MIN)).unwrap_or(u16::MAX),
            hours: hours(family, district_wide, &mut chance)?,
            green_until: green_until(workers.map(|number| self.papers(index, number))),
        })
    }

    /// The main trade first, then others of the family: all of them when somebody has to do them.
    fn commitments(&self, family: &Family, main: &Trade, all: bool, chance: &mut Chance) -> Vec<Commitment> {
        let others = family.trades.iter().filter(|trade| trade.category != main.category);
        let signed = others.filter(|trade| chance.percent(trade.also) || all).collect::<Vec<_>>();
        // Signed some time in the last year: what ends first in a sample city is a commitment.
        let mut until = || {
            let days = AHEAD_DAYS.start + chance.below_u32(AHEAD_DAYS.end - AHEAD_DAYS.start);
            let last = self.plan.now.in_city().day.plus(i32::try_from(days).unwrap_or(0));
            last.next().at_minute(0)
        };
        core::iter::once(main)
            .chain(signed)
            .map(|trade| Commitment { category: trade.category.clone(), commitment_until: until() })
            .collect()
    }

    fn slot(&self, index: u32) -> Option<&Slot> {
        self.slots.get(usize::try_from(index).ok()?)
    }

    /// The numbers of a merchant's workers.
    fn worker_range(&self, index: u32) -> Range<u32> {
        let Some(slot) = self.slot(index) else { return 0..0 };
        let next = index.checked_add(1).and_then(|next| self.slot(next));
        slot.workers_from..next.map_or(self.plan.workers, |next| next.workers_from)
    }

    fn worker_name(&self, number: u32) -> String {
        names::masked_person(&self.plan.recipe.surnames, &mut self.chance("worker name", number))
    }

    /// Papers of one worker, each good until the end of a day. About 4 merchants in 100 have let the insurance of all their workers lapse; of
    /// the others at least the first worker is green.
    fn papers(&self, merchant: u32, number: u32) -> Papers {
        let now = self.plan.now;
        let sound = self.slot(merchant).is_some_and(|slot| slot.district_wide);
        let lapsed = !sound && self.chance("lapsed", merchant).permille(40);
        let first = self.worker_range(merchant).start == number;
        let mut chance = self.chance("papers", number);
        let mut paper = |sure: bool| {
            let days = DAY * (1 + chance.below_u32(364));
            let about = match sure {
                true => now.after(SURE + days),
                false if chance.permille(50) => now.before(days / 6),
                false => now.after(days),
            };
            midnight(about)
        };
        let (exam, insurance) = (paper(first), paper(first));
        let identity = if first || chance.permille(985) { Identity::Passed } else { Identity::Lapsed };
        let gap = DAY * (1 + chance.below_u32(60));
        Papers {
            identity,
            exam_until: Some(exam),
            insurance_until: Some(if lapsed { midnight(now.before(gap)) } else { insurance }),
        }
    }

    fn chance(&self, topic: &str, number: u32) -> Chance {
        chance_of(&self.plan, topic, number)
    }

    /// In the form of a UUIDv7, in the order of the numbers.
    fn id(&self, topic: &str, number: u32) -> u128 {
        let mut chance = self.chance(topic, number);
        let born = u128::from(BORN_MS + u64::from(number)) << 80;
        let random = (u128::from(chance.next()) << 64) | u128::from(chance.next());
        let random = random & 0x0fff_3fff_ffff_ffff_ffff;
        born | (0x7 << 76) | (0x2 << 62) | random
    }
}

/// As the day of this moment begins.
fn midnight(at: Timestamp) -> Timestamp {
    at.in_city().day.at_minute(0)
}

fn chance_of(plan: &Plan<'_>, topic: &str, number: u32) -> Chance {
    Chance::new(plan.seed, &[u64::from(plan.city.code()), chance::topic(topic), u64::from(number)])
}

/// Those who serve a whole district in a family that mostly works at night too do so for sure.
fn hours(family: &Family, district_wide: bool, chance: &mut Chance) -> Option<Hours> {
    let always = district_wide && family.all_day_percent >= 50;
    if chance.percent(family.all_day_percent) || always {
        Some(Hours::ALL_DAY)
    } else {
        chance.pick(&HOURS).copied()
    }
}

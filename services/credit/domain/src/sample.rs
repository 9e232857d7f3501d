//! A sample city: merchants and workers made from a seed, for trying the platform out and for measuring it.
//! The same plan gives the same city. Nobody in it exists: company names are put together from parts, and
//! workers carry an id, a number and a masked name only.
//!
//! Shape: merchants are dealt round robin over (district, category), so that every category has its merchants
//! in every district, and their streets are spread so that together they cover the district where the counts
//! allow it. Everything about merchant *i* depends on the plan and *i* alone: a million can be generated
//! one by one, or in parallel, without holding the others.

mod chance;
mod names;

use core::ops::Range;
use core::time::Duration;

use kernel::{Area, CategoryCode, City, EntryId, Grade, MerchantId, SocialCreditCode, Timestamp, WorkerId};

use crate::admission::{Holder, HolderRole, IdentityDocument, Registration};
use crate::commands::{Change, Opening, Recording, affiliate};
use crate::merchant::{Commitment, Hours, Profile, Status};
use crate::rules::Rules;
use crate::safety::{Identity, Papers, Worker, green_until};
use crate::tally::{Dimension, Evidence, Points, Tally};
use chance::Chance;

const DAY: Duration = Duration::from_secs(24 * 3_600);
/// 2026-01-01T00:00:00Z in milliseconds: sample ids look like UUIDv7s born then, one millisecond apart.
const BORN_MS: u64 = 1_767_225_600_000;
/// Streets that a merchant serves.
const STREETS_MIN: usize = 3;
const STREETS_MAX: usize = 8;
/// Opening hours other than all day.
const HOURS: [Hours; 4] = [
    Hours { opens: 480, closes: 1_080 },
    Hours { opens: 480, closes: 1_200 },
    Hours { opens: 420, closes: 1_320 },
    Hours { opens: 540, closes: 1_080 },
];
/// The characters of a unified social credit code.
const CODE_CHARACTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// How many of a hundred merchants merit each grade; the rest are newcomers.
const GRADES: [(Grade, usize); 6] =
    [(Grade::AAA, 8), (Grade::AA, 17), (Grade::A, 28), (Grade::B, 25), (Grade::C, 7), (Grade::D, 2)];

/// A category as the sample needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleCategory {
    /// The code.
    pub code: CategoryCode,
    /// The word for it in a company's name, such as 开锁.
    pub trade: String,
    /// Whether most of its merchants work round the clock.
    pub round_the_clock: bool,
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
    /// Its streets.
    pub areas: &'a [Area],
    /// The categories.
    pub categories: &'a [SampleCategory],
    /// How many merchants. From districts times categories on, each category is served in each district.
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
    /// There is no category.
    #[error("a sample city needs at least one category")]
    NoCategories,
    /// A street of another city.
    #[error("street {0} lies in another city")]
    OtherCity(Area),
}

/// A city to be generated.
#[derive(Debug, Clone)]
pub struct SampleCity<'a> {
    plan: Plan<'a>,
    /// Streets by district, both in order of their codes.
    districts: Vec<Vec<Area>>,
}

impl<'a> SampleCity<'a> {
    /// Checks the plan.
    ///
    /// # Errors
    /// [`PlanError`] without streets or categories, or with a street of another city.
    pub fn try_new(plan: Plan<'a>) -> Result<Self, PlanError> {
        if plan.categories.is_empty() {
            return Err(PlanError::NoCategories);
        }
        if let Some(stray) = plan.areas.iter().find(|area| area.city() != plan.city) {
            return Err(PlanError::OtherCity(*stray));
        }
        let mut areas = plan.areas.to_vec();
        areas.sort_unstable();
        areas.dedup();
        let districts: Vec<Vec<Area>> =
            areas.chunk_by(|one, next| one.district() == next.district()).map(<[Area]>::to_vec).collect();
        if districts.is_empty() { Err(PlanError::NoAreas) } else { Ok(Self { plan, districts }) }
    }

    /// All merchants, each with the opening entry of its ledger, made when asked for.
    pub fn merchants(&self) -> impl Iterator<Item = Change> + '_ {
        (0..self.plan.merchants).filter_map(|index| self.merchant(index))
    }

    /// One merchant; none beyond the planned number.
    #[must_use]
    pub fn merchant(&self, index: u32) -> Option<Change> {
        let Plan { rules, now, .. } = self.plan;
        if index >= self.plan.merchants {
            return None;
        }
        let profile = self.profile(index)?;
        let mut chance = self.chance("credit", index);
        let opening = opening(rules, &mut chance);
        let entry = EntryId::from_u128(self.id("entry", index));
        let mut change = affiliate(profile, opening, Recording { rules, now, entry });
        if chance.permille(10) {
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
        let masked_name = names::masked_person(&mut self.chance("holder", index));
        let holder = Holder { role: HolderRole::LegalRepresentative, masked_name, key: document.key() };
        Some(Registration { code, holders: vec![holder] })
    }

    /// The workers of one merchant; none beyond the planned number.
    pub fn workers(&self, index: u32) -> impl Iterator<Item = Worker> + '_ {
        let merchant = MerchantId::from_u128(self.id("merchant", index));
        self.worker_range(index).map(move |number| Worker {
            id: WorkerId::from_u128(self.id("worker", number)),
            city: self.plan.city,
            merchant,
            card: format!("{}-{:07}", self.plan.city, number.saturating_add(1)),
            masked_name: names::masked_person(&mut self.chance("worker name", number)),
            papers: self.papers(index, number),
        })
    }

    fn profile(&self, index: u32) -> Option<Profile> {
        let deal = Deal::new(index, self.plan.merchants, self.districts.len(), self.plan.categories.len());
        let mut chance = self.chance("profile", index);
        let district = self.districts.get(deal.district)?;
        let main = self.plan.categories.get(deal.category)?;
        let (home, areas) = streets(district, deal, &mut chance)?;
        let hours = if chance.permille(if main.round_the_clock { 800 } else { 100 }) {
            Hours::ALL_DAY
        } else {
            *chance.pick(&HOURS)?
        };
        Some(Profile {
            id: MerchantId::from_u128(self.id("merchant", index)),
            city: self.plan.city,
            name: names::company(self.plan.city_name, &main.trade, self.plan.seed, index),
            home,
            areas,
            categories: self.commitments(main, &mut chance),
            capacity: u16::try_from(2 + chance.below(11)).ok()?,
            hours,
            green_until: green_until(self.worker_range(index).map(|number| self.papers(index, number))),
        })
    }

    /// One to four categories, the main one first.
    fn commitments(&self, main: &SampleCategory, chance: &mut Chance) -> Vec<Commitment> {
        let wanted = match chance.below(100) {
            0..30 => 1,
            30..65 => 2,
            65..85 => 3,
            _ => 4,
        };
        let mut codes = vec![&main.code];
        for _ in 1..wanted {
            match chance.pick(self.plan.categories) {
                Some(more) if !codes.contains(&&more.code) => codes.push(&more.code),
                _ => {}
            }
        }
        let mut until = || self.plan.now.after(DAY * (30 + chance.below_u32(690)));
        codes
            .into_iter()
            .map(|code| Commitment { category: code.clone(), commitment_until: until() })
            .collect()
    }

    /// The numbers of a merchant's workers. Each two neighbours split their fair share at random, so that
    /// sizes differ and the sum is exact.
    fn worker_range(&self, index: u32) -> Range<u32> {
        let (merchants, workers) = (u64::from(self.plan.merchants), u64::from(self.plan.workers));
        if index >= self.plan.merchants {
            return 0..0;
        }
        let start = |merchant: u32| {
            let even = u64::from(merchant).min(merchants) * workers / merchants;
            u32::try_from(even).unwrap_or(u32::MAX)
        };
        let first = index - index % 2;
        let (from, to) = (start(first), start(first.saturating_add(2)));
        let shared = to - from;
        if first + 1 >= self.plan.merchants || shared < 2 {
            let middle = start(first.saturating_add(1));
            return if index == first { from..middle } else { middle..to };
        }
        let mut chance = self.chance("workers", first);
        let split = (chance.below_u32(shared) + chance.below_u32(shared)) / 2;
        let middle = from + split.clamp(1, shared - 1);
        if index == first { from..middle } else { middle..to }
    }

    /// Papers of one worker. About 4 merchants in 100 have let the insurance of all their workers lapse; of
    /// the others at least the first worker is green.
    fn papers(&self, merchant: u32, number: u32) -> Papers {
        let now = self.plan.now;
        let lapsed = self.chance("lapsed", merchant).permille(40);
        let first = self.worker_range(merchant).start == number;
        let mut chance = self.chance("papers", number);
        let mut paper = |sure: bool| {
            let days = DAY * (1 + chance.below_u32(364));
            if !sure && chance.permille(50) { now.before(days / 6) } else { now.after(days) }
        };
        let (exam, insurance) = (paper(first), paper(first));
        let identity = if first || chance.permille(985) { Identity::Passed } else { Identity::Lapsed };
        let gap = DAY * (1 + chance.below_u32(60));
        Papers {
            identity,
            exam_until: Some(exam),
            insurance_until: Some(if lapsed { now.before(gap) } else { insurance }),
        }
    }

    fn chance(&self, topic: &str, number: u32) -> Chance {
        Chance::new(
            self.plan.seed,
            &[u64::from(self.plan.city.code()), chance::topic(topic), u64::from(number)],
        )
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

/// Where the round robin over districts and categories puts a merchant.
#[derive(Debug, Clone, Copy)]
struct Deal {
    district: usize,
    category: usize,
    round: usize,
    rounds: usize,
}

impl Deal {
    fn new(index: u32, merchants: u32, districts: usize, categories: usize) -> Self {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let merchants = usize::try_from(merchants).unwrap_or(usize::MAX);
        let pairs = districts.saturating_mul(categories).max(1);
        Self {
            district: index % pairs / categories.max(1),
            category: index % categories.max(1),
            round: index / pairs,
            rounds: merchants.div_ceil(pairs),
        }
    }
}

/// The home street and the 3 to 8 streets served, home among them. Homes of the same category are spread
/// evenly over the district, and each merchant serves at least up to the next one's home where 8 suffice.
fn streets(district: &[Area], deal: Deal, chance: &mut Chance) -> Option<(Area, Vec<Area>)> {
    let gap = district.len().div_ceil(deal.rounds.max(1));
    let least = gap.clamp(STREETS_MIN, STREETS_MAX);
    let count = (least + chance.below(STREETS_MAX - least + 1)).min(district.len());
    let first =
        (deal.round * district.len() / deal.rounds.max(1) + deal.category * 7) % district.len().max(1);
    let areas: Vec<Area> = district.iter().cycle().skip(first).take(count).copied().collect();
    Some((*areas.first()?, areas))
}

/// A newcomer's opening, or a history that merits a grade drawn from [`GRADES`] under these rules.
fn opening(rules: &Rules, chance: &mut Chance) -> Opening {
    let mut draw = chance.below(100);
    for (grade, share) in GRADES {
        if draw < share {
            let points = points_for(rules, score_in_band(rules, grade, chance), chance);
            return Opening::TakenOver(Tally { points, evidence: evidence_for(rules, grade, chance) });
        }
        draw -= share;
    }
    Opening::Newcomer
}

fn score_in_band(rules: &Rules, grade: Grade, chance: &mut Chance) -> i64 {
    let least = |grade: Grade| {
        rules.bands.iter().find(|band| band.grade == grade).map(|band| i64::from(band.score_min))
    };
    let better = Grade::ALL.into_iter().find(|better| *better > grade).and_then(least);
    let (from, to) = (least(grade).unwrap_or(0), better.map_or(1_000, |better| better - 1));
    from + chance.below_i64(to - from + 1)
}

/// Points that the rules score exactly so: the opening's, moved in the dimensions in turn.
fn points_for(rules: &Rules, score: i64, chance: &mut Chance) -> Points {
    let mut points = rules.opening;
    let mut missing = score - points.total();
    let mut shift = |dimension: Dimension, missing: i64| {
        let bounds = rules.dimensions.of(dimension);
        let value = points.of_mut(dimension);
        let moved = (*value + missing).clamp(bounds.floor, bounds.ceiling) - *value;
        *value += moved;
        moved
    };
    // A part at random first, so that merchants of one score differ in how they came by it.
    for dimension in [Dimension::Demonstration, Dimension::CreditActivities, Dimension::CreditRecord] {
        let part = missing.signum() * chance.below_i64(missing.abs() / 3 + 1);
        missing -= shift(dimension, part);
    }
    for dimension in Dimension::ALL {
        missing -= shift(dimension, missing);
    }
    points
}

/// Evidence that opens the grade's gate, and more call-backs the better the grade.
fn evidence_for(rules: &Rules, grade: Grade, chance: &mut Chance) -> Evidence {
    let needed =
        rules.gates.iter().find(|gate| gate.grade == grade).map_or(0, |gate| i64::from(gate.callbacks_min));
    let mut callbacks = needed + 12 + chance.below_i64(30 + 20 * i64::from(grade.rank()));
    let unhappy_percent = match grade {
        Grade::AAA | Grade::AA => 4,
        Grade::A => 8,
        Grade::B => 14,
        Grade::C => 25,
        Grade::D => 40,
    };
    let mut unsatisfied = callbacks * chance.below_i64(unhappy_percent + 1) / 100;
    let extra = chance.below_i64(callbacks / 4 + 1);
    let evidence = |callbacks: i64, unsatisfied: i64| Evidence {
        satisfied: callbacks - unsatisfied,
        unsatisfied,
        verified_orders: callbacks + extra,
    };
    // Fewer complaints first, then more call-backs; bounded, as rules may ask for what nobody has.
    for _ in 0..20 {
        if rules.gate(evidence(callbacks, unsatisfied)) >= grade {
            break;
        }
        if unsatisfied > 0 {
            unsatisfied -= 1;
        } else {
            callbacks += callbacks / 2 + 1;
        }
    }
    evidence(callbacks, unsatisfied)
}

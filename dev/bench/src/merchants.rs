//! Merchants in any number, spread evenly so that a load has no shape of its own (the sample city has one): one to
//! four categories, three to eight streets of one district. Nobody of them exists, and the same number is the same
//! merchant each time.

use std::time::Duration;

use chassis::clock::SystemClock;
use contracts::credit::v1::{CategoryStanding, Hours, MerchantStatus, Standing};
use contracts::reference::Reference;
use kernel::{Area, CategoryCode, City, Clock as _, Grade, MerchantId, Timestamp, Urgency, Version};

use crate::servers::city;

const DAY: Duration = Duration::from_secs(86_400);
/// Hours of those who close at night; some work into the next day.
const HOURS: [Hours; 3] = [
    Hours { opens: 480, closes: 1_080 },
    Hours { opens: 540, closes: 1_260 },
    Hours { opens: 1_080, closes: 360 },
];

/// Where merchants are, and what they do.
pub(crate) struct Town {
    city: City,
    /// Streets by district.
    districts: Vec<Vec<Area>>,
    categories: Vec<CategoryCode>,
    now: Timestamp,
}

/// A fixed sequence of numbers for each merchant.
struct Draw(u64);

impl Draw {
    /// One step of splitmix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or_default()
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }
}

impl Town {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let (reference, city) = (Reference::embedded()?, city()?);
        let mut areas: Vec<Area> =
            reference.city(city).into_iter().flat_map(|it| it.areas()).map(|it| it.area).collect();
        areas.sort_unstable();
        let districts = areas.chunk_by(|one, next| one.district() == next.district()).map(<[Area]>::to_vec);
        Ok(Self {
            city,
            districts: districts.collect(),
            categories: reference.categories().iter().map(|category| category.code.clone()).collect(),
            now: SystemClock.now(),
        })
    }

    /// Cells of categories that are not urgent: everybody of the city arrives in time for them.
    pub(crate) fn cells(&self) -> anyhow::Result<Vec<Cell>> {
        let reference = Reference::embedded()?;
        let mut cells = Vec::new();
        for category in reference.categories().iter().filter(|it| it.urgency == Urgency::Normal) {
            let Some(item) = reference.items().find(|item| {
                item.category == category.code && item.urgency == Urgency::Normal && item.enters_home
            }) else {
                continue;
            };
            let streets = self.districts.iter().flatten();
            cells.extend(streets.map(|&area| Cell {
                category: category.code.clone(),
                item: item.code.to_string(),
                area,
            }));
        }
        Ok(cells)
    }

    /// The merchant with this number.
    pub(crate) fn merchant(&self, number: u32) -> Option<Standing> {
        let mut draw = Draw(u64::from(number).wrapping_mul(0xD134_2543_DE82_EF95));
        let district = draw.pick(&self.districts)?;
        let (first, count) = (draw.below(district.len()), 3 + draw.below(6));
        let areas: Vec<Area> =
            district.iter().cycle().skip(first).take(count.min(district.len())).copied().collect();
        let mut categories = Vec::new();
        for _ in 0..1 + draw.below(4) {
            let category = draw.pick(&self.categories)?;
            if categories.iter().all(|signed: &CategoryStanding| signed.category != *category) {
                let days = 30 + draw.below(690);
                let commitment_until = self.now.after(DAY * u32::try_from(days).ok()?);
                categories.push(CategoryStanding { category: category.clone(), commitment_until });
            }
        }
        let hours = if draw.below(5) == 0 { Hours { opens: 0, closes: 0 } } else { *draw.pick(&HOURS)? };
        Some(Standing {
            merchant: merchant_id(number),
            city: self.city,
            version: Version(1),
            name: format!("甬诚家庭服务部 {number}"),
            grade: *draw.pick(&Grade::ALL)?,
            score: u16::try_from(draw.below(1_001)).ok()?,
            status: if draw.below(100) == 0 { MerchantStatus::Suspended } else { MerchantStatus::Affiliated },
            home: *areas.first()?,
            areas,
            categories,
            capacity: u16::try_from(2 + draw.below(11)).ok()?,
            hours,
            verified_orders: u32::try_from(draw.below(500)).ok()?,
            green_until: (draw.below(20) > 0).then(|| self.now.after(DAY * 90)),
            under_objection: false,
            cause: "sample".to_owned(),
            changed_at: self.now,
        })
    }

    /// What the merchant has to do: jobs it holds, orders of the last 30 days.
    pub(crate) fn load(number: u32) -> (u32, u32) {
        let mut draw = Draw(u64::from(number).wrapping_mul(0xA076_1D64_78BD_642F));
        (u32::try_from(draw.below(8)).unwrap_or_default(), u32::try_from(draw.below(40)).unwrap_or_default())
    }
}

/// A category in a street, and an item to ask for.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) category: CategoryCode,
    pub(crate) item: String,
    pub(crate) area: Area,
}

/// In the form of a UUIDv7.
pub(crate) fn merchant_id(number: u32) -> MerchantId {
    let mut draw = Draw(u64::from(number));
    let random = (u128::from(draw.next()) << 64 | u128::from(draw.next())) & 0x0fff_3fff_ffff_ffff_ffff;
    MerchantId::from_u128(
        (u128::from(0x0198_c5c0_0000_u64 + u64::from(number)) << 80) | (0x7 << 76) | (0x2 << 62) | random,
    )
}

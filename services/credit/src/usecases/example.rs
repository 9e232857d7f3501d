use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chassis::store::Db;
use credit_domain::{Hours, Merchant, Status};
use kernel::{Area, CategoryCode, City, Grade, MerchantId, Timestamp};

use super::queries::{merchant, merchants_after};
use crate::error::Error;

/// Merchants looked through.
const LOOK_AT_MAX: u64 = 1_000;

/// Something to try a sample city out with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// A merchant.
    pub merchant: MerchantId,
    /// Its name.
    pub name: String,
    /// Another one that works, with its name.
    pub another: Option<(MerchantId, String)>,
    /// Something to be asked for.
    pub category: CategoryCode,
    /// Where: merchants of several grades do it there, the merchant among them.
    pub area: Area,
}

/// A list with a real choice and a merchant on it: this one, if one is named, else the best. If the named one is on
/// no list that anybody is on now, the list is another's. None when nobody works.
///
/// # Errors
/// When there is no such merchant, or the database refuses.
pub async fn example(
    db: &Db,
    city: City,
    now: Timestamp,
    named: Option<MerchantId>,
) -> Result<Option<Shown>, Error> {
    let mut all = merchants_after(db, city, None, LOOK_AT_MAX).await?;
    all.retain(|merchant| works(merchant, now));
    let named = match named {
        Some(named) => Some(merchant(db, city, named).await?),
        None => None,
    };
    let own = named.as_ref().and_then(|named| choice(&all, |category, area| serves(named, category, area)));
    let Some((category, area)) = own.or_else(|| choice(&all, |_, _| true)) else { return Ok(None) };
    let best = || {
        let on_it = all.iter().filter(|merchant| serves(merchant, category, area));
        on_it.max_by_key(|merchant| (at_any_hour(merchant), merchant.credit.grade))
    };
    let another = |than: MerchantId| {
        let other = all.iter().find(|merchant| merchant.profile.id != than)?;
        Some((other.profile.id, other.profile.name.clone()))
    };
    let shown = named.as_ref().or_else(best).map(|merchant| Shown {
        another: another(merchant.profile.id),
        merchant: merchant.profile.id,
        name: merchant.profile.name.clone(),
        category: category.clone(),
        area,
    });
    Ok(shown)
}

/// Of these lists the one that shows most grades, at night first; of several the shortest, so that it is seen whole.
fn choice(all: &[Merchant], among: impl Fn(&CategoryCode, Area) -> bool) -> Option<(&CategoryCode, Area)> {
    let mut lists: BTreeMap<(&CategoryCode, Area), Vec<&Merchant>> = BTreeMap::new();
    for merchant in all {
        for signed in &merchant.profile.categories {
            let areas = merchant.profile.areas.iter().filter(|area| among(&signed.category, **area));
            for area in areas {
                lists.entry((&signed.category, *area)).or_default().push(merchant);
            }
        }
    }
    let grades =
        |list: &[&Merchant]| list.iter().map(|it| it.credit.grade).collect::<BTreeSet<Grade>>().len();
    let best = lists.into_iter().max_by_key(|(_, list)| {
        let at_night: Vec<&Merchant> = list.iter().copied().filter(|it| at_any_hour(it)).collect();
        (grades(&at_night), grades(list), Reverse(list.len()))
    });
    best.map(|(list, _)| list)
}

fn serves(merchant: &Merchant, category: &CategoryCode, area: Area) -> bool {
    let profile = &merchant.profile;
    profile.areas.contains(&area) && profile.categories.iter().any(|signed| signed.category == *category)
}

fn works(merchant: &Merchant, now: Timestamp) -> bool {
    merchant.status == Status::Affiliated
        && merchant.credit.grade > Grade::D
        && merchant.profile.green_until > Some(now)
}

fn at_any_hour(merchant: &Merchant) -> bool {
    merchant.profile.hours == Hours::ALL_DAY
}

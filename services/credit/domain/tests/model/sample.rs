//! The sample city: Ningbo as the reference data have it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::applicant::DAY;
use crate::support::{NOW, rules};
use credit_domain::admission::{AdmissionPolicy, CategoryPolicy};
use credit_domain::prices::Offer;
use credit_domain::sample::{Plan, PlanError, Recipe, SampleCity, SampleDistrict};
use credit_domain::standards::StandardKind;
use credit_domain::{Change, Colour, Hours, Merchant, Rules, Status, Worker, green_until, verify_chain};
use kernel::{Area, CategoryCode, City, Grade};
use serde_json::Value;

const PLACES: &str = include_str!("../../../../../crates/contracts/data/places/330200.json");
const CATALOGUE: &str = include_str!("../../../../../crates/contracts/data/catalogue.json");
const RECIPE: &str = include_str!("../../../data/sample.json");

/// What most people ask for.
const COMMON: [&str; 5] =
    ["cleaning", "plumbing", "appliance-repair", "maternity-nursing", "elderly-nursing"];
/// Haishu, Jiangbei and Yinzhou, whose streets (街道) are the town; their townships are not.
const URBAN: [u32; 3] = [330_203, 330_205, 330_212];

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    T::deserialize(value).unwrap()
}

fn districts() -> Vec<SampleDistrict> {
    let places: Value = serde_json::from_str(PLACES).unwrap();
    let street = |street: &Value| (read(&street["area"]), read(&street["name"]));
    let district = |district: &Value| SampleDistrict {
        district: read(&district["district"]),
        name: read(&district["name"]),
        streets: district["areas"].as_array().unwrap().iter().map(street).collect(),
    };
    places["districts"].as_array().unwrap().iter().map(district).collect()
}

fn areas() -> Vec<Area> {
    districts().iter().flat_map(|district| &district.streets).map(|(area, _)| *area).collect()
}

fn categories() -> BTreeSet<CategoryCode> {
    let catalogue: Value = serde_json::from_str(CATALOGUE).unwrap();
    catalogue["categories"].as_array().unwrap().iter().map(|category| read(&category["code"])).collect()
}

fn recipe() -> Recipe {
    serde_json::from_str(RECIPE).unwrap()
}

fn plan<'a>(districts: &'a [SampleDistrict], recipe: &'a Recipe, rules: &'a Rules) -> Plan<'a> {
    Plan {
        seed: 81_890,
        city: City::try_new(330_200).unwrap(),
        city_name: "宁波",
        districts,
        recipe,
        merchants: 1_000,
        workers: 30_000,
        now: NOW,
        rules,
    }
}

fn with_city<T>(merchants: u32, seed: u64, look: impl FnOnce(&SampleCity<'_>, &Rules) -> T) -> T {
    let (rules, districts, recipe) = (rules(), districts(), recipe());
    let plan =
        Plan { seed, merchants, workers: merchants.saturating_mul(30), ..plan(&districts, &recipe, &rules) };
    look(&SampleCity::try_new(plan).unwrap(), &rules)
}

/// The lists of the city: who can be sent now, by category and street.
fn lists(
    merchants: &[Change],
    fits: impl Fn(&Merchant) -> bool,
) -> BTreeMap<(CategoryCode, Area), Vec<Grade>> {
    let mut lists = BTreeMap::new();
    let eligible = |merchant: &Merchant| {
        merchant.status == Status::Affiliated
            && merchant.credit.grade > Grade::D
            && merchant.profile.green_until > Some(NOW)
    };
    for made in merchants.iter().map(|made| &made.merchant).filter(|it| eligible(it) && fits(it)) {
        for commitment in &made.profile.categories {
            for area in &made.profile.areas {
                let list: &mut Vec<Grade> = lists.entry((commitment.category.clone(), *area)).or_default();
                list.push(made.credit.grade);
            }
        }
    }
    lists
}

fn ningbo<T>(look: impl FnOnce(&SampleCity<'_>, &[Change]) -> T) -> T {
    with_city(1_000, 81_890, |city, _| look(city, &city.merchants().collect::<Vec<_>>()))
}

/// The policy for the whole catalogue, as the service has it.
fn policy() -> AdmissionPolicy {
    let rules = serde_json::from_str(include_str!("../../../data/admission.v1.json")).unwrap();
    let catalogue: Value = serde_json::from_str(CATALOGUE).unwrap();
    let row = |category: &Value| {
        let codes =
            |list: &Value| list.as_array().unwrap().iter().map(|one| one["code"].clone()).collect::<Vec<_>>();
        let row = CategoryPolicy {
            name: read(&category["names"]["zh"]),
            enters_home: read(&category["enters_home"]),
            qualifications: category["qualifications"].as_array().unwrap().iter().map(read).collect(),
            items: codes(&category["items"]).iter().map(read).collect(),
        };
        (read(&category["code"]), row)
    };
    AdmissionPolicy { rules, rows: catalogue["categories"].as_array().unwrap().iter().map(row).collect() }
}

#[test]
fn every_sample_merchant_has_all_that_the_policy_asks_of_everybody_for_a_month_at_least() {
    let policy = policy();
    ningbo(|city, merchants| {
        for (index, made) in (0..).zip(merchants) {
            let profile = &made.merchant.profile;
            let registration = city.registration(index).unwrap();
            let file = city.file(index, profile, registration, &policy).unwrap();
            assert_eq!(file.serving(&policy, NOW), profile.categories);
            assert!(
                file.is_whole()
                    && file.categories(&policy, NOW.after(DAY * 30)).iter().all(|one| one.missing.is_empty())
            );
            assert!(file.signatures.iter().all(|signed| signed.signed_at <= NOW));
            let list = city.price_list(index, profile, &policy).unwrap();
            for made in &profile.categories {
                assert_eq!(list.missing(&policy.rows[&made.category].items, NOW), []);
            }
            let price = |offer: &Offer| match offer {
                Offer::Priced(price) => price.from.0 >= 500 && price.to.is_none_or(|to| to > price.from),
                Offer::NotOffered => true,
            };
            assert!(list.entries.iter().all(|entry| price(&entry.offer)), "{list:?}");
            assert_eq!(city.price_list(index, profile, &policy).unwrap(), list);
        }
    });
}

#[test]
fn the_same_seed_gives_the_same_city_and_another_seed_another_one() {
    let names = |seed| {
        with_city(50, seed, |city, _| {
            let workers: Vec<Worker> =
                (0..50).flat_map(|index| city.workers(index).collect::<Vec<_>>()).collect();
            (city.merchants().collect::<Vec<_>>(), workers)
        })
    };
    assert_eq!(names(1), names(1));
    assert_ne!(names(1), names(2));
}

#[test]
fn every_sample_merchant_has_a_code_of_its_own_and_another_sample_has_other_codes() {
    let codes = |seed| {
        with_city(1_000, seed, |city, _| {
            (0..1_000).map(|index| city.registration(index).unwrap().code).collect::<HashSet<_>>()
        })
    };
    let (one, other) = (codes(1), codes(2));
    assert_eq!((one.len(), one.intersection(&other).count()), (1_000, 0));
}

#[test]
fn a_thousand_merchants_and_thirty_thousand_workers_all_have_ids_and_companies_names_of_their_own() {
    ningbo(|city, merchants| {
        let workers: Vec<Worker> =
            (0..1_000).flat_map(|index| city.workers(index).collect::<Vec<_>>()).collect();
        assert_eq!((merchants.len(), workers.len()), (1_000, 30_000));
        assert_eq!(workers.iter().map(|worker| worker.id).collect::<HashSet<_>>().len(), 30_000);
        assert_eq!(workers.iter().map(|worker| &worker.card).collect::<HashSet<_>>().len(), 30_000);
        assert_eq!(
            merchants.iter().map(|made| made.merchant.profile.id).collect::<HashSet<_>>().len(),
            1_000
        );
        assert_eq!(
            merchants.iter().map(|made| &made.merchant.profile.name).collect::<HashSet<_>>().len(),
            1_000
        );
        assert!(merchants.is_sorted_by_key(|made| made.merchant.profile.id));
        assert!(workers.iter().all(|worker| worker.masked_name.ends_with('*')));
        let sizes: HashSet<usize> = (0..1_000).map(|index| city.workers(index).count()).collect();
        assert!(sizes.len() > 20 && !sizes.contains(&0), "{sizes:?}");
    });
}

#[test]
fn in_town_a_list_of_a_common_trade_has_8_to_40_merchants_of_several_grades_and_elsewhere_at_least_3() {
    ningbo(|_, merchants| {
        let lists = lists(merchants, |_| true);
        for (category, area) in
            COMMON.iter().flat_map(|common| areas().into_iter().map(move |area| (common, area)))
        {
            let list = &lists[&(CategoryCode::try_new(category).unwrap(), area)];
            let in_town = URBAN.contains(&area.district().code()) && area.code() % 1_000 < 100;
            let expected = if in_town { 8..=40 } else { 3..=40 };
            assert!(expected.contains(&list.len()), "{category} in {area}: {}", list.len());
            let grades: HashSet<&Grade> = list.iter().collect();
            assert!(!in_town || grades.len() >= 3, "{category} in {area}: {grades:?}");
        }
    });
}

#[test]
fn every_category_has_somebody_in_every_street_and_nobody_does_what_is_in_no_catalogue() {
    ningbo(|_, merchants| {
        let everywhere = categories().into_iter().flat_map(|category| {
            areas().into_iter().map(move |area| (category.clone(), area)).collect::<Vec<_>>()
        });
        assert_eq!(lists(merchants, |_| true).into_keys().collect::<BTreeSet<_>>(), everywhere.collect());
    });
}

#[test]
fn what_cannot_wait_has_somebody_at_night_in_every_street() {
    ningbo(|_, merchants| {
        let at_night = lists(merchants, |merchant| merchant.profile.hours == Hours::ALL_DAY);
        let urgent = [
            "car-rescue",
            "elderly-emergency-call",
            "lock-opening",
            "plumbing",
            "electrical",
            "pipe-clearing",
        ];
        for code in urgent {
            let category = CategoryCode::try_new(code).unwrap();
            assert!(
                areas().into_iter().all(|area| at_night.contains_key(&(category.clone(), area))),
                "{code}"
            );
        }
    });
}

#[test]
fn a_merchant_combines_trades_of_one_family_and_its_name_says_the_first_of_them() {
    let families = recipe().families;
    ningbo(|_, merchants| {
        for made in merchants {
            let profile = &made.merchant.profile;
            let does = |category| profile.categories.iter().any(|signed| signed.category == category);
            let of_one = families.iter().any(|family| {
                let ends = |name: &String| profile.name.ends_with(name.as_str());
                let said =
                    family.trades.iter().filter(|trade| trade.shops.iter().chain(&trade.firms).any(ends));
                let known =
                    |signed: &CategoryCode| family.trades.iter().any(|trade| trade.category == *signed);
                said.into_iter().any(|trade| does(trade.category.clone()))
                    && profile.categories.iter().all(|signed| known(&signed.category))
            });
            assert!(of_one, "{} does {:?}", profile.name, profile.categories);
        }
    });
}

#[test]
fn the_bigger_a_merchant_the_more_it_serves_and_most_are_small() {
    ningbo(|city, merchants| {
        let mut sizes: Vec<(usize, usize)> = Vec::new();
        for (index, made) in (0..).zip(merchants) {
            let (profile, workers) = (&made.merchant.profile, city.workers(index).count());
            assert!(profile.areas.len() >= 3 && profile.areas.contains(&profile.home));
            assert_eq!(profile.areas.iter().collect::<HashSet<_>>().len(), profile.areas.len());
            assert!((1..=workers.max(2)).contains(&usize::from(profile.capacity)), "{profile:?}");
            sizes.push((workers, profile.areas.len()));
        }
        sizes.sort_unstable();
        let (small, large) = (&sizes[..500], &sizes[950..]);
        let streets =
            |part: &[(usize, usize)]| part.iter().map(|(_, areas)| areas).sum::<usize>() / part.len();
        assert!(small[499].0 <= 15 && large[0].0 >= 100, "{:?} {:?}", small[499], large[0]);
        assert!(streets(small) <= 6 && streets(large) >= 25, "{} {}", streets(small), streets(large));
    });
}

#[test]
fn merchants_are_where_people_are() {
    ningbo(|_, merchants| {
        let in_town =
            merchants.iter().filter(|made| URBAN.contains(&made.merchant.profile.home.district().code()));
        let in_town = in_town.count();
        assert!((400..=600).contains(&in_town), "{in_town}");
    });
}

#[test]
fn grades_come_from_the_rules_and_all_of_them_occur() {
    with_city(1_000, 7, |city, rules| {
        let mut grades: HashMap<Grade, u32> = HashMap::new();
        for made in city.merchants() {
            let credit = &made.merchant.credit;
            assert_eq!(rules.score(credit.tally.points), credit.score);
            assert!(rules.merited(credit.tally.points, credit.tally.evidence) >= credit.grade);
            assert_eq!(verify_chain(made.merchant.profile.id, &made.entries), Ok(credit.tip));
            assert!(i64::from(made.merchant.verified_orders()) >= credit.tally.evidence.callbacks());
            *grades.entry(credit.grade).or_default() += 1;
        }
        let of = |grade| grades.get(&grade).copied().unwrap_or(0);
        assert!(of(Grade::A) + of(Grade::B) > 600 && of(Grade::AAA) < 80, "{grades:?}");
        assert!((20..=120).contains(&(of(Grade::C) + of(Grade::D))), "{grades:?}");
        assert_eq!(grades.len(), 6, "{grades:?}");
    });
}

#[test]
fn a_merchant_is_green_as_long_as_its_workers_say_and_most_are() {
    ningbo(|city, merchants| {
        for (index, made) in (0..).zip(merchants) {
            let workers: Vec<Worker> = city.workers(index).collect();
            let profile = &made.merchant.profile;
            assert_eq!(green_until(workers.iter().map(|worker| worker.papers)), profile.green_until);
            assert!(workers.iter().all(|worker| worker.employer() == Some(profile.id)));
        }
        let green = merchants.iter().filter(|made| made.merchant.profile.green_until > Some(NOW)).count();
        assert!((930..=990).contains(&green), "{green}");
        let colours: HashSet<Colour> = (0..1_000)
            .flat_map(|index| city.workers(index).map(|worker| worker.papers.colour(NOW)).collect::<Vec<_>>())
            .collect();
        assert_eq!(colours.len(), 3);
    });
}

#[test]
fn every_invented_standard_says_that_it_is_one_and_has_a_few_clauses_to_cite() {
    let (recipe, known) = (recipe(), categories());
    assert!(recipe.standards.iter().any(|editions| editions.len() > 1), "none was superseded");
    for says in recipe.standards.iter().flatten() {
        let number = says.number.as_str();
        assert!(number.starts_with("Q/SAMPLE ") && says.kind == StandardKind::Enterprise, "{number}");
        assert!(says.title.as_ref().is_some_and(|title| title.ends_with("（示例）")), "{number}");
        assert!((3..=6).contains(&says.clauses.len()) && says.valid_from.is_some(), "{number}");
        assert!(says.categories.iter().all(|category| known.contains(category)), "{number}");
    }
}

#[test]
fn a_million_merchants_are_made_one_by_one() {
    with_city(1_000_000, 3, |city, _| {
        assert!(city.merchant(999_999).is_some() && city.merchant(1_000_000).is_none());
        assert_eq!(city.merchants().take(100).count(), 100);
        let names: HashSet<String> = (0..3_000)
            .filter_map(|step| city.merchant(step * 97))
            .map(|made| made.merchant.profile.name)
            .collect();
        assert_eq!(names.len(), 3_000);
    });
}

#[test]
fn a_plan_without_streets_with_a_strange_one_or_with_half_a_recipe_is_refused() {
    let (rules, districts, recipe) = (rules(), districts(), recipe());
    let refused = |districts: &[SampleDistrict], recipe: &Recipe| {
        SampleCity::try_new(plan(districts, recipe, &rules)).err().unwrap()
    };
    assert_eq!(refused(&[], &recipe), PlanError::NoAreas);
    let stray = Area::try_new(330_100_001).unwrap();
    let mut strange = districts.clone();
    strange[0].streets.push((stray, "街道".to_owned()));
    assert_eq!(refused(&strange, &recipe), PlanError::OtherCity(stray));
    let idle = Recipe { families: Vec::new(), ..recipe.clone() };
    assert_eq!(refused(&districts, &idle), PlanError::Incomplete);
    let mut nameless = recipe;
    nameless.families[0].trades[0].firms.clear();
    assert_eq!(refused(&districts, &nameless), PlanError::Incomplete);
}

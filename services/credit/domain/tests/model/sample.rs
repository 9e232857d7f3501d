//! The sample city.

use std::collections::{HashMap, HashSet};

use crate::support::{NOW, rules};
use credit_domain::sample::{Plan, PlanError, SampleCategory, SampleCity};
use credit_domain::{Change, Colour, Hours, Rules, Status, Worker, green_until, verify_chain};
use kernel::{Area, CategoryCode, City, District, Grade};

/// Ten districts of 6 to 24 streets.
fn areas() -> Vec<Area> {
    (0..10)
        .flat_map(|district| {
            (1..=6 + district * 2).map(move |street| 330_200_000 + (district + 1) * 1_000 + street)
        })
        .map(|code| Area::try_new(code).unwrap())
        .collect()
}

fn categories() -> Vec<SampleCategory> {
    (0..21)
        .map(|number| SampleCategory {
            code: CategoryCode::try_new(&format!("category-{number}")).unwrap(),
            trade: format!("行业{number}"),
            round_the_clock: number < 3,
        })
        .collect()
}

fn with_city<T>(merchants: u32, seed: u64, look: impl FnOnce(&SampleCity<'_>, &Rules) -> T) -> T {
    let (rules, areas, categories) = (rules(), areas(), categories());
    let city = SampleCity::try_new(Plan {
        seed,
        city: City::try_new(330_200).unwrap(),
        city_name: "宁波",
        areas: &areas,
        categories: &categories,
        merchants,
        workers: merchants * 30,
        now: NOW,
        rules: &rules,
    })
    .unwrap();
    look(&city, &rules)
}

fn ningbo<T>(look: impl FnOnce(&SampleCity<'_>, &[Change]) -> T) -> T {
    with_city(1_000, 81_890, |city, _| look(city, &city.merchants().collect::<Vec<_>>()))
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
fn every_category_has_a_few_merchants_in_every_district() {
    ningbo(|_, merchants| {
        let mut serving: HashMap<(District, CategoryCode), u32> = HashMap::new();
        for made in merchants {
            let profile = &made.merchant.profile;
            for commitment in &profile.categories {
                *serving.entry((profile.home.district(), commitment.category.clone())).or_default() += 1;
            }
        }
        assert_eq!(serving.len(), 10 * 21);
        assert!(serving.values().all(|count| *count >= 4));
    });
}

#[test]
fn every_category_can_be_served_now_in_nearly_every_street() {
    ningbo(|_, merchants| {
        let mut served: HashSet<(Area, &CategoryCode)> = HashSet::new();
        for made in merchants {
            let merchant = &made.merchant;
            let profile = &merchant.profile;
            let eligible = merchant.status == Status::Affiliated
                && merchant.credit.grade > Grade::D
                && profile.green_until > Some(NOW);
            for commitment in profile.categories.iter().filter(|_| eligible) {
                served.extend(profile.areas.iter().map(|area| (*area, &commitment.category)));
            }
        }
        let all = areas().len() * 21;
        assert!(served.len() * 100 >= all * 97, "{} of {all}", served.len());
    });
}

#[test]
fn each_merchant_serves_3_to_8_streets_of_its_own_district_with_a_capacity_of_2_to_12() {
    ningbo(|_, merchants| {
        for made in merchants {
            let profile = &made.merchant.profile;
            assert!((3..=8).contains(&profile.areas.len()) && profile.areas.contains(&profile.home));
            assert!(profile.areas.iter().all(|area| area.district() == profile.home.district()));
            assert_eq!(profile.areas.iter().collect::<HashSet<_>>().len(), profile.areas.len());
            assert!((1..=4).contains(&profile.categories.len()) && (2..=12).contains(&profile.capacity));
        }
        let hours: HashSet<Hours> = merchants.iter().map(|made| made.merchant.profile.hours).collect();
        assert!(hours.len() <= 5 && hours.contains(&Hours::ALL_DAY));
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
        assert!(grades[&Grade::AAA] > 40 && grades[&Grade::D] < 50 && grades[&Grade::B] > 200, "{grades:?}");
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
            assert!(workers.iter().all(|worker| worker.merchant == profile.id));
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
fn a_plan_without_streets_or_with_a_strange_one_is_refused() {
    let (rules, categories) = (rules(), categories());
    let plan = |areas| Plan {
        seed: 1,
        city: City::try_new(330_200).unwrap(),
        city_name: "宁波",
        areas,
        categories: &categories,
        merchants: 1,
        workers: 1,
        now: NOW,
        rules: &rules,
    };
    assert_eq!(SampleCity::try_new(plan(&[])).unwrap_err(), PlanError::NoAreas);
    let stray = Area::try_new(330_100_001).unwrap();
    assert_eq!(SampleCity::try_new(plan(&[stray])).unwrap_err(), PlanError::OtherCity(stray));
}

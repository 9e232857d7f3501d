//! What accounts of the staff are called.

use core::time::Duration;

use intake_domain::{Colleague, SignIn};
use kernel::{ActorId, City, Timestamp};

use crate::support::{NOW, words};

fn named(name: Option<&str>) -> SignIn {
    SignIn { id: ActorId::from_u128(1), city: Some(ningbo()), name: name.map(words) }
}

fn ningbo() -> City {
    City::try_new(330_200).unwrap()
}

fn later() -> Timestamp {
    NOW.after(Duration::from_secs(86_400))
}

fn first(name: &str) -> Colleague {
    Colleague::signed_in(None, &named(Some(name)), NOW).unwrap()
}

#[test]
fn the_last_name_holds_and_keeps_since_when_until_it_is_another() {
    let xiaohe = first("小禾");
    let again = Colleague::signed_in(Some(&xiaohe), &named(Some("小禾")), later()).unwrap();
    assert_eq!((again.named_at, again.seen_at), (NOW, later()));
    let renamed = Colleague::signed_in(Some(&again), &named(Some("小满")), later()).unwrap();
    assert_eq!((renamed.name.in_the_clear(), renamed.named_at), ("小满", later()));
}

#[test]
fn whom_the_issuer_gives_no_name_any_more_is_nobody() {
    let known = first("小禾");
    for nameless in [None, Some(""), Some(" \n"), Some("\u{7f}")] {
        assert_eq!(Colleague::signed_in(Some(&known), &named(nameless), later()), None, "{nameless:?}");
    }
}

#[test]
fn a_name_is_one_line_of_40_characters_at_most() {
    assert_eq!(first(" 小\n禾\t ").name.in_the_clear(), "小禾");
    assert_eq!(first(&"禾".repeat(50)).name.chars(), 40);
}

#[test]
fn who_works_in_one_city_is_not_known_in_another_and_who_works_in_all_is_known_in_each() {
    let shanghai = City::try_new(310_100).unwrap();
    let here = first("小禾");
    assert!(here.works_in(ningbo()) && !here.works_in(shanghai));
    let everywhere = Colleague { city: None, ..here };
    assert!(everywhere.works_in(ningbo()) && everywhere.works_in(shanghai));
}

#[test]
fn i7_a_name_is_in_nothing_that_is_logged() {
    assert!(!format!("{:?} {:?}", named(Some("小禾")), first("小禾")).contains("小禾"));
}

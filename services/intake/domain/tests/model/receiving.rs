//! Accepting a draft.

use core::time::Duration;

use intake_domain::{Draft, FieldCode, Kind, Known, Status, receive};
use kernel::{Area, Urgency, Version};
use proptest::prelude::*;

use crate::support::{NOW, draft, known, words};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3_600);

fn mistakes(change: impl FnOnce(&mut Draft, &mut Known)) -> Vec<(&'static str, FieldCode)> {
    let (mut draft, mut known) = (draft(), known());
    change(&mut draft, &mut known);
    let errors = receive(draft, known, NOW).err().unwrap_or_default();
    errors.into_iter().map(|error| (error.pointer, error.code)).collect()
}

#[test]
fn a_good_draft_becomes_a_request_at_version_1_with_its_first_entry() {
    let change = receive(draft(), known(), NOW).unwrap();
    let request = change.request;
    assert_eq!(
        (request.status, request.version, change.entry.seq),
        (Status::Received, Version(1), Version(1))
    );
    assert_eq!((request.wanted_at, request.due_by), (NOW, NOW.after(Urgency::Emergency.due_in())));
    assert_eq!(request.contact.phone.in_the_clear(), "13800001234");
    assert_eq!((change.entry.kind, change.entry.by), (Kind::Received, draft().by));
}

#[test]
fn a_request_for_later_is_due_after_the_time_it_is_wanted_at() {
    let later = NOW.after(DAY);
    let request = receive(Draft { wanted_at: Some(later), ..draft() }, known(), NOW).unwrap().request;
    assert_eq!((request.wanted_at, request.due_by), (later, later.after(Urgency::Emergency.due_in())));
}

#[test]
fn all_mistakes_are_named_at_once() {
    let all = mistakes(|draft, known| {
        draft.contact.phone = words("12345");
        draft.contact.name = words("  ");
        draft.contact.address = words("东");
        draft.area = Area::try_new(330_100_001).unwrap();
        draft.wanted_at = Some(NOW.after(DAY * 61));
        draft.description = words(&"长".repeat(1_001));
        known.area = false;
    });
    assert_eq!(
        all,
        [
            ("/contact/phone", FieldCode::Malformed),
            ("/contact/name", FieldCode::Required),
            ("/contact/address", FieldCode::TooShort),
            ("/area", FieldCode::OtherCity),
            ("/wanted_at", FieldCode::TooFarAhead),
            ("/description", FieldCode::TooLong),
        ]
    );
}

#[test]
fn an_unknown_item_and_an_unknown_street_are_mistakes_of_their_own() {
    assert_eq!(mistakes(|_, known| known.item = None), [("/item", FieldCode::Unknown)]);
    assert_eq!(mistakes(|_, known| known.area = false), [("/area", FieldCode::Unknown)]);
}

#[test]
fn an_address_is_needed_only_where_a_home_is_entered() {
    let without = |enters_home: bool| {
        mistakes(|draft, known| {
            draft.contact.address = words("");
            known.item.as_mut().unwrap().enters_home = enters_home;
        })
    };
    assert_eq!(without(true), [("/contact/address", FieldCode::Required)]);
    assert_eq!(without(false), []);
}

#[test]
fn a_time_in_the_past_is_refused_but_a_slow_clock_is_not() {
    assert_eq!(mistakes(|draft, _| draft.wanted_at = Some(NOW.before(MINUTE * 4))), []);
    let past = mistakes(|draft, _| draft.wanted_at = Some(NOW.before(MINUTE * 6)));
    assert_eq!(past, [("/wanted_at", FieldCode::InThePast)]);
    let slow = receive(Draft { wanted_at: Some(NOW.before(MINUTE)), ..draft() }, known(), NOW).unwrap();
    assert_eq!(slow.request.wanted_at, NOW);
}

#[test]
fn control_characters_are_refused_and_line_breaks_only_outside_the_description() {
    assert_eq!(mistakes(|draft, _| draft.description = words("一\n二\t三")), []);
    let bell = mistakes(|draft, _| draft.description = words("一\u{7}"));
    assert_eq!(bell, [("/description", FieldCode::Malformed)]);
    let broken = mistakes(|draft, _| draft.contact.name = words("王\n明"));
    assert_eq!(broken, [("/contact/name", FieldCode::Malformed)]);
}

proptest! {
    #[test]
    fn i7_what_was_handed_in_is_never_repeated_in_an_error_or_a_log(secret in "[A-Z]{12}[A-Z ]{40}") {
        let mut draft = draft();
        draft.contact.name = words(&secret);
        draft.contact.phone = words(&secret);
        draft.description = words(&secret.repeat(30));
        let logged = format!("{draft:?}");
        prop_assert!(!logged.contains(&secret[..12]));
        let errors = receive(draft, known(), NOW).unwrap_err();
        prop_assert!(errors.len() >= 2);
        let told = format!("{errors:?}");
        prop_assert!(!told.contains(&secret[..12]));
        prop_assert!(errors.iter().all(|error| !error.to_string().contains(&secret[..12])));
    }
}

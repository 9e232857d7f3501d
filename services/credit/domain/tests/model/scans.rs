//! Codes at the door: what is refused, what is shown, who is let in.

use core::time::Duration;

use credit_domain::keys::SecretKey;
use credit_domain::workers::commands::{At, Terms, enrol, review_papers};
use credit_domain::workers::{
    Claims, CodeError, CodeRing, Employer, EntryRefusal, Outcome, Presented, Proof, Scan, confirm_entry,
    look, printed,
};
use credit_domain::{Colour, Identity, Papers, Status, Worker};
use kernel::{Actor, Channel, City, Grade, ScanId, Step, Timestamp, WorkerId};
use proptest::prelude::*;

use crate::support::NOW;
use crate::workers::{card, days, merchant, newcomer};

const WECHAT: Actor = Actor::Channel { channel: Channel::Wechat };
const WITHIN: Duration = Duration::from_secs(600);

fn key(letter: char) -> SecretKey {
    // 32 times the same byte, in base64.
    SecretKey::try_new(&format!("{}=", letter.to_string().repeat(43))).unwrap()
}

fn ring(letters: &str) -> CodeRing {
    CodeRing::new(letters.chars().map(key).collect())
}

fn claims(worker: u128, nonce: u128) -> Claims {
    let city = City::try_new(330_200).unwrap();
    Claims { city, worker: WorkerId::from_u128(worker), expires_s: NOW.as_secs() + 60, nonce }
}

#[test]
fn an_entry_token_is_good_for_its_scan_alone_and_survives_a_new_key() {
    let (city, elsewhere) = (City::try_new(330_200).unwrap(), City::try_new(330_100).unwrap());
    let (scan, other) = (ScanId::from_u128(1), ScanId::from_u128(2));
    let token = ring("A").entry_token(city, scan).unwrap();
    assert!(ring("EA").is_entry_token(&token, city, scan));
    assert!(!ring("A").is_entry_token(&token, city, other));
    assert!(!ring("A").is_entry_token(&token, elsewhere, scan));
    assert!(!ring("E").is_entry_token(&token, city, scan));
    for text in ["", "x", &token[1..], &ring("A").sign(claims(1, 2)).unwrap()] {
        assert!(!ring("A").is_entry_token(text, city, scan), "{text}");
    }
    assert_eq!(CodeRing::default().entry_token(city, scan), None);
}

#[test]
fn a_code_is_good_until_it_expires() {
    let (ring, said) = (ring("A"), claims(1, 2));
    let code = ring.sign(said).unwrap();
    assert_eq!(code.len(), "81890:p:".len() + 151);
    let at = |seconds: u64| ring.read(&code, NOW.after(Duration::from_secs(seconds)));
    assert_eq!((at(0), at(59)), (Ok(Presented::Phone(said)), Ok(Presented::Phone(said))));
    assert_eq!((at(60), at(6_000)), (Err(CodeError::Expired(said)), Err(CodeError::Expired(said))));
}

#[test]
fn while_keys_are_changed_codes_of_both_are_good_and_the_first_signs() {
    let (old, both, new) = (ring("A"), ring("QA"), ring("Q"));
    let code = old.sign(claims(1, 2)).unwrap();
    assert!(both.read(&code, NOW).is_ok());
    assert_eq!(new.read(&code, NOW), Err(CodeError::Forged));
    let fresh = both.sign(claims(1, 2)).unwrap();
    assert!(new.read(&fresh, NOW).is_ok());
    assert_eq!(CodeRing::default().sign(claims(1, 2)), None);
}

#[test]
fn a_printed_code_names_the_card_and_what_is_neither_is_unreadable() {
    let ring = ring("A");
    assert_eq!(printed(card(42)), "81890:c:330200-0000042");
    assert_eq!(ring.read(&printed(card(42)), NOW), Ok(Presented::Card(card(42))));
    let long = format!("81890:p:{}", "A".repeat(10_000));
    for text in
        ["", "81890", "81890:p:", "81890:c:1", "81890:x:AAAA", "81890:p:AAAA", "https://example.com", &long]
    {
        assert_eq!(ring.read(text, NOW), Err(CodeError::Unreadable), "{text}");
    }
    for seed in ["", "c2hvcnQ=", "no base64"] {
        assert!(SecretKey::try_new(seed).is_err());
    }
}

#[test]
fn the_form_of_a_code_never_changes() {
    let code = ring("A").sign(claims(7, 9)).unwrap();
    assert_eq!(code, include_str!("code.v1.txt").trim());
}

proptest! {
    #[test]
    fn a_code_altered_in_any_bit_is_refused(worker: u128, nonce: u128, at in 0_usize..159, bit in 0_u8..8) {
        let ring = ring("AQ");
        let mut bytes = ring.sign(claims(worker, nonce)).unwrap().into_bytes();
        let place = at % bytes.len();
        bytes[place] ^= 1 << bit;
        if let Ok(altered) = String::from_utf8(bytes) {
            let refused = matches!(ring.read(&altered, NOW), Err(CodeError::Unreadable | CodeError::Forged));
            prop_assert!(refused, "{altered}");
        }
    }

    #[test]
    fn no_bytes_but_ours_are_a_code(bytes in prop::collection::vec(any::<u8>(), 0..140)) {
        use base64::Engine as _;
        let text = format!("81890:p:{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes));
        prop_assert!(ring("A").read(&text, NOW).is_err());
    }
}

fn worker(papers: Papers) -> Worker {
    let terms = Terms::default();
    let at = At { by: Actor::Platform, now: NOW, terms: &terms };
    let new = enrol(newcomer(7), at).worker;
    review_papers(&new, papers, at).unwrap().done().map_or(new, |changed| changed.worker)
}

fn green() -> Papers {
    Papers { identity: Identity::Passed, exam_until: Some(days(90)), insurance_until: Some(days(60)) }
}

fn employer(status: Status) -> Employer {
    Employer {
        id: merchant(1),
        name: "甬诚锁业服务部".to_owned(),
        grade: Grade::AA,
        under_objection: false,
        status,
    }
}

#[test]
fn the_phone_shows_the_colour_of_the_moment_and_when_it_ends() {
    let worker = worker(green());
    let shown =
        |now| look(&worker, &employer(Status::Affiliated), Proof::Phone, now).unwrap().safety.unwrap();
    assert_eq!((shown(NOW).colour, shown(NOW).papers_until), (Colour::Green, Some(days(60))));
    assert_eq!(shown(days(60)).colour, Colour::Yellow);
}

#[test]
fn a_printed_card_never_shows_a_colour() {
    for papers in [green(), Papers::NONE] {
        let sight = look(&worker(papers), &employer(Status::Affiliated), Proof::Card, NOW).unwrap();
        assert_eq!((sight.card, sight.safety), (card(1), None));
    }
}

#[test]
fn whoever_no_affiliated_merchant_enrols_is_not_shown() {
    let worker = worker(green());
    let removed = look(&worker, &employer(Status::Removed), Proof::Phone, NOW);
    assert_eq!(removed, Err(Outcome::MerchantRemoved));
    let other = Employer { id: merchant(2), ..employer(Status::Affiliated) };
    assert_eq!(look(&worker, &other, Proof::Phone, NOW), Err(Outcome::NotEnrolled));
    let suspended = look(&worker, &employer(Status::Suspended), Proof::Phone, NOW).unwrap();
    assert_eq!(suspended.merchant_status, Status::Suspended, "a citizen could not tell");
}

fn scan(proof: Proof, outcome: Outcome) -> Scan {
    let shown = outcome == Outcome::Shown;
    Scan {
        id: ScanId::from_u128(5),
        city: City::try_new(330_200).unwrap(),
        by: WECHAT,
        proof,
        outcome,
        worker: shown.then_some(WorkerId::from_u128(7)),
        merchant: shown.then_some(merchant(1)),
        at: NOW,
    }
}

#[test]
fn an_entry_is_confirmed_once_and_a_repetition_gets_the_first() {
    let (scan, worker) = (scan(Proof::Phone, Outcome::Shown), worker(green()));
    let first = confirm_entry(&scan, &worker, None, (WECHAT, None, NOW), WITHIN).unwrap().done().unwrap();
    assert_eq!((first.worker, first.merchant, first.at), (worker.id, merchant(1), NOW));
    let again = confirm_entry(&scan, &worker, Some(first), (WECHAT, None, days(1)), WITHIN);
    assert_eq!(again, Ok(Step::AlreadyDone(first)));
}

#[test]
fn each_reason_not_to_let_somebody_in_is_told_apart() {
    let phone = scan(Proof::Phone, Outcome::Shown);
    let (good, red) = (worker(green()), worker(Papers::NONE));
    let elsewhere = Worker { id: WorkerId::from_u128(8), ..good.clone() };
    let baidu = Actor::Channel { channel: Channel::Baidu };
    let late = NOW.after(WITHIN + Duration::from_secs(1));
    let refused = |scan: &Scan, worker: &Worker, by: Actor, now: Timestamp| {
        confirm_entry(scan, worker, None, (by, None, now), WITHIN).unwrap_err()
    };
    assert_eq!(refused(&phone, &good, baidu, NOW), EntryRefusal::NotYours);
    assert_eq!(refused(&scan(Proof::Phone, Outcome::Used), &good, WECHAT, NOW), EntryRefusal::NothingShown);
    assert_eq!(refused(&scan(Proof::Card, Outcome::Shown), &good, WECHAT, NOW), EntryRefusal::IdentifiesOnly);
    assert_eq!(refused(&phone, &good, WECHAT, late), EntryRefusal::TooLate);
    assert_eq!(refused(&phone, &elsewhere, WECHAT, NOW), EntryRefusal::Moved);
    assert_eq!(refused(&phone, &red, WECHAT, NOW), EntryRefusal::Red);
}

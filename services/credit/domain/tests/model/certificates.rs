//! Certificates: who gets one, when it ends, and what a reader without a connection makes of it.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;

use credit_domain::certificate::{
    Certificate, CertificateNumber, CertificateRefusal, Holding, Issuing, ReadError, Revocations, State,
    Statement, Terms, Verdict, Why, read, seal, verify,
};
use credit_domain::keys::{KeyRing, SecretKey, TrustList};
use credit_domain::{Commitment, Merchant, Opening, Status, affiliate};
use kernel::{Actor, CategoryCode, City, Grade, MerchantId, Step, Timestamp, Version};
use proptest::prelude::*;

use crate::support::{NOW, at, days, profile, rules};

pub(crate) fn key(letter: char) -> SecretKey {
    // 32 times the same byte, in base64.
    SecretKey::try_new(&format!("{}=", letter.to_string().repeat(43))).unwrap()
}

fn trust(letters: &str) -> TrustList {
    TrustList::new(letters.chars().map(|letter| key(letter).public().clone()))
}

fn number(serial: u32) -> CertificateNumber {
    CertificateNumber::try_new(City::try_new(330_200).unwrap(), 2026, serial).unwrap()
}

fn category(code: &str) -> CategoryCode {
    CategoryCode::try_new(code).unwrap()
}

pub(crate) fn statement() -> Statement {
    Statement {
        number: number(123),
        issuer: "81890求助服务中心".to_owned(),
        merchant: MerchantId::from_u128(3),
        name: "甬诚锁业服务部".to_owned(),
        grade: Grade::AA,
        categories: vec![category("appliance-repair"), category("lock-opening")],
        standing_version: Version(8),
        valid_from: NOW,
        valid_until: NOW.after(days(98)),
    }
}

/// The statement's code, the list and the keys, made once: an unoptimised build is slow at it.
static GIVEN: LazyLock<(Vec<u8>, Vec<u8>, TrustList)> = LazyLock::new(|| {
    let code = unpacked(&seal(&statement(), &key('A')).unwrap());
    (code, list(&[1, 2, 3], &[4]).seal(&key('A')).unwrap(), trust("A"))
});

fn packed(bytes: &[u8]) -> String {
    format!("NB1:{}", base45::encode(bytes))
}

fn unpacked(code: &str) -> Vec<u8> {
    base45::decode(code.strip_prefix("NB1:").unwrap()).unwrap()
}

pub(crate) fn list(revoked: &[u32], contested: &[u32]) -> Revocations {
    let numbers = |serials: &[u32]| serials.iter().map(|&serial| number(serial)).collect::<BTreeSet<_>>();
    Revocations {
        city: number(1).city(),
        issuer: "81890求助服务中心".to_owned(),
        issued_at: NOW,
        next_update: NOW.after(days(1)),
        revoked: numbers(revoked),
        contested: numbers(contested),
    }
}

fn merchant(grade: Grade) -> Merchant {
    let rules = rules();
    let mut merchant = affiliate(profile(), Opening::Newcomer, at(&rules, 1)).merchant;
    let until = NOW.after(days(400));
    merchant.profile.categories = ["lock-opening", "appliance-repair"]
        .map(|code| Commitment { category: category(code), commitment_until: until })
        .to_vec();
    merchant.credit.grade = grade;
    merchant
}

fn issue(
    holding: &Holding,
    merchant: &Merchant,
    now: Timestamp,
) -> Result<Step<Holding, ()>, CertificateRefusal> {
    let (terms, key) = (Terms::try_new("03-01", 30).unwrap(), key('A'));
    let with =
        Issuing { number: number(7), issuer: "81890", terms: &terms, key: &key, by: Actor::Platform, now };
    holding.issue(merchant, with)
}

fn held(merchant: &Merchant) -> Holding {
    issue(&Holding::awaited(NOW), merchant, NOW).unwrap().done().unwrap()
}

fn last(holding: &Holding) -> &Certificate {
    holding.last.as_ref().unwrap()
}

#[test]
fn a_certificate_verifies_offline_and_says_what_was_signed() {
    let code = seal(&statement(), &key('A')).unwrap();
    let checked = verify(&code, &trust("A"), Some(&list(&[], &[])), NOW);
    assert_eq!(
        (checked.verdict, checked.says, checked.contested),
        (Verdict::Valid, Some(statement()), false)
    );
}

#[test]
fn the_code_of_version_1_is_read_for_ever() {
    let golden = include_str!("certificate.v1.txt").trim_end();
    assert_eq!(seal(&statement(), &key('A')).unwrap(), golden);
    assert_eq!(read(golden, &trust("A")).unwrap(), (statement(), key('A').id()));
    // Upper case only, and so the dense mode of QR codes.
    assert!(golden.len() < 400 && !golden.contains(|one: char| one.is_ascii_lowercase()), "{}", golden.len());
}

#[test]
fn each_verdict_has_its_cause() {
    let code = seal(&statement(), &key('A')).unwrap();
    let (good, ours) = (list(&[], &[]), trust("A"));
    let at = |now| verify(&code, &ours, Some(&good), now).verdict;
    assert_eq!(at(NOW.before(Duration::from_secs(299))), Verdict::Valid);
    assert_eq!(at(NOW.before(days(1))), Verdict::NotYetValid);
    assert_eq!(at(NOW.after(days(98))), Verdict::Expired);
    let with = |list: Option<&Revocations>, now| verify(&code, &ours, list, now).verdict;
    assert_eq!(with(Some(&list(&[5, 123], &[])), NOW), Verdict::Revoked);
    assert_eq!(with(Some(&list(&[123], &[])), NOW.after(days(30))), Verdict::Revoked);
    assert_eq!(with(Some(&good), NOW.after(days(1))), Verdict::RevocationsTooOld);
    assert_eq!(with(None, NOW), Verdict::RevocationsTooOld);
    let elsewhere = Revocations { city: City::try_new(330_100).unwrap(), ..list(&[], &[]) };
    assert_eq!(with(Some(&elsewhere), NOW), Verdict::RevocationsTooOld);
    assert_eq!(verify(&code, &trust("Q"), Some(&good), NOW).verdict, Verdict::UnknownKey);
    assert_eq!(verify("HC1:ABC", &ours, Some(&good), NOW).verdict, Verdict::Unreadable);
    assert_eq!(verify(&"NB1:".repeat(2_000), &ours, Some(&good), NOW).verdict, Verdict::Unreadable);
}

#[test]
fn a_grade_under_objection_shows_offline_too() {
    let code = seal(&statement(), &key('A')).unwrap();
    let checked = verify(&code, &trust("A"), Some(&list(&[], &[123])), NOW);
    assert_eq!((checked.verdict, checked.contested), (Verdict::Valid, true));
}

#[test]
fn a_signature_of_one_certificate_makes_no_other() {
    let key = key('A');
    let signed = unpacked(&seal(&statement(), &key).unwrap());
    let better = unpacked(&seal(&Statement { grade: Grade::AAA, ..statement() }, &key).unwrap());
    let (head, tail) = (&better[..better.len() - 64], &signed[signed.len() - 64..]);
    assert_eq!(verify(&packed(&[head, tail].concat()), &trust("A"), None, NOW).verdict, Verdict::Forged);
}

#[test]
fn a_certificate_says_nothing_that_is_not_signed() {
    let signed = unpacked(&seal(&statement(), &key('A')).unwrap());
    // Tag, array, the bytes of what is signed of the header, and then what is not: an empty map.
    let place = 3 + usize::from(signed[2] & 0x1F);
    assert_eq!(signed[place], 0xA0);
    let longer = [&signed[..place], &[0xA1, 0x04, 0x41, 0x61], &signed[place + 1..]].concat();
    assert_eq!(verify(&packed(&longer), &trust("A"), None, NOW).verdict, Verdict::Unreadable);
}

#[test]
fn a_list_of_revocations_is_no_certificate_and_the_other_way_round() {
    let (ours, key) = (trust("A"), key('A'));
    let signed = list(&[1], &[2]).seal(&key).unwrap();
    assert_eq!(Revocations::read(&signed, &ours), Ok(list(&[1], &[2])));
    assert_eq!(verify(&packed(&signed), &ours, None, NOW).verdict, Verdict::Forged);
    let as_list = unpacked(&seal(&statement(), &key).unwrap());
    assert!(matches!(Revocations::read(&as_list, &ours), Err(ReadError::Unproven(_))));
}

#[test]
fn keys_are_changed_without_a_gap_and_the_secret_of_a_former_one_can_be_destroyed() {
    let code = seal(&statement(), &key('A')).unwrap();
    let ring = KeyRing::new(vec![key('Q')], vec![key('A').public().clone()]);
    assert_eq!(ring.signer().unwrap().id(), key('Q').id());
    assert!(read(&code, ring.trusted()).is_ok());
    assert!(read(&seal(&statement(), ring.signer().unwrap()).unwrap(), ring.trusted()).is_ok());
}

proptest! {
    #[test]
    fn any_flipped_byte_of_the_text_is_refused(place in 0_usize..400, bit in 0_u8..7) {
        let (code, _, ours) = &*GIVEN;
        let mut bytes = packed(code).into_bytes();
        let place = place % bytes.len();
        bytes[place] ^= 1 << bit;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert!(read(&changed, ours).is_err());
    }

    #[test]
    fn any_flipped_bit_of_what_is_signed_is_refused(place in 0_usize..400, bit in 0_u8..8) {
        let (code, list, ours) = &*GIVEN;
        let flipped = |signed: &[u8]| {
            let mut signed = signed.to_vec();
            let place = place % signed.len();
            signed[place] ^= 1 << bit;
            signed
        };
        prop_assert!(read(&packed(&flipped(code)), ours).is_err());
        prop_assert!(Revocations::read(&flipped(list), ours).is_err());
    }

    #[test]
    fn whatever_is_read_is_harmless(text in ".{0,300}", bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let (_, _, ours) = &*GIVEN;
        prop_assert!(read(&text, ours).is_err());
        prop_assert!(read(&packed(&bytes), ours).is_err());
        prop_assert!(Revocations::read(&bytes, ours).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_statement_reads_back(
        name in "\\PC{1,60}",
        codes in prop::collection::btree_set("[a-z-]{1,40}", 0..30),
        serial in 1_u32..1_000_000,
        from in -10_000_000_000_i64..10_000_000_000,
    ) {
        let says = Statement {
            number: number(serial),
            name,
            categories: codes.iter().map(|code| category(code)).collect(),
            valid_from: Timestamp::from_micros(from * 1_000_000),
            ..statement()
        };
        prop_assert_eq!(read(&seal(&says, &key('A')).unwrap(), &trust("A")).unwrap().0, says);
    }
}

#[test]
fn a_certificate_says_what_the_standing_says_until_the_next_first_of_march() {
    let merchant = merchant(Grade::AA);
    let holding = held(&merchant);
    let says = &last(&holding).says;
    assert_eq!((says.grade, says.standing_version), (Grade::AA, merchant.version));
    assert_eq!(says.categories, [category("appliance-repair"), category("lock-opening")]);
    assert_eq!(says.valid_until.in_city().day.to_string(), "2027-03-01");
    assert_eq!(holding.due_at, Some(says.valid_until));
    assert_eq!(read(&last(&holding).code, &trust("A")).unwrap().0, *says);
}

#[test]
fn a_certificate_of_february_is_good_for_the_year_to_come_and_none_outlives_its_commitments() {
    let late = "2027-02-10T00:00:00Z".parse().unwrap();
    let mut merchant = merchant(Grade::B);
    let far = NOW.after(days(800));
    merchant.profile.categories.iter_mut().for_each(|made| made.commitment_until = far);
    let end = |merchant: &Merchant| {
        let holding = issue(&Holding::awaited(late), merchant, late).unwrap().done().unwrap();
        last(&holding).says.valid_until
    };
    assert_eq!(end(&merchant).in_city().day.to_string(), "2028-03-01");
    merchant.profile.categories[0].commitment_until = late.after(days(3));
    assert_eq!(end(&merchant), late.after(days(3)));
}

#[test]
fn asked_for_again_the_certificate_that_says_the_same_stands() {
    let merchant = merchant(Grade::AA);
    let holding = held(&merchant);
    assert_eq!(issue(&holding, &merchant, NOW.after(days(1))), Ok(Step::AlreadyDone(())));
    assert_eq!(holding.settle(&merchant, NOW.after(days(1))), Step::AlreadyDone(()));
    let mut more = merchant.clone();
    more.profile
        .categories
        .push(Commitment { category: category("moving"), commitment_until: NOW.after(days(90)) });
    assert_eq!(holding.settle(&more, NOW), Step::AlreadyDone(()));
    let replaced = holding.replaced(NOW).unwrap();
    assert_eq!(replaced.state, State::Revoked { at: NOW, why: Why::Replaced });
    assert_eq!(last(&issue(&holding, &more, NOW).unwrap().done().unwrap()).says.categories.len(), 3);
}

#[test]
fn whatever_becomes_untrue_revokes_it_at_once_and_the_next_one_is_due_where_the_standing_allows_it() {
    let before = merchant(Grade::AA);
    let holding = held(&before);
    let later = NOW.after(days(1));
    let changed = |change: fn(&mut Merchant)| {
        let mut after = before.clone();
        change(&mut after);
        let settled = holding.settle(&after, later).done().unwrap();
        (last(&settled).state, settled.due_at)
    };
    let revoked = |why| State::Revoked { at: later, why };
    assert_eq!(changed(|it| it.credit.grade = Grade::B), (revoked(Why::GradeChanged), Some(later)));
    assert_eq!(changed(|it| it.credit.grade = Grade::D), (revoked(Why::GradeChanged), None));
    assert_eq!(changed(|it| it.status = Status::Suspended), (revoked(Why::Suspended), None));
    assert_eq!(changed(|it| it.status = Status::Removed), (revoked(Why::Removed), None));
    assert_eq!(changed(|it| it.status = Status::Left), (revoked(Why::Left), None));
    assert_eq!(changed(|it| it.profile.categories.truncate(1)), (revoked(Why::CategoriesLost), Some(later)));
    assert_eq!(changed(|it| it.profile.name.push('新')), (revoked(Why::Renamed), Some(later)));
}

#[test]
fn a_suspension_that_ends_makes_the_next_certificate_due_and_what_was_revoked_stays_so() {
    let affiliated = merchant(Grade::A);
    let suspended = Merchant { status: Status::Suspended, ..affiliated.clone() };
    let revoked = held(&affiliated).settle(&suspended, NOW.after(days(1))).done().unwrap();
    assert_eq!(revoked.settle(&suspended, NOW.after(days(2))), Step::AlreadyDone(()));
    let resumed = revoked.settle(&affiliated, NOW.after(days(3))).done().unwrap();
    assert_eq!((last(&resumed).state, resumed.due_at), (last(&revoked).state, Some(NOW.after(days(3)))));
    assert_eq!(resumed.settle(&affiliated, NOW.after(days(4))), Step::AlreadyDone(()));
}

#[test]
fn an_objection_leaves_the_certificate_and_is_news_for_the_list() {
    let mut merchant = merchant(Grade::A);
    let holding = held(&merchant);
    merchant.under_objection = true;
    let later = NOW.after(days(1));
    let settled = holding.settle(&merchant, later).done().unwrap();
    assert_eq!(
        (settled.contested, settled.changed_at, last(&settled).verdict(later)),
        (true, later, Verdict::Valid)
    );
}

#[test]
fn nobody_is_vouched_for_who_is_out_at_grade_d_or_without_a_commitment() {
    let refused = |merchant: &Merchant| issue(&Holding::awaited(NOW), merchant, NOW).unwrap_err();
    assert_eq!(refused(&merchant(Grade::D)), CertificateRefusal::GradeD);
    for status in [Status::Suspended, Status::Removed, Status::Left] {
        let out = Merchant { status, ..merchant(Grade::AAA) };
        assert_eq!(refused(&out), CertificateRefusal::NotAffiliated(status));
    }
    let mut idle = merchant(Grade::AAA);
    idle.profile.categories.iter_mut().for_each(|made| made.commitment_until = NOW);
    assert_eq!(refused(&idle), CertificateRefusal::NoCategory);
}

#[test]
fn terms_name_a_day_that_every_year_has() {
    assert!(Terms::try_new("03-01", 30).is_ok());
    for (day, least) in [("02-29", 30), ("13-01", 30), ("3-1", 30), ("03-01", 181)] {
        assert!(Terms::try_new(day, least).is_err(), "{day} {least}");
    }
}

#[test]
fn a_number_reads_back_from_its_text_and_nothing_else_does() {
    assert_eq!(number(123).to_string(), "330200-2026-000123");
    assert_eq!("330200-2026-000123".parse(), Ok(number(123)));
    for text in ["330200-2026-123", "330200-2026-000000", "330200-2026-000123-1", "330200-2026-+00123", ""] {
        assert!(text.parse::<CertificateNumber>().is_err(), "{text}");
    }
}

#[cfg(feature = "sm")]
mod sm {
    use super::*;
    use credit_domain::keys::{Algorithm, PublicKey};

    const SEED: &str = "sm2:OUUgj3shRLE/NuOKxtOflYiTk2koYLUaQvuB7033xbg=";

    #[test]
    fn the_example_of_the_standard_verifies() {
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len() / 2).map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap()).collect()
        };
        // GB/T 32918.5, annex A.
        let public = hex(concat!(
            "04",
            "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020",
            "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13",
        ));
        let signature = hex(concat!(
            "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3",
            "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA",
        ));
        let public = PublicKey::from_bytes(Algorithm::Sm2, public).unwrap();
        assert!(public.verifies(b"message digest", &signature.try_into().unwrap()));
        assert_eq!(SecretKey::try_new(SEED).unwrap().id(), public.id());
    }

    #[test]
    fn certificates_of_both_algorithms_are_good_side_by_side() {
        let national = SecretKey::try_new(SEED).unwrap();
        let both = TrustList::new([national.public().clone(), key('A').public().clone()]);
        for signer in [&national, &key('A')] {
            let code = seal(&statement(), signer).unwrap();
            assert_eq!(read(&code, &both).unwrap(), (statement(), signer.id()));
        }
        let code = seal(&statement(), &national).unwrap();
        assert_eq!(verify(&code, &trust("A"), None, NOW).verdict, Verdict::UnknownKey);
    }
}

//! Merchants that were affiliated before this platform kept their files.

use credit_domain::admission::{
    AdmissionPolicy, Ban, Dossier, ExpiryNotice, NewPaper, Origin, Signed, Subject, TakeOverTerms,
    TakingOver, Wanted, take_over,
};
use credit_domain::prices::{Price, PriceChange, PriceList};
use credit_domain::{Cause, Change, Commitment, Denied, Hours, Status};
use kernel::{Actor, ActorId, Area, CaseId, CategoryCode, Fen, Timestamp};

use crate::applicant::{DAY, OFFICER, REVIEWER, item, locks, ningbo, paper, policy, registration};
use crate::support::{NOW, at, merchant_id, rules};

const CODE: &str = "91350100M000100Y4";

/// For another month, and each merchant has 90 days to complete its file.
fn terms() -> TakeOverTerms {
    TakeOverTerms { until: Some(NOW.after(DAY * 30)), complete_within_days: 90 }
}

fn taking_over() -> TakingOver {
    let street = Area::try_new(330_203_001).unwrap();
    TakingOver {
        merchant: merchant_id(),
        city: ningbo(),
        wanted: Wanted {
            name: "甬安".to_owned(),
            home: street,
            areas: vec![street],
            capacity: 5,
            hours: Hours::ALL_DAY,
        },
        commitments: vec![Commitment { category: locks(), commitment_until: NOW.after(DAY * 40) }],
        registration: registration(CODE, &["E1234567"]),
        register_check: "登记系统截图 7".to_owned(),
        proposed_by: OFFICER,
        approved_by: REVIEWER,
    }
}

fn decide(new: TakingOver, bans: &[Ban]) -> Result<(Dossier, Change), Denied> {
    let rules = rules();
    take_over(new, bans, &policy(), terms(), at(&rules, 7))
}

fn pointers(refused: Result<(Dossier, Change), Denied>) -> Vec<String> {
    let Err(Denied::Invalid(problems)) = refused else { panic!("{refused:?}") };
    problems.into_iter().map(|problem| problem.pointer).collect()
}

fn prices(policy: &AdmissionPolicy, now: Timestamp) -> PriceList {
    let price = Price { unit: "次".to_owned(), from: Fen(8_000), to: None, surcharges: vec![], note: None };
    let change = PriceChange { item: item(), valid_from: None, price: Some(price) };
    let list = PriceList::empty(ningbo(), merchant_id());
    list.change(vec![change], &policy.items(), Actor::Platform, now).unwrap().done().unwrap().list
}

/// The file with a paper that an officer has verified.
fn with_paper(file: &Dossier, code: &str, now: Timestamp) -> Dossier {
    let new = NewPaper {
        code: paper(code),
        number: "1".to_owned(),
        issuer: "宁波市公安局".to_owned(),
        valid_until: now.after(DAY * 300),
    };
    let (file, id) =
        file.file_paper(new, Actor::Merchant { id: merchant_id() }, now).unwrap().done().unwrap();
    file.judge_paper(id, true, "原件已核", OFFICER, now).unwrap().unwrap().done().unwrap()
}

fn signed(file: &Dossier, policy: &AdmissionPolicy, now: Timestamp) -> Dossier {
    let what = Signed { category: locks(), version: 1, text_hash: policy.commitment_hash(&locks()).unwrap() };
    file.sign(what, Actor::Merchant { id: merchant_id() }, policy, now).unwrap().done().unwrap()
}

fn missing(file: &Dossier, now: Timestamp) -> Vec<String> {
    file.categories(&policy(), now)[0].missing.iter().map(ToString::to_string).collect()
}

#[test]
fn a_merchant_that_is_taken_over_begins_as_a_newcomer_and_its_file_says_openly_what_it_lacks() {
    let (file, change) = decide(taking_over(), &[]).unwrap();
    let origin = Origin::TakenOver { proposed_by: OFFICER, approved_by: REVIEWER, taken_over_at: NOW };
    assert_eq!((file.origin, change.merchant.status), (origin, Status::Affiliated));
    assert_eq!(change.merchant.credit.grade, rules().entry_grade);
    assert_eq!(file.serving(&policy(), NOW), change.merchant.profile.categories);
    let all = [
        "paper:locksmith-filing",
        "paper:liability-insurance",
        "commitment:lock-opening",
        "prices:lock-opening",
        "workers:lock-opening",
    ];
    assert_eq!(missing(&file, NOW), all);
    assert!(!file.is_whole() && file.register_check.is_some_and(|look| look.by == OFFICER));
}

#[test]
fn what_is_owed_is_told_30_7_and_1_days_before_and_suspends_the_category_on_the_day() {
    let (mut file, _) = decide(taking_over(), &[]).unwrap();
    let ends = file.owed[0].complete_by;
    assert_eq!(ends, NOW.after(DAY * 40), "the commitment ends before the time that the city gives");
    let mut told = Vec::new();
    let mut now = NOW;
    while let Some(due) = file.next_due(&policy(), now).filter(|due| *due < ends) {
        now = due;
        let notices = file.notices_due(&policy(), now);
        told.extend(
            notices.iter().map(|ExpiryNotice { subject, days_before, .. }| (subject.clone(), *days_before)),
        );
        file = file.told(&notices);
    }
    let prices = told.iter().filter(|(subject, _)| *subject == Subject::Prices(locks()));
    assert_eq!((told.len(), prices.map(|(_, days)| *days).collect::<Vec<_>>()), (15, vec![30, 7, 1]));
    assert_eq!(file.serving(&policy(), ends.before(DAY)).len(), 1);
    assert_eq!(file.serving(&policy(), ends), []);
    let mut long = taking_over();
    long.commitments[0].commitment_until = NOW.after(DAY * 300);
    let (long, _) = decide(long, &[]).unwrap();
    let given = NOW.after(DAY * 90).in_city().day.next().at_minute(0);
    assert_eq!(long.owed[0].complete_by, given, "the time that the city gives ends first");
}

#[test]
fn a_file_is_whole_once_all_of_it_is_there_at_any_time_and_stays_so() {
    let policy = policy();
    let (file, _) = decide(taking_over(), &[]).unwrap();
    let late = file.owed[0].complete_by.after(DAY);
    let file = ["locksmith-filing", "liability-insurance"]
        .into_iter()
        .fold(file, |file, code| with_paper(&file, code, late));
    let file = signed(&file, &policy, late);
    let (posted, green) = (prices(&policy, late), Some(late.after(DAY)));
    let none = PriceList::empty(ningbo(), merchant_id());
    let almost = file.shown(&none, green, &policy, late);
    assert_eq!(
        (missing(&almost, late), almost.serving(&policy, late)),
        (vec!["prices:lock-opening".into()], vec![])
    );
    let whole = almost.shown(&posted, green, &policy, late);
    assert!(whole.is_whole() && whole.version > almost.version);
    assert_eq!(whole.serving(&policy, late).len(), 1);
    // A worker who turns red later is what it is with everybody.
    assert_eq!(whole.shown(&posted, None, &policy, late), whole);
    assert_eq!(whole.categories(&policy, late.after(DAY * 301))[0].missing.len(), 2);
}

#[test]
fn nobody_is_taken_over_unless_the_city_says_until_when() {
    let rules = rules();
    let open = |terms| take_over(taking_over(), &[], &policy(), terms, at(&rules, 7));
    let never = TakeOverTerms { until: None, ..terms() };
    let refused = open(never).unwrap_err();
    assert_eq!(refused, Denied::TakeOverClosed(None));
    assert!(refused.to_string().contains("admission.take_over_until"), "{refused}");
    let over = TakeOverTerms { until: Some(NOW), ..terms() };
    assert_eq!(open(over).unwrap_err(), Denied::TakeOverClosed(Some(NOW)));
}

#[test]
fn nobody_is_taken_over_without_a_look_into_the_register_and_without_a_representative() {
    let mut nobody = taking_over();
    nobody.registration.holders.clear();
    nobody.register_check = " ".to_owned();
    assert_eq!(pointers(decide(nobody, &[])), ["#/legal_representative", "#/register_check"]);
}

#[test]
fn nobody_is_taken_over_past_a_ban_by_one_person_or_without_a_policy() {
    let (until, cause) = (NOW.after(DAY), Cause::Breach(CaseId::from_u128(5)));
    // On the person behind another company.
    let other = registration("91330200MA2AXXXX0", &["E1234567"]);
    let banned = Ban::on(ningbo(), kernel::MerchantId::from_u128(9), Some(&other), NOW, until, cause);
    let refused = decide(taking_over(), core::slice::from_ref(&banned));
    assert_eq!(refused, Err(Denied::State { what: "the merchant", state: "banned" }));
    let over = Ban { until: NOW, ..banned };
    assert!(decide(taking_over(), &[over]).is_ok());
    let alone = TakingOver { approved_by: OFFICER, ..taking_over() };
    assert_eq!(decide(alone, &[]), Err(Denied::SamePerson));
    let category = CategoryCode::try_new("moving").unwrap();
    let commitments = vec![Commitment { category: category.clone(), commitment_until: until }];
    let unruled = TakingOver { commitments, approved_by: ActorId::from_u128(3), ..taking_over() };
    assert_eq!(decide(unruled, &[]), Err(Denied::NoPolicy(category)));
    let mut ended = taking_over();
    ended.commitments[0].commitment_until = NOW;
    assert_eq!(pointers(decide(ended, &[])), ["#/commitment_until"]);
    let mut for_years = taking_over();
    for_years.commitments[0].commitment_until = NOW.after(DAY * 367);
    assert_eq!(pointers(decide(for_years, &[])), ["#/commitment_until"], "longer than one signed today");
}

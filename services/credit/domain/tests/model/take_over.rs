//! Merchants that were affiliated before this platform kept their files.

use credit_domain::admission::{Ban, Dossier, Origin, TakingOver, Wanted, take_over};
use credit_domain::{Cause, Change, Commitment, Denied, Hours, Status};
use kernel::{ActorId, Area, CaseId, CategoryCode};

use crate::applicant::{DAY, OFFICER, REVIEWER, locks, ningbo, policy, registration};
use crate::support::{NOW, at, merchant_id, rules};

const CODE: &str = "91350100M000100Y4";

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
        commitments: vec![Commitment { category: locks(), commitment_until: NOW.after(DAY * 30) }],
        registration: registration(CODE, &["E1234567"]),
        proposed_by: OFFICER,
        approved_by: REVIEWER,
    }
}

fn decide(new: TakingOver, bans: &[Ban]) -> Result<(Dossier, Change), Denied> {
    let rules = rules();
    take_over(new, bans, &policy(), at(&rules, 7))
}

#[test]
fn a_merchant_that_is_taken_over_serves_until_its_commitment_ends_and_begins_as_a_newcomer() {
    let (file, change) = decide(taking_over(), &[]).unwrap();
    assert_eq!((file.origin, change.merchant.status), (Origin::TakenOver, Status::Affiliated));
    assert_eq!(change.merchant.credit.grade, rules().entry_grade);
    assert_eq!(file.serving(&policy(), NOW), change.merchant.profile.categories);
    assert_eq!(file.serving(&policy(), NOW.after(DAY * 30)), []);
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
    assert!(matches!(decide(ended, &[]), Err(Denied::Invalid(_))));
    let mut for_years = taking_over();
    for_years.commitments[0].commitment_until = NOW.after(DAY * 366);
    assert!(matches!(decide(for_years, &[]), Err(Denied::Invalid(_))), "longer than one signed today");
}

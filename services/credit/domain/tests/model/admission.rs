//! How merchants get in, stay in, and are kept out.

use core::time::Duration;

use credit_domain::admission::{
    Application, ApplicationState, Ban, CheckKind, CheckOutcome, Handover, NewApplication, NewPaper,
    NewRemark, PaperSigned, Signed, Stage, Subject, leave, set_categories, was_committed,
};
use credit_domain::{Cause, Commitment, Denied, Status};
use kernel::{Actor, CaseId, CategoryCode, Grade, MerchantId, Step};
use proptest::prelude::*;

use crate::applicant::{Applicant, DAY, OFFICER, REVIEWER, locks, ningbo, paper, registration};
use crate::support::{NOW, merchant_id};

fn open_checks(denied: Result<(), Denied>) -> Vec<CheckKind> {
    match denied {
        Err(Denied::ChecksOpen(checks)) => checks.iter().map(|check| check.kind).collect(),
        other => panic!("no check is open: {other:?}"),
    }
}

#[test]
fn a_complete_applicant_gets_in_as_a_newcomer_after_the_publicity_period() {
    let mut one = Applicant::complete();
    assert_eq!(one.stage(), Some(Stage::Applied));
    one.begin_and_attest().unwrap();
    one.publish().unwrap();
    assert!(matches!(one.admit(REVIEWER), Err(Denied::PublicityRuns(_))));
    one.now = one.now.after(DAY * 8);
    one.admit(REVIEWER).unwrap();
    let merchant = one.merchant.as_ref().unwrap();
    assert_eq!((one.stage(), merchant.credit.grade), (Some(Stage::Affiliated), Grade::B));
    // Until the first paper ends: the insurance, of all it rests on.
    let until = NOW.after(DAY * 200);
    assert_eq!(merchant.profile.categories, [Commitment { category: locks(), commitment_until: until }]);
}

#[test]
fn what_the_public_says_while_it_is_public_is_answered_before_anybody_is_admitted() {
    let says =
        |name: Option<&str>, text: &str| NewRemark { name: name.map(str::to_owned), text: text.to_owned() };
    let mut one = Applicant::complete();
    assert!(matches!(one.application.remark(says(None, "没有营业执照"), NOW), Err(Denied::State { .. })));
    one.begin_and_attest().unwrap();
    one.publish().unwrap();
    let before = one.application.version;
    for said in [says(None, "没有营业执照"), says(Some("王小明"), "收费不按公示")] {
        one.application = one.application.remark(said, one.now).unwrap().done().unwrap();
    }
    assert_eq!(one.application.version, before, "nobody outside moves what officers look at");
    assert_eq!(one.application.remarks[1].name.as_deref(), Some("王**"));
    assert!(one.application.remark(says(None, "没有营业执照"), one.now).unwrap().is_already_done());
    assert!(matches!(one.application.remark(says(None, " "), one.now), Err(Denied::Invalid(_))));
    one.now = one.now.after(DAY * 8);
    assert!(one.application.remark(says(None, "太晚了"), one.now).is_err());
    assert_eq!(one.admit(REVIEWER), Err(Denied::RemarksOpen(2)));
    for id in [1, 2] {
        let answered =
            one.application.answer_remark(id, "已核，执照有效", OFFICER, one.now).unwrap().unwrap();
        one.application = answered.done().unwrap();
    }
    assert_eq!(one.application.answer_remark(3, "无", OFFICER, one.now), Ok(None));
    one.admit(REVIEWER).unwrap();
}

#[test]
fn no_more_statements_are_taken_within_an_hour_than_officers_can_read() {
    let mut one = Applicant::complete();
    one.begin_and_attest().unwrap();
    one.publish().unwrap();
    let says = |n: u32| NewRemark { name: None, text: format!("意见 {n}") };
    for n in 0..20 {
        one.application = one.application.remark(says(n), one.now).unwrap().done().unwrap();
    }
    assert_eq!(one.application.remark(says(20), one.now), Err(Denied::RemarksBusy(20)));
    assert!(one.application.remark(says(20), one.now.after(Duration::from_secs(3_600))).is_ok());
}

#[test]
fn a_commitment_on_paper_is_recorded_with_its_scan_and_whoever_recorded_it_does_not_decide() {
    let mut one = Applicant::complete();
    one.dossier.signatures.clear();
    let what =
        Signed { category: locks(), version: 1, text_hash: one.policy.commitment_hash(&locks()).unwrap() };
    let signed_at = NOW.before(DAY * 2);
    let paper =
        PaperSigned {
            name: "王小明".into(), signed_at, scan_hash: "ab".repeat(32), evidence: "卷 7".into()
        };
    let record = |what: &Signed, paper: &PaperSigned| {
        one.dossier.sign_on_paper(what.clone(), paper.clone(), OFFICER, &one.policy, NOW)
    };
    let other = Signed { text_hash: "0".repeat(64), ..what.clone() };
    assert_eq!(record(&other, &paper), Err(Denied::OtherText));
    for unfit in [
        PaperSigned { signed_at: NOW.after(DAY), ..paper.clone() },
        PaperSigned { signed_at: NOW.before(DAY * 31), ..paper.clone() },
        PaperSigned { scan_hash: "scan.pdf".into(), ..paper.clone() },
        PaperSigned { name: String::new(), ..paper.clone() },
    ] {
        assert!(matches!(record(&what, &unfit), Err(Denied::Invalid(_))), "{unfit:?}");
    }
    let file = record(&what, &paper).unwrap().done().unwrap();
    let signed = &file.signatures[0];
    assert_eq!((signed.signed_at, signed.on_paper.as_ref().unwrap().signed_by.as_str()), (signed_at, "王**"));
    assert!(one.application.investigated(&file, OFFICER));
    let again = file.sign_on_paper(what, paper, OFFICER, &one.policy, NOW.after(DAY * 20));
    assert!(again.unwrap().is_already_done());
}

#[test]
fn every_check_blocks_by_itself() {
    type Spoil = fn(&mut Applicant);
    let ways: [(CheckKind, Spoil); 7] = [
        (CheckKind::Code, |one| one.application.code_check = None),
        (CheckKind::Bans, |one| {
            let other = registration("91330203MA2810001", &["E99999999", "E00000001"]);
            let (from, until) = (NOW, NOW.after(DAY * 365));
            let cause = Cause::Breach(CaseId::from_u128(5));
            let ban = Ban::on(ningbo(), MerchantId::from_u128(8), Some(&other), from, until, cause);
            one.bans.push(ban);
        }),
        (CheckKind::Policy, |one| one.policy.rows.clear()),
        (CheckKind::Papers, |one| {
            one.dossier.papers.retain(|paper| paper.code.as_str() != "liability-insurance")
        }),
        (CheckKind::Commitment, |one| one.policy.rules.commitment.title.push('。')),
        (CheckKind::Prices, |one| one.prices.entries.clear()),
        (CheckKind::Workers, |one| one.green_until = Some(one.now)),
    ];
    assert_eq!(ways.map(|(kind, _)| kind), CheckKind::ALL);
    for (kind, spoil) in ways {
        let mut one = Applicant::complete();
        one.begin_and_attest().unwrap();
        let mut before = one.clone();
        spoil(&mut before);
        assert!(open_checks(before.publish()).contains(&kind), "{kind} lets it become public");
        // And what held when it became public must hold still when it is decided.
        one.publish().unwrap();
        one.now = one.now.after(DAY * 8);
        spoil(&mut one);
        assert!(open_checks(one.admit(REVIEWER)).contains(&kind), "{kind} lets it in");
        assert_eq!(one.merchant, None);
    }
}

#[test]
fn a_category_without_a_policy_row_lets_nobody_apply() {
    let one = Applicant::complete();
    let mut new = NewApplication {
        id: one.application.id,
        city: ningbo(),
        merchant: merchant_id(),
        wanted: one.application.wanted.clone(),
        categories: vec![CategoryCode::try_new("fortune-telling").unwrap()],
        registration: one.application.registration.clone(),
    };
    let open = |new| Application::open(new, None, None, &one.policy, Actor::Platform, NOW);
    assert_eq!(open(new.clone()), Err(Denied::NoPolicy(new.categories[0].clone())));
    new.categories.clear();
    assert!(matches!(open(new), Err(Denied::Invalid(_))));
}

#[test]
fn whoever_investigated_does_not_decide() {
    let mut one = Applicant::complete();
    one.begin_and_attest().unwrap();
    one.publish().unwrap();
    one.now = one.now.after(DAY * 8);
    assert_eq!(one.admit(OFFICER), Err(Denied::SamePerson));
    let refused = one.application.refuse("有异议", &one.dossier, OFFICER, one.now);
    assert_eq!(refused, Err(Denied::SamePerson));
    // A clerk who handed a paper in does not verify it.
    let new = NewPaper {
        code: paper("locksmith-filing"),
        number: "7".to_owned(),
        issuer: "公安局".to_owned(),
        valid_until: one.now.after(DAY),
    };
    let filed = one.dossier.file_paper(new, Actor::Staff { id: OFFICER }, one.now).unwrap();
    let (dossier, id) = filed.done().unwrap();
    assert_eq!(dossier.judge_paper(id, true, "看过", OFFICER, one.now), Err(Denied::SamePerson));
}

#[test]
fn each_step_twice_is_one_step_and_what_is_over_stays_over() {
    let mut one = Applicant::complete();
    one.go_all_the_way().unwrap();
    let before = (one.application.clone(), one.merchant.clone());
    one.admit(REVIEWER).unwrap();
    assert_eq!((one.application.clone(), one.merchant.clone()), before);
    assert!(matches!(one.application.withdraw(one.now), Err(Denied::State { .. })));
    let mut other = Applicant::complete();
    other.application = other.application.withdraw(NOW).unwrap().done().unwrap();
    assert!(other.application.withdraw(NOW).unwrap().is_already_done());
    assert!(matches!(other.begin_and_attest(), Err(Denied::State { state: "withdrawn", .. })));
    assert_eq!(other.stage(), Some(Stage::Withdrawn));
}

#[test]
fn a_paper_that_ends_suspends_its_categories_on_the_day_and_a_new_one_lifts_it() {
    let mut one = Applicant::complete();
    one.go_all_the_way().unwrap();
    let ends = NOW.after(DAY * 200);
    let merchant = one.merchant.clone().unwrap();
    assert_eq!(one.dossier.serving(&one.policy, ends.before(Duration::from_secs(1))).len(), 1);
    assert_eq!(one.dossier.serving(&one.policy, ends), []);
    let missing = one.dossier.categories(&one.policy, ends)[0].missing.clone();
    assert_eq!(missing, [Subject::Paper(paper("liability-insurance"))]);
    let step = set_categories(&merchant, one.dossier.serving(&one.policy, ends), ends);
    let suspended = step.done().unwrap().merchant;
    assert_eq!((suspended.version, suspended.cause), (merchant.version.next(), Cause::Papers));
    one.now = ends;
    one.file("liability-insurance", 365);
    let serving = one.dossier.serving(&one.policy, ends);
    let lifted = set_categories(&suspended, serving, ends).done().unwrap().merchant;
    // Now the commitment is what ends first, at the end of a day in the city.
    let ends = NOW.in_city().day.plus(366).at_minute(0);
    assert_eq!(lifted.profile.categories[0].commitment_until, ends);
}

#[test]
fn a_merchant_is_told_30_7_and_1_days_before_once_each() {
    let mut one = Applicant::complete();
    one.go_all_the_way().unwrap();
    let ends = NOW.after(DAY * 200);
    let mut told = Vec::new();
    while let Some(due) = one.dossier.next_due(&one.policy, one.now).filter(|due| *due < ends) {
        one.now = one.now.max(due);
        let notices = one.dossier.notices_due(&one.policy, one.now);
        told.extend(notices.iter().map(|notice| (one.now, notice.days_before)));
        one.dossier = one.dossier.told(&notices);
    }
    assert_eq!(told, [30_u16, 7, 1].map(|days| (ends.before(DAY * u32::from(days)), days)));
    assert_eq!(one.dossier.next_due(&one.policy, one.now), Some(ends));
    // One that was asleep for the first two is told the nearest, and not all of them at once.
    let late = Applicant { now: ends.before(DAY * 3), ..Applicant::complete() };
    let mut late = late;
    late.dossier.granted = vec![locks()];
    let notices = late.dossier.notices_due(&late.policy, late.now);
    assert_eq!(notices.iter().map(|notice| notice.days_before).collect::<Vec<_>>(), [7]);
}

#[test]
fn who_leaves_may_come_back_and_its_ledger_goes_on() {
    let mut one = Applicant::complete();
    one.go_all_the_way().unwrap();
    let left = leave(one.merchant.as_ref().unwrap(), one.now).unwrap().done().unwrap().merchant;
    assert_eq!((left.status, left.cause), (Status::Left, Cause::Leaving));
    one.merchant = Some(left.clone());
    one.reapply().unwrap();
    assert_eq!(one.stage(), Some(Stage::ReApplied));
    one.go_all_the_way().unwrap();
    let back = one.merchant.as_ref().unwrap();
    assert_eq!(
        (back.status, back.credit.tip.seq, back.version),
        (Status::Affiliated, left.credit.tip.seq + 1, left.version.next())
    );
    assert_eq!(back.cause, Cause::Admission(one.application.id));
}

#[test]
fn who_comes_back_gets_what_was_checked_now_and_nothing_it_had_before() {
    let mut one = Applicant::complete();
    let other = CategoryCode::try_new("cleaning").unwrap();
    let complete_by = NOW.after(DAY * 700);
    let made = Handover { category: other, complete_by, priced: false, staffed: false };
    one.go_all_the_way().unwrap();
    one.dossier.granted.push(made.category.clone());
    one.dossier.owed.push(made);
    one.remove_with_ban(365);
    one.now = one.now.after(DAY * 366);
    one.file("liability-insurance", 365);
    one.file("locksmith-filing", 365);
    one.sign();
    one.green_until = Some(one.now.after(DAY * 30));
    one.reapply().unwrap();
    one.go_all_the_way().unwrap();
    let merchant = one.merchant.unwrap();
    let served: Vec<_> = merchant.profile.categories.iter().map(|made| made.category.clone()).collect();
    assert_eq!(served, [locks()]);
    // What it did then is found all the same.
    let code = |code| CategoryCode::try_new(code).unwrap();
    let row = one.policy.rows[&locks()].clone();
    one.policy.rows.extend([(code("cleaning"), row.clone()), (code("moving"), row)]);
    let was = |category| was_committed(&merchant, Some(&one.dossier), &category, &one.policy);
    assert_eq!((was(locks()), was(code("cleaning"))), (Ok(()), Ok(())));
    for strange in ["moving", "gossip"] {
        assert!(
            matches!(was(code(strange)), Err(Denied::Invalid(unfit)) if unfit[0].pointer == "#/category")
        );
    }
}

/// What may happen around a merchant that was removed.
#[derive(Debug, Clone, Copy)]
enum Try {
    Reapply,
    AnotherCompany,
    Investigate,
    Publish,
    Admit,
    Withdraw,
    Leave,
    Renew,
    Wait(u32),
}

fn any_try() -> impl Strategy<Value = Try> {
    prop_oneof![
        2 => Just(Try::Reapply),
        1 => Just(Try::AnotherCompany),
        3 => Just(Try::Investigate),
        3 => Just(Try::Publish),
        3 => Just(Try::Admit),
        1 => Just(Try::Withdraw),
        1 => Just(Try::Leave),
        2 => Just(Try::Renew),
        3 => (1_u32..40).prop_map(Try::Wait),
    ]
}

/// The same person behind another company, under a new licence.
fn another_company(before: &Applicant, number: u32) -> Applicant {
    let code = format!("91330203MA281{number:04}");
    let passports: [&str; 2] = ["E77777777", "E00000001"];
    let id = MerchantId::from_u128(u128::from(100 + number));
    let mut other = Applicant::new(id, registration(&code, &passports), before.policy.clone());
    (other.bans, other.now) = (before.bans.clone(), before.now);
    other
}

proptest! {
    /// No path leads from removed to affiliated within the ban, under whatever licence.
    #[test]
    fn no_path_leads_from_removed_to_affiliated_within_the_ban(
        days in 1_u32..400, tries in prop::collection::vec(any_try(), 0..60),
    ) {
        let mut one = Applicant::complete();
        one.go_all_the_way().unwrap();
        one.remove_with_ban(days);
        let ban_ends = one.bans[0].until;
        for (number, step) in (0..).zip(tries) {
            // Whether a step is refused does not matter here: what counts is where the steps lead.
            let _ = match step {
                Try::Reapply => one.reapply(),
                Try::AnotherCompany => { one = another_company(&one, number); Ok(()) }
                Try::Investigate => one.begin_and_attest(),
                Try::Publish => one.publish(),
                Try::Admit => one.admit(REVIEWER),
                Try::Withdraw => {
                    if let Ok(Step::Done(back)) = one.application.withdraw(one.now) {
                        one.application = back;
                    }
                    Ok(())
                }
                Try::Leave => {
                    if let Some(Ok(Step::Done(change))) = one.merchant.as_ref().map(|merchant| leave(merchant, one.now)) {
                        one.merchant = Some(change.merchant);
                    }
                    Ok(())
                }
                Try::Renew => {
                    one.file("locksmith-filing", 400);
                    one.file("liability-insurance", 400);
                    one.sign();
                    one.post_prices();
                    one.green_until = Some(one.now.after(DAY * 400));
                    Ok(())
                }
                Try::Wait(days) => { one.now = one.now.after(DAY * days); Ok(()) }
            };
            let is_in = one.merchant.as_ref().is_some_and(|merchant| merchant.status == Status::Affiliated);
            prop_assert!(!is_in || one.now >= ban_ends, "it is in at {} with a ban until {}", one.now, ban_ends);
        }
    }

    /// After the ban the way is open again, and leads below a newcomer's grade at best.
    #[test]
    fn after_the_ban_the_way_is_open(days in 1_u32..400) {
        let mut one = Applicant::complete();
        one.go_all_the_way().unwrap();
        one.remove_with_ban(days);
        one.reapply().unwrap();
        one.begin_and_attest().unwrap();
        prop_assert_eq!(open_checks(one.publish()), [CheckKind::Bans]);
        one.now = one.bans[0].until;
        one.file("locksmith-filing", 400);
        one.file("liability-insurance", 400);
        one.green_until = Some(one.now.after(DAY * 400));
        one.now = one.now.after(DAY);
        one.sign();
        one.go_all_the_way().unwrap();
        let back = one.merchant.unwrap();
        prop_assert!(back.status == Status::Affiliated && back.credit.grade <= Grade::B);
    }
}

#[test]
fn the_checks_say_what_they_rest_on_and_until_when() {
    let mut one = Applicant::complete();
    one.begin_and_attest().unwrap();
    one.publish().unwrap();
    assert_eq!(one.application.checks.len(), CheckKind::ALL.len());
    for check in &one.application.checks {
        assert_eq!((check.outcome, check.evidence.is_empty()), (CheckOutcome::Passed, false), "{check:?}");
    }
    let papers = one.application.checks.iter().find(|check| check.kind == CheckKind::Papers).unwrap();
    assert_eq!(papers.expires_at, Some(NOW.after(DAY * 200)));
    assert!(papers.evidence.contains("原件已核"), "{}", papers.evidence);
    assert!(matches!(one.application.state, ApplicationState::Publicity { .. }));
}

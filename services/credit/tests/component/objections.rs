//! Objections to whatever stands in a ledger, and to a yearly result before it takes effect.

use std::time::Duration;

use contracts::feedback::{FollowupOutcome, Severity};
use credit::usecases::RecordFollowup;
use credit::usecases::evaluation::{Found, found_after};
use credit_domain::{Cause, Merchant, Status};
use kernel::{EvaluationId, Grade, MerchantId, Role};
use serde_json::{Value, json};
use testkit::{TestDb, on_both_databases};

use crate::callers::{Caller, Reply};
use crate::court::{Court, agrees, of, red_line, removal};
use crate::evaluation::{DAY, YEAR, at, computed, in_effect, publish, with_a_year};
use crate::host::TestCredit;

/// Who has a part in an objection of one merchant.
struct Dispute {
    court: Court,
    merchant: Caller,
    id: MerchantId,
}

impl Dispute {
    async fn of(credit: &TestCredit, id: MerchantId) -> Self {
        let court = Court::of(credit).await;
        let merchant = Caller::merchant(court.address, id);
        Self { court, merchant, id }
    }

    async fn objects(&self, to: Value) -> Reply {
        let mut body = to;
        body["grounds"] = json!("与事实不符");
        self.merchant.post(&format!("/v1/merchants/{}/objections?city=330200", self.id), "x", &body).await
    }

    /// Files it, and gives its address without the city.
    async fn filed(&self, to: Value) -> String {
        let filed = self.objects(to).await;
        assert_eq!(filed.status, 201, "{}", filed.body);
        format!("/v1/objections/{}", filed.body["id"].as_str().unwrap())
    }

    /// The entry of the one breach, as the ledger shows it.
    async fn breach_entry(&self) -> Value {
        let target = format!("/v1/merchants/{}/ledger?city=330200&cause=breach_verified", self.id);
        let page = self.merchant.get(&target).await.body;
        assert_eq!(page["items"].as_array().map(Vec::len), Some(1), "{page}");
        page["items"][0].clone()
    }

    async fn examined(&self, objection: &str, remedy: Option<Value>) -> Reply {
        self.court.officer.change(&format!("{objection}/examine?city=330200"), 1, &word(remedy)).await
    }

    async fn decided(&self, objection: &str) -> Reply {
        self.court.another.change(&format!("{objection}/decide?city=330200"), 2, &word(None)).await
    }

    async fn upheld(&self, objection: &str, remedy: Option<Value>) {
        let examined = self.examined(objection, remedy).await;
        assert_eq!(
            (examined.status, &examined.body["state"]),
            (200, &json!("examined")),
            "{}",
            examined.body
        );
        let decided = self.decided(objection).await;
        assert_eq!((decided.status, &decided.body["state"]), (200, &json!("upheld")), "{}", decided.body);
    }
}

fn word(remedy: Option<Value>) -> Value {
    let mut word = json!({ "upheld": true, "reason": "见核查记录" });
    if let Some(remedy) = remedy {
        word["remedy"] = remedy;
    }
    word
}

/// Citizens of the year that were called back before its end, and of whom the ledger learns now.
async fn called_back_late(credit: &TestCredit, id: MerchantId, content: usize) {
    for _ in 0..content {
        let mut followup = credit.followup(id, FollowupOutcome::Satisfied);
        followup.recorded_at = at("2025-12-20T04:00:00Z");
        let command = RecordFollowup { rules: &credit.rules, followup };
        assert!(!credit.db().write(&command).await.unwrap().is_already_done());
    }
}

/// A merchant that the year graded below AA, by its score or for want of evidence.
async fn low(credit: &TestCredit, run: EvaluationId) -> Found {
    let all = found_after(credit.db(), run, false, None, 100).await.unwrap();
    let low =
        |found: &Found| found.evaluated.found.grade == Grade::B && found.evaluated.found.findings.is_empty();
    all.into_iter().find(low).unwrap()
}

async fn entry(credit: &TestCredit, id: MerchantId, of: impl Fn(Cause) -> bool) -> Value {
    let ledger = credit.ledger(id).await;
    json!({ "entry": ledger.iter().rfind(|entry| of(entry.posting.cause)).unwrap().posting.id })
}

on_both_databases! {
    async fn an_opening_is_corrected_by_one_entry_with_points_that_two_persons_agree_on(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let before = credit.any_of_grade(Grade::B).await;
        let dispute = Dispute::of(&credit, before.profile.id).await;
        let to = entry(&credit, dispute.id, |cause| cause == Cause::Opening).await;
        let both = json!({ "entry": to["entry"], "evaluation": to["entry"] });
        assert_eq!(dispute.objects(both).await.problem(), (422, "invalid-body"));
        let objection = dispute.filed(to.clone()).await;
        let unnamed = dispute.examined(&objection, None).await;
        assert_eq!((unnamed.problem(), &unnamed.body["remedy"]), ((422, "remedy-unfit"), &json!("correct")));
        let opening = credit.ledger(dispute.id).await[0].posting.tally.points;
        let with = |demonstration: i64| json!({ "kind": "correct", "points": {
            "social_evaluation": opening.social_evaluation, "credit_activities": opening.credit_activities,
            "credit_record": opening.credit_record, "demonstration": demonstration,
        } });
        let mut fewer = with(10);
        let _ = fewer["points"].as_object_mut().unwrap().remove("credit_record");
        let missing = dispute.examined(&objection, Some(fewer)).await;
        assert_eq!((missing.problem(), &missing.body["errors"][0]["pointer"]), ((422, "points-unfit"), &json!("#/remedy/points/credit_record")));
        let beyond = dispute.examined(&objection, Some(with(151))).await;
        assert_eq!((beyond.problem(), &beyond.body["max"]), ((422, "points-unfit"), &json!(150)));
        let none = dispute.examined(&objection, Some(with(opening.demonstration))).await;
        assert_eq!(none.problem(), (409, "no-better"));
        assert_eq!(dispute.examined(&objection, Some(with(opening.demonstration + 9))).await.status, 200);
        let other = word(Some(with(opening.demonstration + 1)));
        let other = dispute.court.another.change(&format!("{objection}/decide?city=330200"), 2, &other).await;
        assert_eq!(other.problem(), (422, "remedy-unfit"));
        assert_eq!(dispute.decided(&objection).await.body["remedy"], with(opening.demonstration + 9));
        let after = credit.merchant(dispute.id).await;
        assert_eq!((after.credit.score, after.under_objection), (before.credit.score + 9, false));
        let last = credit.ledger(dispute.id).await.pop().unwrap();
        assert_eq!(json!(last.posting.cause), json!(format!("correction:{}", to["entry"].as_str().unwrap())));
        agrees(&dispute.court, &credit, dispute.id).await;
        credit.stop().await;
    }

    async fn who_verified_a_breach_does_not_look_into_the_objection_to_it(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        credit.publish(credit.id(), &credit.breach(id, Severity::General)).await;
        credit.consumed(1).await;
        let dispute = Dispute::of(&credit, id).await;
        let breach = entry(&credit, id, |cause| matches!(cause, Cause::Breach(_))).await;
        let objection = dispute.filed(breach).await;
        let contested = dispute.breach_entry().await;
        assert_eq!(contested["under_objection"], json!(true));
        let again = dispute.objects(entry(&credit, id, |cause| matches!(cause, Cause::Breach(_))).await).await;
        assert_eq!((again.status, &again.body["id"]), (200, &contested["objection"]), "the same words again");
        let mut other = entry(&credit, id, |cause| matches!(cause, Cause::Breach(_))).await;
        other["grounds"] = json!("另一份理由");
        let other = dispute.merchant.post(&format!("/v1/merchants/{id}/objections?city=330200"), "y", &other).await;
        assert_eq!(other.problem(), (409, "conflict"), "other words are not swallowed: {}", other.body);
        assert!(objection.ends_with(contested["objection"].as_str().unwrap()));
        let verifier = |role| Caller::staff(dispute.court.address, 7, role);
        let shown = async |who: &Caller| {
            let list = who.get("/v1/objections?city=330200").await.body;
            (list["items"][0]["recused"].clone(), list["items"][0]["allowed_actions"].clone())
        };
        assert_eq!(shown(&verifier(Role::CreditOfficer)).await, (json!(true), json!([])));
        assert_eq!(shown(&dispute.court.officer).await, (json!(false), json!(["examine"])));
        let examine = format!("{objection}/examine?city=330200");
        let refused = verifier(Role::CreditOfficer).change(&examine, 1, &word(None)).await;
        assert_eq!(refused.problem(), (403, "same-person"));
        assert_eq!(dispute.examined(&objection, None).await.status, 200);
        let decide = format!("{objection}/decide?city=330200");
        assert_eq!(shown(&verifier(Role::CreditReviewer)).await, (json!(true), json!([])));
        let refused = verifier(Role::CreditReviewer).change(&decide, 2, &word(None)).await;
        assert_eq!(refused.problem(), (403, "same-person"));
        assert_eq!(dispute.decided(&objection).await.status, 200);
        assert_eq!(credit.merchant(id).await.credit.grade, Grade::AAA);
        let decided = dispute.breach_entry().await;
        assert_eq!((&decided["under_objection"], &decided["objection"]), (&json!(false), &contested["objection"]));
        credit.stop().await;
    }

    async fn what_a_proceeding_took_is_objected_to_once_it_can_no_longer_be_appealed_against(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let before = credit.any_of_grade(Grade::AA).await;
        let dispute = Dispute::of(&credit, before.profile.id).await;
        let court = &dispute.court;
        let proceeding = court.opened(dispute.id, red_line(), "serious").await;
        assert_eq!(court.reviewer.change(&of(&proceeding, "/decisions"), 1, &removal()).await.status, 200);
        let sanction = entry(&credit, dispute.id, |cause| matches!(cause, Cause::Sanction(_))).await;
        let early = dispute.objects(sanction.clone()).await;
        assert_eq!((early.problem(), &early.body["proceeding"]), ((409, "appeal-first"), &json!(proceeding)));
        assert_eq!(early.body["until"], json!("2026-12-07T16:00:00Z"));
        credit.clock.advance(15 * DAY);
        let objection = dispute.filed(sanction).await;
        assert_eq!(dispute.examined(&objection, None).await.problem(), (403, "same-person"), "who opened it");
        let stranger = Caller::staff(court.address, 9, Role::CreditOfficer);
        let examine = format!("{objection}/examine?city=330200");
        assert_eq!(stranger.change(&examine, 1, &word(None)).await.status, 200);
        let decide = format!("{objection}/decide?city=330200");
        assert_eq!(court.reviewer.change(&decide, 2, &word(None)).await.problem(), (403, "same-person"));
        assert_eq!(dispute.decided(&objection).await.body["state"], json!("upheld"));
        let after = credit.merchant(dispute.id).await;
        assert_eq!((after.credit.grade, after.credit.score), (before.credit.grade, before.credit.score));
        assert_eq!((after.status, after.under_objection), (Status::Affiliated, false));
        assert!(court.banned().await.is_empty(), "the ban fell with the removal");
        let files = court.auditor.get(&format!("/v1/proceedings?city=330200&merchant={}", dispute.id)).await;
        assert_eq!(files.body["items"][0]["stage"], json!("reversed"), "the proceeding says so");
        agrees(court, &credit, dispute.id).await;
        credit.stop().await;
    }

    async fn a_result_is_objected_to_while_it_is_published_and_what_was_found_first_stays(db: TestDb) {
        let credit = with_a_year(&db).await;
        let run = computed(&credit).await;
        let first = low(&credit, run.id).await.evaluated;
        let dispute = Dispute::of(&credit, first.merchant).await;
        let result = json!({ "evaluation": run.id });
        assert_eq!(dispute.objects(result.clone()).await.problem(), (404, "not-found"), "it is not published");
        publish(&credit, &run).await;
        called_back_late(&credit, first.merchant, 60).await;
        let objection = dispute.filed(result.clone()).await;
        assert!(credit.merchant(first.merchant).await.under_objection);
        assert_eq!(dispute.examined(&objection, None).await.status, 200);
        let decide = format!("{objection}/decide?city=330200");
        let publisher = dispute.court.reviewer.change(&decide, 2, &word(None)).await;
        assert_eq!(publisher.problem(), (403, "same-person"), "who published the run");
        assert_eq!(dispute.decided(&objection).await.body["state"], json!("upheld"));
        let of = |results: &Value| {
            let items = results["items"].as_array().unwrap();
            items.iter().find(|one| one["merchant"] == json!(first.merchant)).unwrap().clone()
        };
        let path = format!("/v1/evaluations/{}/results?limit=200", run.id);
        let shown = of(&dispute.court.auditor.get(&path).await.body);
        assert_eq!((&shown["grade"], &shown["score"]), (&json!(first.found.grade), &json!(first.found.score)));
        assert!(shown["corrected"]["score"].as_u64() > shown["score"].as_u64(), "{shown}");
        let corrected: Grade = shown["corrected"]["grade"].as_str().unwrap().parse().unwrap();
        assert!(corrected > first.found.grade, "{shown}");
        let run = in_effect(&credit, &run).await;
        let after = credit.merchant(first.merchant).await;
        assert_eq!((after.credit.grade, after.under_objection), (corrected, false));
        let shown = of(&dispute.court.auditor.get(&path).await.body);
        assert_eq!((&shown["grade"], &shown["effect"]["after"]), (&json!(first.found.grade), &json!(corrected)));
        assert_eq!(shown["corrected"]["objection"], json!(objection.rsplit('/').next().unwrap()));
        let other = credit.all().await.into_iter().find(|one| one.profile.id != first.merchant).unwrap();
        let other = Dispute::of(&credit, other.profile.id).await;
        assert_eq!(other.objects(json!({ "evaluation": run.id })).await.problem(), (409, "too-late"));
        agrees(&dispute.court, &credit, first.merchant).await;
        credit.stop().await;
    }

    async fn a_yearly_grade_is_computed_anew_at_once_and_the_board_says_so_meanwhile(db: TestDb) {
        let credit = with_a_year(&db).await;
        let run = computed(&credit).await;
        let id = low(&credit, run.id).await.evaluated.merchant;
        in_effect(&credit, &run).await;
        let before = credit.merchant(id).await;
        credit.clock.advance(Duration::from_secs(3_600));
        called_back_late(&credit, id, 60).await;
        let waiting = credit.merchant(id).await;
        assert_eq!(waiting.credit.awarded, before.credit.awarded, "it came too late for the year");
        let dispute = Dispute::of(&credit, id).await;
        agrees(&dispute.court, &credit, id).await;
        let board = async || {
            let board = dispute.court.citizen.get("/v1/publicity?city=330200&kind=grade&limit=200").await;
            let items = board.body["items"].as_array().unwrap().clone();
            let own = items.into_iter().find(|notice| notice["merchant"] == json!(id)).unwrap();
            (board.etag.unwrap(), own["under_objection"].clone())
        };
        let (etag, contested) = board().await;
        assert_eq!(contested, json!(false));
        let evaluation = entry(&credit, id, |cause| cause == Cause::Evaluation(YEAR)).await;
        let objection = dispute.filed(evaluation).await;
        let (moved, contested) = board().await;
        assert_eq!(contested, json!(true));
        assert_ne!(moved, etag, "who kept the board asks again");
        dispute.upheld(&objection, Some(json!({ "kind": "reassess" }))).await;
        let after: Merchant = credit.merchant(id).await;
        assert!(after.credit.grade > before.credit.grade, "not a wait until February");
        assert_eq!(after.credit.awarded, after.credit.grade);
        assert_eq!(board().await.1, json!(false));
        let last = credit.ledger(id).await.pop().unwrap().posting;
        assert!(matches!(last.cause, Cause::Reassessment(_)), "{}", last.cause);
        assert_eq!(last.valid_from, run.order.as_of);
        agrees(&dispute.court, &credit, id).await;
        credit.stop().await;
    }
}

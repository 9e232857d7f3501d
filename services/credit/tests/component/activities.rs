//! Honours and credit-building activities over HTTP.

use std::net::SocketAddr;
use std::time::Duration;

use contracts::feedback::Severity;
use credit_domain::{Cause, Merchant};
use kernel::{Role, Timestamp};
use serde_json::{Value, json};
use testkit::{TestDb, on_both_databases};

use crate::host::TestCredit;
use crate::people::Person;

const HOUR: Duration = Duration::from_secs(3_600);

/// Everybody who has a part in it.
struct Hall {
    officer: Person,
    reviewer: Person,
    merchant: Person,
    other: Person,
    citizen: Person,
    address: SocketAddr,
    is: Merchant,
}

impl Hall {
    async fn of(credit: &TestCredit) -> Self {
        let (address, [is, other]) = (credit.serve().await, credit.two().await);
        Self {
            officer: Person::staff(address, 1, Role::CreditOfficer),
            reviewer: Person::staff(address, 2, Role::CreditReviewer),
            merchant: Person::merchant(address, is.profile.id),
            other: Person::merchant(address, other.profile.id),
            citizen: Person::nobody(address),
            address,
            is,
        }
    }

    fn me(&self) -> Value {
        json!({ "merchant": self.is.profile.id })
    }

    async fn planned(&self, body: &Value) -> String {
        let planned = self.officer.post_once("/v1/activities?city=330200", "the-first", body).await.ok();
        planned["id"].as_str().unwrap().to_owned()
    }

    async fn proposed(&self, credit: &TestCredit, key: &str) -> crate::people::Answer {
        let target = format!("/v1/merchants/{}/honours?city=330200", self.is.profile.id);
        self.officer.post_once(&target, key, &honour(credit.clock_now())).await
    }

    async fn decide(&self, id: &str, version: u64, agrees: bool) -> crate::people::Answer {
        let body = json!({ "agrees": agrees, "reason": "材料属实" });
        self.reviewer.post(&format!("/v1/honours/{id}/decide?city=330200"), version, &body).await
    }

    /// As somebody who had no part in it.
    async fn revoke(&self, id: &str, version: u64) -> crate::people::Answer {
        let body = json!({ "agrees": true, "reason": "材料属实" });
        let another = Person::staff(self.address, 10, Role::CreditReviewer);
        another.post(&format!("/v1/honours/{id}/decide?city=330200"), version, &body).await
    }

    async fn board(&self) -> Vec<Value> {
        let board = self.citizen.get("/v1/publicity?city=330200&kind=reward").await.ok();
        board["items"].as_array().unwrap().clone()
    }
}

fn training(now: Timestamp) -> Value {
    json!({
        "kind": "training", "title": "诚信经营培训", "place": "服务大厅", "capacity": 1, "training": "2026-11-A",
        "starts_at": now.after(HOUR * 24), "ends_at": now.after(HOUR * 26),
    })
}

fn honour(now: Timestamp) -> Value {
    json!({
        "kind": "credit-demonstration", "level": "city", "grantor": "宁波市信用办",
        "granted_at": now, "valid_until": now.after(HOUR * 24 * 365),
    })
}

fn of(id: &str, rest: &str) -> String {
    format!("/v1/activities/{id}/{rest}?city=330200")
}

on_both_databases! {
    async fn a_merchant_signs_up_and_is_given_points_once_when_it_shows_the_code_of_the_spot(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let hall = Hall::of(&credit).await;
        let id = hall.planned(&training(credit.clock_now())).await;
        assert_eq!(hall.planned(&training(credit.clock_now())).await, id, "the same key is the same activity");
        assert!(!hall.merchant.post(&of(&id, "sign-ups"), None, &hall.me()).await.ok()["already"].as_bool().unwrap());
        assert_eq!(hall.other.post(&of(&id, "sign-ups"), None, &hall.me()).await.problem(), (403, "forbidden"));
        let code = hall.officer.get(&of(&id, "code")).await.ok()["code"].clone();
        assert_eq!(hall.merchant.get(&of(&id, "code")).await.problem(), (403, "forbidden"));
        let there = json!({ "merchant": hall.is.profile.id, "code": code });
        assert_eq!(hall.merchant.post(&of(&id, "check-ins"), None, &there).await.problem(), (409, "conflict"));
        credit.clock.advance(HOUR * 24);
        let guess = json!({ "merchant": hall.is.profile.id, "code": "AAAAAAAA" });
        assert_eq!(hall.merchant.post(&of(&id, "check-ins"), None, &guess).await.problem(), (422, "invalid-body"));
        let checked = hall.merchant.post(&of(&id, "check-ins"), None, &there).await.ok();
        assert_eq!((&checked["state"], &checked["already"]), (&json!("attended"), &json!(false)));
        let seen = hall.officer.post(&of(&id, "check-ins"), None, &hall.me()).await.ok();
        assert_eq!(seen["already"], json!(true));
        let ledger = credit.ledger(hall.is.profile.id).await;
        let given = ledger.iter().filter(|entry| matches!(entry.posting.cause, Cause::Activity(_)));
        assert_eq!(given.map(|entry| entry.posting.tally.points.credit_activities).collect::<Vec<_>>(), [4]);
        let public = hall.citizen.get(&format!("/v1/activities/{id}?city=330200")).await;
        assert_eq!((&public.body["signed_up"], &public.body["workers_trained"]), (&json!(1), &json!(0)));
        assert!(!public.text.contains(code.as_str().unwrap()));
        credit.stop().await;
    }

    async fn i3_an_attendance_struck_by_another_person_restores_the_score(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let hall = Hall::of(&credit).await;
        let id = hall.planned(&training(credit.clock_now())).await;
        let _ = hall.merchant.post(&of(&id, "sign-ups"), None, &hall.me()).await.ok();
        credit.clock.advance(HOUR * 25);
        let before = credit.merchant(hall.is.profile.id).await.credit;
        let _ = hall.officer.post(&of(&id, "check-ins"), None, &hall.me()).await.ok();
        let strike = json!({ "merchant": hall.is.profile.id, "reason": "签到有误" });
        let struck = hall.reviewer.post(&of(&id, "strikes"), None, &strike).await.ok();
        assert_eq!(struck["state"], json!("struck"));
        let after = credit.merchant(hall.is.profile.id).await.credit;
        assert_eq!((after.score, after.tally), (before.score, before.tally));
        let list = hall.reviewer.get(&of(&id, "participants")).await.ok();
        assert_eq!(list["items"][0]["struck_because"], json!("签到有误"));
        credit.stop().await;
    }

    async fn an_activity_is_amended_as_it_was_seen_and_is_full_when_its_places_are_taken(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let hall = Hall::of(&credit).await;
        let id = hall.planned(&training(credit.clock_now())).await;
        let _ = hall.officer.post(&of(&id, "sign-ups"), None, &hall.me()).await.ok();
        let other = credit.two().await[1].profile.id;
        let theirs = json!({ "merchant": other });
        assert_eq!(hall.other.post(&of(&id, "sign-ups"), None, &theirs).await.problem(), (409, "conflict"));
        let mut wider = training(credit.clock_now());
        wider["capacity"] = json!(2);
        let target = format!("/v1/activities/{id}?city=330200");
        assert_eq!(hall.officer.put(&target, 7, &wider).await.problem(), (412, "precondition-failed"));
        assert_eq!(hall.officer.put(&target, 1, &wider).await.ok()["version"], json!(2));
        let _ = hall.other.post(&of(&id, "sign-ups"), None, &theirs).await.ok();
        let _ = hall.other.post(&of(&id, "give-ups"), None, &theirs).await.ok();
        let cancelled = hall.officer.post(&of(&id, "cancel"), 2, &json!({})).await.ok();
        assert_eq!((&cancelled["state"], &cancelled["signed_up"]), (&json!("cancelled"), &json!(1)));
        assert_eq!(hall.other.post(&of(&id, "sign-ups"), None, &theirs).await.problem(), (409, "conflict"));
        credit.stop().await;
    }

    async fn an_outreach_is_listed_for_everybody_with_its_villages_and_services(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let hall = Hall::of(&credit).await;
        let mut caravan = training(credit.clock_now());
        caravan["kind"] = json!("outreach");
        assert_eq!(hall.officer.post_once("/v1/activities?city=330200", "a", &caravan).await.problem(), (422, "invalid-body"));
        caravan["villages"] = json!(["大岚镇", "四明山镇"]);
        caravan["services"] = json!([{ "item": "nothing-such" }, { "title": "磨剪刀" }]);
        let refused = hall.officer.post_once("/v1/activities?city=330200", "b", &caravan).await;
        assert_eq!(refused.body["errors"][0]["pointer"], json!("#/services/0/item"));
        caravan["services"] = json!([{ "item": "door-unlocking" }, { "title": "磨剪刀" }]);
        let _ = hall.planned(&caravan).await;
        let list = hall.citizen.get("/v1/activities?city=330200&kind=outreach").await;
        assert_eq!(list.body["items"][0]["villages"], json!(["大岚镇", "四明山镇"]));
        assert!(list.cache.unwrap().contains("public"));
        assert_eq!(hall.citizen.get_unless("/v1/activities?city=330200&kind=outreach", &list.etag.unwrap()).await.status, 304);
        credit.stop().await;
    }

    async fn an_honour_is_granted_by_two_persons_stands_on_the_board_and_ends_by_itself(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let hall = Hall::of(&credit).await;
        let proposed = hall.proposed(&credit, "a").await.ok();
        let id = proposed["id"].as_str().unwrap();
        assert_eq!(hall.proposed(&credit, "b").await.problem(), (409, "exists"));
        assert!(hall.board().await.is_empty());
        let before = credit.merchant(hall.is.profile.id).await;
        let granted = hall.decide(id, 1, true).await.ok();
        assert_eq!((&granted["state"], &granted["counts"]), (&json!("granted"), &json!(true)));
        assert_eq!(hall.decide(id, 1, true).await.ok(), granted, "done already");
        let after = credit.merchant(hall.is.profile.id).await;
        let demonstration = |merchant: &Merchant| merchant.credit.tally.points.demonstration;
        assert_eq!(demonstration(&after), demonstration(&before) + 20);
        assert_eq!(hall.board().await[0]["merchant"], json!(hall.is.profile.id));
        credit.clock.advance(HOUR * 24 * 365);
        let now = credit.clock_now();
        let ended = credit::usecases::expire_entries(credit.db(), &credit.rules, now).await.unwrap();
        let _ = credit::usecases::process::turn_board(credit.db(), now).await.unwrap();
        let gone = testkit::wait::until("the end of the honour", crate::host::PATIENCE, async || {
            let merchant = credit.merchant(hall.is.profile.id).await;
            (demonstration(&merchant) == demonstration(&before) && hall.board().await.is_empty()).then_some(())
        });
        gone.await.unwrap();
        assert!(ended <= 1, "the turn may have been faster");
        credit.stop().await;
    }

    async fn an_honour_from_before_the_merchant_was_affiliated_stands_on_the_board_and_gives_nothing(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let hall = Hall::of(&credit).await;
        let mine = hall.is.profile.id;
        let target = format!("/v1/merchants/{mine}/honours?city=330200");
        let early = honour(credit.clock_now().before(HOUR * 24));
        let proposed = hall.officer.post_once(&target, "a", &early).await.ok();
        assert_eq!(proposed["counting"], json!("before_opening"), "whoever decides sees it");
        let before = credit.merchant(mine).await;
        let id = proposed["id"].as_str().unwrap();
        let granted = hall.decide(id, 1, true).await.ok();
        assert_eq!((&granted["state"], &granted["counts"]), (&json!("granted"), &json!(false)));
        assert_eq!(hall.board().await.len(), 1);
        let question = format!("/v1/honours/{id}/question?city=330200");
        let _ = hall.officer.post(&question, 2, &json!({ "reason": "称号已被撤销" })).await.ok();
        let _ = hall.revoke(id, 3).await.ok();
        assert_eq!(hall.board().await.len(), 0);
        let after = credit.merchant(mine).await;
        assert_eq!((after.version, after.credit), (before.version, before.credit));
        credit.stop().await;
    }

    async fn i3_a_revoked_honour_is_off_the_board_and_the_score_is_as_it_was(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let hall = Hall::of(&credit).await;
        let before = credit.merchant(hall.is.profile.id).await.credit;
        let id = hall.proposed(&credit, "a").await.ok()["id"].as_str().unwrap().to_owned();
        let _ = hall.decide(&id, 1, true).await.ok();
        let notice = hall.board().await[0]["id"].as_str().unwrap().to_owned();
        let by_hand = format!("/v1/publicity/{notice}/withdraw?city=330200");
        assert_eq!(hall.officer.post(&by_hand, None, &json!({})).await.problem(), (409, "follows-from-decision"));
        let question = format!("/v1/honours/{id}/question?city=330200");
        let doubted = hall.officer.post(&question, 2, &json!({ "reason": "称号已被撤销" })).await.ok();
        assert_eq!((&doubted["state"], &doubted["counts"]), (&json!("questioned"), &json!(true)));
        assert_eq!(hall.decide(&id, 3, true).await.problem(), (403, "same-person"), "who granted it");
        assert_eq!(hall.revoke(&id, 3).await.ok()["state"], json!("revoked"));
        let notices = format!("/v1/merchants/{}/notices?city=330200", hall.is.profile.id);
        let told = hall.merchant.get(&notices).await.ok();
        let kinds: Vec<_> = told["items"].as_array().unwrap().iter().map(|notice| &notice["kind"]).collect();
        assert_eq!(kinds, [&json!("honour_revoked"), &json!("honour_questioned")]);
        let after = credit.merchant(hall.is.profile.id).await.credit;
        assert_eq!((after.score, after.tally, after.grade), (before.score, before.tally, before.grade));
        assert!(hall.board().await.is_empty());
        credit.stop().await;
    }

    async fn i3_a_corrected_honour_is_revoked_with_its_correction_and_who_granted_it_does_not_correct_it(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let hall = Hall::of(&credit).await;
        let (mine, address) = (hall.is.profile.id, hall.address);
        let before = credit.merchant(mine).await.credit;
        let id = hall.proposed(&credit, "a").await.ok()["id"].as_str().unwrap().to_owned();
        let _ = hall.decide(&id, 1, true).await.ok();
        let entry = credit.ledger(mine).await.pop().unwrap().posting;
        let body = json!({ "entry": entry.id, "grounds": "应为省级" });
        let filed = hall.merchant.post_once(&format!("/v1/merchants/{mine}/objections?city=330200"), "o", &body).await;
        let objection = format!("/v1/objections/{}", filed.body["id"].as_str().unwrap());
        let points = json!({ "demonstration": entry.tally.points.demonstration + 10 });
        let word = json!({ "upheld": true, "reason": "证书属实", "remedy": { "kind": "correct", "points": points } });
        let examine = format!("{objection}/examine?city=330200");
        assert_eq!(hall.officer.post(&examine, 1, &word).await.problem(), (403, "same-person"));
        let _ = Person::staff(address, 8, Role::CreditOfficer).post(&examine, 1, &word).await.ok();
        let decide = format!("{objection}/decide?city=330200");
        assert_eq!(hall.reviewer.post(&decide, 2, &word).await.problem(), (403, "same-person"));
        let _ = Person::staff(address, 9, Role::CreditReviewer).post(&decide, 2, &word).await.ok();
        let gained = credit.merchant(mine).await.credit.tally.points.demonstration - before.tally.points.demonstration;
        assert_eq!(gained, entry.tally.points.demonstration + 10);
        let question = format!("/v1/honours/{id}/question?city=330200");
        let _ = hall.officer.post(&question, 2, &json!({ "reason": "称号已被撤销" })).await.ok();
        let _ = hall.revoke(&id, 3).await.ok();
        let after = credit.merchant(mine).await.credit;
        assert_eq!((after.score, after.tally, after.grade), (before.score, before.tally, before.grade));
        credit.stop().await;
    }

    async fn nobody_is_honoured_beside_an_open_finding(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let hall = Hall::of(&credit).await;
        let id = hall.proposed(&credit, "a").await.ok()["id"].as_str().unwrap().to_owned();
        credit.publish(credit.id(), &credit.breach(hall.is.profile.id, Severity::Minor)).await;
        credit.consumed(1).await;
        assert_eq!(hall.decide(&id, 1, true).await.problem(), (409, "open-finding"));
        assert_eq!(hall.decide(&id, 1, false).await.ok()["state"], json!("rejected"));
        let own = format!("/v1/honours?city=330200&merchant={}", hall.is.profile.id);
        assert_eq!(hall.merchant.get(&own).await.ok()["items"][0]["state"], json!("rejected"));
        assert_eq!(hall.other.get(&own).await.problem(), (403, "forbidden"));
        credit.stop().await;
    }
}

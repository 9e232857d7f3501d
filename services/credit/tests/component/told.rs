//! What a merchant is told, and that lists are its own without being asked to say so.

use std::time::Duration;

use contracts::feedback::Severity;
use kernel::{Clock as _, Grade, MerchantId};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use testkit::{TestDb, on_both_databases};

use crate::callers::{Caller, Reply};
use crate::court::{Court, finding, of};
use crate::host::TestCredit;

fn notices(id: MerchantId, rest: &str) -> String {
    format!("/v1/merchants/{id}/notices{rest}?city=330200")
}

fn kinds(list: &Reply) -> Vec<&str> {
    list.body["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect()
}

fn ids(list: &Reply) -> Vec<Value> {
    assert_eq!(list.status, 200, "{}", list.body);
    list.body["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect()
}

on_both_databases! {
    async fn a_merchant_is_told_of_a_hearing_and_of_each_date_to_which_it_is_moved(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        let court = Court::of(&credit).await;
        let merchant = Caller::merchant(court.address, id);
        let proceeding = court.opened(id, finding(), "general").await;
        let (investigation, answers) = (of(&proceeding, "/investigation"), of(&proceeding, "/answers"));
        let notify = json!({ "act": "notify", "announced": "suspension", "reason": "收费不明" });
        assert_eq!(court.officer.change(&investigation, 1, &notify).await.status, 200);
        let reply = json!({ "act": "reply", "text": "请求听证", "asks_hearing": true });
        assert_eq!(merchant.post(&answers, "reply", &reply).await.status, 200);
        let call = |on: &str| json!({ "act": "call_hearing", "on": on });
        let early = court.officer.change(&investigation, 3, &call("2026-12-02T01:00:00Z")).await;
        assert_eq!(early.problem(), (422, "hearing-date"), "{}", early.body);
        let called = court.officer.change(&investigation, 3, &call("2026-12-03T01:00:00Z")).await;
        assert_eq!(called.status, 200, "{}", called.body);
        let moved = court.officer.change(&investigation, 4, &call("2026-12-16T01:00:00Z")).await;
        assert_eq!((moved.status, &moved.body["due"]["what"]), (200, &json!("hearing")), "{}", moved.body);
        assert_eq!(moved.body["decide_by"], json!("2026-12-30T16:00:00Z"));
        let stale = court.officer.change(&investigation, 4, &call("2026-12-17T01:00:00Z")).await;
        assert_eq!(stale.problem(), (412, "precondition-failed"), "{}", stale.body);
        let told = merchant.get(&notices(id, "")).await;
        assert_eq!(kinds(&told), ["hearing_called", "hearing_called", "noticed"], "{}", told.body);
        let dates = [&told.body["items"][0]["date"], &told.body["items"][1]["date"]];
        assert_eq!(dates, [&json!("2026-12-16T01:00:00Z"), &json!("2026-12-03T01:00:00Z")]);
        credit.stop().await;
    }

    async fn a_merchant_is_told_each_step_against_it_and_acknowledges_it_once(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        let court = Court::of(&credit).await;
        let merchant = Caller::merchant(court.address, id);
        let proceeding = court.opened(id, finding(), "general").await;
        let notify = json!({ "act": "notify", "announced": "warning", "reason": "收费不明" });
        court.officer.change(&of(&proceeding, "/investigation"), 1, &notify).await;
        let told = merchant.get(&notices(id, "")).await;
        let notice = &told.body["items"][0];
        assert_eq!((told.status, kinds(&told)), (200, vec!["noticed"]), "{}", told.body);
        assert_eq!((&notice["act_by"], &notice["awaits_answer"]), (&json!("2026-11-30T16:00:00Z"), &json!(true)));
        assert_eq!((&notice["subject"], &notice["acknowledged_at"]), (&json!(format!("proceeding:{proceeding}")), &Value::Null));
        let acknowledge = notices(id, &format!("/{}/acknowledge", notice["id"].as_str().unwrap()));
        assert_eq!(court.officer.post(&acknowledge, "x", &json!({})).await.problem(), (403, "forbidden"));
        let first = merchant.post(&acknowledge, "x", &json!({})).await;
        assert_eq!((first.status, &first.body["acknowledged_at"]), (200, &json!(credit.clock.now())), "{}", first.body);
        credit.clock.advance(Duration::from_secs(8 * 86_400));
        let again = merchant.post(&acknowledge, "y", &json!({})).await;
        assert_eq!(again.body["acknowledged_at"], first.body["acknowledged_at"], "the first time stands");
        assert_eq!(again.body["awaits_answer"], json!(false), "its time is over");
        let warn = json!({ "act": "impose", "measure": "warning", "months": 3, "reason": "收费不明" });
        court.reviewer.change(&of(&proceeding, "/decisions"), 2, &warn).await;
        let seen = court.auditor.get(&notices(id, "")).await;
        assert_eq!(kinds(&seen), ["imposed", "noticed"], "the newest first");
        assert_eq!(seen.body["items"][1], again.body);
        assert_eq!(seen.body["items"][0]["awaits_answer"], json!(true));
        merchant.post(&of(&proceeding, "/answers"), "x", &json!({ "act": "appeal", "grounds": "证据不足" })).await;
        let appealed = merchant.get(&notices(id, "")).await;
        assert_eq!(appealed.body["items"][0]["awaits_answer"], json!(false), "it did");
        let other = credit.any_of_grade(Grade::AA).await.profile.id;
        let other = Caller::merchant(court.address, other);
        assert_eq!(other.get(&notices(id, "")).await.problem(), (403, "forbidden"));
        assert_eq!(other.post(&acknowledge, "x", &json!({})).await.problem(), (403, "forbidden"));
        credit.stop().await;
    }

    async fn what_a_merchant_was_told_and_its_receipt_cannot_be_edited(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        let breach = credit.breach(id, Severity::Minor);
        let event = credit.id();
        credit.publish(event, &breach).await;
        credit.publish(event, &breach).await;
        credit.consumed(1).await;
        credit.drained().await;
        let merchant = Caller::merchant(credit.serve().await, id);
        let told = merchant.get(&notices(id, "")).await;
        assert_eq!(kinds(&told), ["breach_recorded"], "once, however often it is heard");
        let notice = told.body["items"][0]["id"].as_str().unwrap();
        merchant.post(&notices(id, &format!("/{notice}/acknowledge")), "x", &json!({})).await;
        let conn = sea_orm::Database::connect(db.url()).await.unwrap();
        for edit in ["UPDATE merchant_notices SET told_at = 0", "DELETE FROM notice_receipts"] {
            let refused = conn.execute_unprepared(edit).await.unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{refused}");
        }
        conn.close().await.unwrap();
        credit.stop().await;
    }

    async fn the_decision_on_an_objection_is_told(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        let breach = credit.breach(id, Severity::Minor);
        credit.publish(credit.id(), &breach).await;
        credit.consumed(1).await;
        let court = Court::of(&credit).await;
        let merchant = Caller::merchant(court.address, id);
        let entry = credit.ledger(id).await.last().unwrap().posting.id;
        let grounds = json!({ "entry": entry, "grounds": "价格有公示" });
        let filed = merchant.post(&format!("/v1/merchants/{id}/objections?city=330200"), "x", &grounds).await;
        let objection = filed.body["id"].as_str().unwrap();
        let word = json!({ "upheld": false, "reason": "票据与公示不符" });
        for (who, door, version) in [(&court.officer, "examine", 1), (&court.reviewer, "decide", 2)] {
            who.change(&format!("/v1/objections/{objection}/{door}?city=330200"), version, &word).await;
        }
        let told = merchant.get(&notices(id, "")).await;
        assert_eq!(kinds(&told), ["objection_decided", "breach_recorded"]);
        let newest = &told.body["items"][0];
        assert_eq!((&newest["granted"], &newest["reason"]), (&json!(false), &word["reason"]));
        credit.stop().await;
    }

    async fn a_list_that_names_no_merchant_is_the_accounts_own(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let (own, other) = { let all = credit.all().await; (all[0].profile.id, all[1].profile.id) };
        let court = Court::of(&credit).await;
        let proceeding = court.opened(own, finding(), "general").await;
        let [mine, theirs] = [own, other].map(|id| Caller::merchant(court.address, id));
        assert_eq!(ids(&mine.get("/v1/proceedings?city=330200").await), [json!(proceeding)]);
        for list in ["proceedings", "objections", "applications"] {
            let all = format!("/v1/{list}?city=330200");
            assert_eq!(ids(&theirs.get(&all).await), [Value::Null; 0], "{list}");
            let not_theirs = theirs.get(&format!("{all}&merchant={own}")).await;
            assert_eq!(not_theirs.problem(), (403, "forbidden"), "{list}");
        }
        let log = format!("/v1/merchants/{own}/file/log?city=330200");
        assert_eq!(mine.get(&log).await.status, 200);
        assert_eq!(theirs.get(&log).await.problem(), (403, "forbidden"));
        credit.stop().await;
    }

    async fn a_page_of_notices_goes_on_where_the_one_before_it_ended(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        for _ in 0..3 {
            credit.publish(credit.id(), &credit.breach(id, Severity::Minor)).await;
        }
        credit.consumed(3).await;
        let merchant = Caller::merchant(credit.serve().await, id);
        let all = ids(&merchant.get(&notices(id, "")).await);
        let first = merchant.get(&format!("{}&limit=2", notices(id, ""))).await;
        let next = first.body["next"].as_str().unwrap();
        let second = merchant.get(&format!("{}&limit=2&after={next}", notices(id, ""))).await;
        assert_eq!([ids(&first), ids(&second)].concat(), all);
        credit.stop().await;
    }
}

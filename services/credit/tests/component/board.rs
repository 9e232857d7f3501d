//! What the publicity board shows of merchants, and for how long.

use std::time::Duration;

use contracts::feedback::Severity;
use credit_domain::Merchant;
use kernel::{Clock as _, Grade, MerchantId};
use serde_json::{Value, json};
use testkit::{TestDb, on_both_databases, wait};

use crate::callers::Caller;
use crate::court::{Court, of, red_line, removal};
use crate::evaluation::{computed, in_effect, with_a_year};
use crate::host::{PATIENCE, TestCredit};

const DAY: Duration = Duration::from_secs(86_400);

/// What stands there of this kind about the merchant.
async fn shown(court: &Court, kind: &str, id: MerchantId) -> Vec<Value> {
    let board = court.citizen.get(&format!("/v1/publicity?city=330200&kind={kind}&limit=200")).await;
    let items = board.body["items"].as_array().unwrap();
    items.iter().filter(|notice| notice["merchant"] == json!(id)).cloned().collect()
}

async fn until_shown(court: &Court, kind: &str, id: MerchantId, count: usize) -> Vec<Value> {
    wait::until(kind, PATIENCE, async || {
        Some(shown(court, kind, id).await).filter(|found| found.len() == count)
    })
    .await
    .unwrap()
}

on_both_databases! {
    async fn a_verified_breach_is_announced_once_its_merchant_could_answer_and_for_its_class(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        let court = Court::of(&credit).await;
        for severity in [Severity::Minor, Severity::General] {
            credit.publish(credit.id(), &credit.breach(id, severity)).await;
        }
        credit.consumed(2).await;
        let merchant = Caller::merchant(court.address, id);
        let told = merchant.get(&format!("/v1/merchants/{id}/notices?city=330200")).await;
        assert_eq!(told.body["items"][0]["date"], json!("2026-11-30T16:00:00Z"), "{}", told.body);
        assert_eq!(shown(&court, "finding", id).await, [Value::Null; 0]);
        credit.clock.advance(8 * DAY);
        let stands = until_shown(&court, "finding", id, 1).await;
        assert_eq!((&stands[0]["class"], &stands[0]["remove_at"]), (&json!("general"), &json!("2027-02-23T01:00:00Z")));
        let (text, english) = (stands[0]["text"].as_str().unwrap(), stands[0]["text_en"].as_str().unwrap());
        assert!(text.starts_with("经核实的一般失信，违反服务承诺“价格透明："), "{text}");
        assert!(english.starts_with("A verified general breach of the service commitment: “Transparent prices:"), "{english}");
        credit.clock.advance(90 * DAY);
        until_shown(&court, "finding", id, 0).await;
        credit.stop().await;
    }

    async fn what_is_decided_about_a_breach_is_shown_in_its_place(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        let breach = credit.breach(id, Severity::General);
        credit.publish(credit.id(), &breach).await;
        credit.consumed(1).await;
        let court = Court::of(&credit).await;
        let ground = json!({ "kind": "breach", "case": breach.case });
        let proceeding = court.opened(id, ground, "general").await;
        let notify = json!({ "act": "notify", "announced": "warning", "reason": "收费不明" });
        court.officer.change(&of(&proceeding, "/investigation"), 1, &notify).await;
        credit.clock.advance(8 * DAY);
        until_shown(&court, "finding", id, 1).await;
        let warn = json!({ "act": "impose", "measure": "warning", "months": 3, "reason": "收费不明" });
        assert_eq!(court.reviewer.change(&of(&proceeding, "/decisions"), 2, &warn).await.status, 200);
        assert_eq!(shown(&court, "finding", id).await, [Value::Null; 0]);
        assert_eq!(shown(&court, "sanction", id).await.len(), 1);
        credit.stop().await;
    }

    async fn an_objection_that_is_upheld_takes_the_breach_off_the_board_before_it_is_on_it(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        credit.publish(credit.id(), &credit.breach(id, Severity::Serious)).await;
        credit.consumed(1).await;
        let court = Court::of(&credit).await;
        let merchant = Caller::merchant(court.address, id);
        let entry = credit.ledger(id).await.last().unwrap().posting.id;
        let grounds = json!({ "entry": entry, "grounds": "价格有公示" });
        let filed = merchant.post(&format!("/v1/merchants/{id}/objections?city=330200"), "x", &grounds).await;
        let objection = filed.body["id"].as_str().unwrap();
        let word = json!({ "upheld": true, "reason": "票据与公示相符" });
        for (who, door, version) in [(&court.officer, "examine", 1), (&court.reviewer, "decide", 2)] {
            let target = format!("/v1/objections/{objection}/{door}?city=330200");
            assert_eq!(who.change(&target, version, &word).await.status, 200);
        }
        credit.clock.advance(8 * DAY);
        // Another one comes up on the same day: by then this one would be up.
        let other = credit.any_of_grade(Grade::AA).await.profile.id;
        credit.publish(credit.id(), &credit.breach(other, Severity::Serious)).await;
        credit.consumed(2).await;
        credit.clock.advance(10 * DAY);
        until_shown(&court, "finding", other, 1).await;
        assert_eq!(shown(&court, "finding", id).await, [Value::Null; 0]);
        credit.stop().await;
    }

    async fn the_grade_of_a_year_stands_on_the_board_while_its_merchant_is_with_us(db: TestDb) {
        let credit = with_a_year(&db).await;
        let court = Court::of(&credit).await;
        let run = computed(&credit).await;
        in_effect(&credit, &run).await;
        let (gone, leaves) = { let all = credit.all().await; (all[0].profile.id, all[1].profile.id) };
        for id in [gone, leaves] {
            assert_eq!(shown(&court, "grade", id).await.len(), 1);
        }
        let proceeding = court.opened(gone, red_line(), "serious").await;
        court.reviewer.change(&of(&proceeding, "/decisions"), 1, &removal()).await;
        assert_eq!(shown(&court, "grade", gone).await, [Value::Null; 0]);
        let appeal = json!({ "act": "appeal", "grounds": "服务记录属实" });
        Caller::merchant(court.address, gone).post(&of(&proceeding, "/answers"), "x", &appeal).await;
        let ruling = json!({ "act": "rule_on_appeal", "granted": true, "reason": "证据不足" });
        assert_eq!(court.another.change(&of(&proceeding, "/decisions"), 3, &ruling).await.status, 200);
        assert_eq!(shown(&court, "grade", gone).await.len(), 1, "a reversal gives everything back");
        let version = credit.merchant(leaves).await.version.0;
        let leave = format!("/v1/merchants/{leaves}/leave?city=330200");
        let left = Caller::merchant(court.address, leaves).change(&leave, version, &json!({})).await;
        assert_eq!(left.status, 200, "{}", left.body);
        assert_eq!(shown(&court, "grade", leaves).await, [Value::Null; 0]);
        credit.stop().await;
    }

    async fn a_measure_is_marked_while_it_is_appealed_against(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AA).await.profile.id;
        let court = Court::of(&credit).await;
        let proceeding = court.opened(id, red_line(), "serious").await;
        court.reviewer.change(&of(&proceeding, "/decisions"), 1, &removal()).await;
        let marked = async || shown(&court, "removal", id).await[0]["under_appeal"].clone();
        assert_eq!(marked().await, json!(false));
        let appeal = json!({ "act": "appeal", "grounds": "服务记录属实" });
        Caller::merchant(court.address, id).post(&of(&proceeding, "/answers"), "x", &appeal).await;
        assert_eq!(marked().await, json!(true));
        let ruling = json!({ "act": "rule_on_appeal", "granted": false, "reason": "证据充分" });
        assert_eq!(court.another.change(&of(&proceeding, "/decisions"), 3, &ruling).await.status, 200);
        assert_eq!(marked().await, json!(false));
        credit.stop().await;
    }

    async fn an_honour_shows_the_grade_in_force_and_a_measure_that_is_appealed_against(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let merchant = credit.any_of_grade(Grade::AA).await;
        let id = merchant.profile.id;
        let court = Court::of(&credit).await;
        let now = credit.clock.now();
        let honour = json!({
            "kind": "credit-demonstration", "level": "city", "grantor": "宁波市信用办",
            "granted_at": now, "valid_until": now.after(365 * DAY),
        });
        let proposed = court.officer.post(&format!("/v1/merchants/{id}/honours?city=330200"), "h", &honour).await;
        let decide = format!("/v1/honours/{}/decide?city=330200", proposed.body["id"].as_str().unwrap());
        court.reviewer.change(&decide, 1, &json!({ "agrees": true, "reason": "材料属实" })).await;
        let stands = async || {
            let [shown] = shown(&court, "reward", id).await.try_into().unwrap();
            ["grade_now", "under_objection", "under_appeal"].map(|field| shown[field].clone())
        };
        assert_eq!(stands().await, [json!(Grade::AA), json!(false), json!(false)]);
        let proceeding = court.opened(id, red_line(), "serious").await;
        court.reviewer.change(&of(&proceeding, "/decisions"), 1, &removal()).await;
        assert_eq!(stands().await, [json!(Grade::D), json!(false), json!(false)]);
        let appeal = json!({ "act": "appeal", "grounds": "服务记录属实" });
        Caller::merchant(court.address, id).post(&of(&proceeding, "/answers"), "x", &appeal).await;
        assert_eq!(stands().await, [json!(Grade::D), json!(true), json!(true)]);
        credit.stop().await;
    }

    async fn a_finding_is_marked_while_it_is_objected_to(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        credit.publish(credit.id(), &credit.breach(id, Severity::General)).await;
        credit.consumed(1).await;
        let court = Court::of(&credit).await;
        let entry = credit.ledger(id).await.last().unwrap().posting.id;
        credit.clock.advance(8 * DAY);
        assert_eq!(until_shown(&court, "finding", id, 1).await[0]["under_objection"], json!(false));
        let grounds = json!({ "entry": entry, "grounds": "价格有公示" });
        let filed = Caller::merchant(court.address, id).post(&format!("/v1/merchants/{id}/objections?city=330200"), "x", &grounds).await;
        assert_eq!(shown(&court, "finding", id).await[0]["under_objection"], json!(true));
        let word = json!({ "upheld": false, "reason": "票据与公示不符" });
        for (who, door, version) in [(&court.officer, "examine", 1), (&court.reviewer, "decide", 2)] {
            let target = format!("/v1/objections/{}/{door}?city=330200", filed.body["id"].as_str().unwrap());
            assert_eq!(who.change(&target, version, &word).await.status, 200);
        }
        assert_eq!(shown(&court, "finding", id).await[0]["under_objection"], json!(false));
        credit.stop().await;
    }

    async fn beside_the_grade_of_a_year_stands_the_one_in_force_and_whoever_kept_the_board_is_told(db: TestDb) {
        let credit = with_a_year(&db).await;
        let court = Court::of(&credit).await;
        let run = computed(&credit).await;
        in_effect(&credit, &run).await;
        let merchant = credit.all().await.into_iter().find(|one| one.credit.grade > Grade::C).unwrap();
        let (id, grade) = (merchant.profile.id, merchant.credit.grade);
        let target = format!("/v1/publicity?city=330200&merchant={id}");
        let before = court.citizen.get(&target).await;
        assert_eq!(before.body["items"].as_array().unwrap().len(), 1, "{}", before.body);
        assert_eq!(before.body["items"][0]["grade_now"], json!(grade));
        assert_eq!(court.citizen.get_unless(&target, before.etag.as_deref()).await.status, 304);
        credit.publish(credit.id(), &credit.breach(id, Severity::Serious)).await;
        credit.consumed(1).await;
        let after = court.citizen.get_unless(&target, before.etag.as_deref()).await;
        let graded = after.body["items"].as_array().unwrap().last().unwrap();
        assert_eq!((&graded["grade"], &graded["grade_now"]), (&json!(grade), &json!(Grade::C)), "{}", after.body);
        credit.stop().await;
    }

    async fn what_is_about_a_merchant_as_a_whole_is_found_by_each_category_that_it_serves(db: TestDb) {
        let credit = with_a_year(&db).await;
        let court = Court::of(&credit).await;
        let run = computed(&credit).await;
        in_effect(&credit, &run).await;
        let all = credit.all().await;
        let serves = |one: &Merchant, code: &str| one.profile.categories.iter().any(|served| served.category.as_str() == code);
        for code in ["lock-opening", "moving"] {
            let board = court.citizen.get(&format!("/v1/publicity?city=330200&kind=grade&category={code}&limit=200")).await;
            let mut found: Vec<_> = board.body["items"].as_array().unwrap().iter().map(|one| one["merchant"].to_string()).collect();
            let mut wanted: Vec<_> = all.iter().filter(|one| serves(one, code)).map(|one| json!(one.profile.id).to_string()).collect();
            found.sort();
            wanted.sort();
            assert!(!wanted.is_empty() && wanted.len() < all.len(), "{code}");
            assert_eq!(found, wanted, "{code}");
        }
        credit.stop().await;
    }

    async fn a_notice_stands_on_the_board_between_its_dates(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let court = Court::of(&credit).await;
        let now = credit.clock.now();
        let (publish_at, remove_at) = (now.after(DAY), now.after(3 * DAY));
        let body = json!({
            "kind": "standard", "category": "lock-opening", "title": "开锁服务规范", "text": "即日起施行",
            "publish_at": publish_at, "remove_at": remove_at,
        });
        let written = court.officer.post("/v1/publicity?city=330200", "k", &body).await;
        assert_eq!(written.status, 200, "{}", written.body);
        assert_eq!(court.officer.post("/v1/publicity?city=330200", "k", &body).await.status, 200);
        let shown = async |query: &str, count: usize| {
            wait::until("the board", PATIENCE, async || {
                let board = court.citizen.get(&format!("/v1/publicity?city=330200{query}")).await;
                (board.body["items"].as_array().unwrap().len() == count).then_some(board)
            })
            .await
            .unwrap()
        };
        let empty = shown("", 0).await;
        credit.clock.set(publish_at);
        shown("&kind=standard&category=lock-opening", 1).await;
        let known = court.citizen.get_unless("/v1/publicity?city=330200", empty.etag.as_deref()).await;
        assert_eq!(known.status, 200, "whoever knows the empty board is told");
        shown("&kind=reward", 0).await;
        shown("&category=cleaning", 0).await;
        credit.clock.set(remove_at);
        shown("", 0).await;
        for kind in ["sanction", "finding", "grade", "reward"] {
            let by_hand = json!({ "kind": kind, "title": "x", "text": "x" });
            let refused = court.officer.post("/v1/publicity?city=330200", kind, &by_hand).await;
            assert_eq!(refused.problem(), (409, "follows-from-decision"), "{kind}");
        }
        let about_one = json!({ "kind": "announcement", "title": "x", "text": "x", "merchant": credit.all().await[0].profile.id });
        let refused = court.officer.post("/v1/publicity?city=330200", "one", &about_one).await;
        assert_eq!(refused.problem(), (422, "unknown-field"), "one person announces nothing about a merchant");
        for (member, strange) in [("kind", json!("gossip")), ("category", json!("gossip")), ("district", json!(999_999)), ("district", json!(330_100))] {
            let mut unknown = json!({ "kind": "announcement", "title": "x", "text": "x" });
            unknown[member] = strange;
            let refused = court.officer.post("/v1/publicity?city=330200", "g", &unknown).await;
            let pointer = json!(format!("#/{member}"));
            assert_eq!((refused.problem(), &refused.body["errors"][0]["pointer"]), ((422, "invalid-body"), &pointer));
        }
        assert_eq!(court.citizen.get("/v1/publicity?city=330200&kind=x").await.problem(), (400, "invalid-query"));
        credit.stop().await;
    }
}

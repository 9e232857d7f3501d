//! At the door: codes on phones, printed cards, confirmed entries, and their log.

use std::time::Duration;

use chassis::clock::SystemClock;
use credit_domain::Merchant;
use credit_domain::keys::SecretKey;
use credit_domain::workers::{Claims, CodeRing};
use futures::future::join_all;
use kernel::{Channel, Clock as _, RequestId};
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use testkit::{TestDb, on_both_databases};

use crate::host::{CODE_KEY, TestCredit, ningbo};
use crate::workers::{Answer, As, Client, PERSONS, of};

const WECHAT: Channel = Channel::Wechat;

async fn code(client: &Client, merchant: &Merchant, worker: &str) -> String {
    let shown = client.post(As::Merchant(merchant), &format!("/v1/workers/{worker}/code"), Value::Null).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    shown.body["code"].as_str().unwrap().to_owned()
}

async fn scan(client: &Client, key: &str, code: &str) -> Answer {
    scan_by(client, As::Channel(WECHAT), key, code).await
}

async fn scan_in_public(client: &Client, key: &str, code: &str) -> Answer {
    let headers = [("idempotency-key", key)];
    client.send(As::Nobody, Method::POST, "/v1/door/scans", &headers, Some(json!({ "code": code }))).await
}

async fn scan_by(client: &Client, who: As<'_>, key: &str, code: &str) -> Answer {
    let headers = [("idempotency-key", key)];
    client.send(who, Method::POST, "/v1/scans", &headers, Some(json!({ "code": code }))).await
}

async fn confirm(client: &Client, channel: Channel, scan: &Value, request: Option<RequestId>) -> Answer {
    let path = format!("/v1/scans/{}/entry", scan.as_str().unwrap());
    client.post(As::Channel(channel), &path, json!({ "request": request })).await
}

/// A code signed with the key in use that ran out a second ago.
fn expired(worker: &str) -> String {
    let ring = CodeRing::new(vec![SecretKey::try_new(CODE_KEY).unwrap()]);
    let expires_s = SystemClock.now().as_secs() - 1;
    ring.sign(Claims { city: ningbo(), worker: worker.parse().unwrap(), expires_s, nonce: 77 }).unwrap()
}

/// A service, its client, a merchant, and a green worker of it.
async fn at_the_door(db: &TestDb) -> (TestCredit, Client, Merchant, String) {
    let credit = Box::pin(TestCredit::seeded(db)).await;
    let ([merchant, _], client) = (credit.two().await, Client::of(&credit).await);
    let worker = client.enrol(&credit, &merchant, PERSONS[0], 100).await;
    (credit, client, merchant, worker)
}

async fn outcomes(client: &Client, merchant: &Merchant) -> Vec<String> {
    let log = client.get(As::Merchant(merchant), &of(merchant, "/scans")).await.body;
    let outcome = |scan: &Value| scan["outcome"].as_str().unwrap().to_owned();
    log["items"].as_array().unwrap().iter().map(outcome).collect()
}

on_both_databases! {
    async fn a_scan_of_the_phone_shows_the_minimum_and_nothing_more(db: TestDb) {
        let (credit, client, merchant, worker) = at_the_door(&db).await;
        let seen = scan(&client, "a", &code(&client, &merchant, &worker).await).await;
        assert_eq!(seen.status, 200, "{}", seen.body);
        let mut fields: Vec<&str> = seen.body.as_object().unwrap().keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["colour", "confirm_by", "grade", "identifies_only", "masked_name", "merchant", "merchant_id", "merchant_status",
            "number", "papers_until", "proof", "scan", "scanned_at", "under_objection"]);
        assert_eq!((&seen.body["colour"], &seen.body["masked_name"]), (&json!("green"), &json!("王**")));
        assert_eq!((&seen.body["merchant"], &seen.body["grade"]),
            (&json!(merchant.profile.name), &json!(merchant.credit.grade)));
        credit.stop().await;
    }

    async fn a_code_is_good_for_one_scan_and_a_repeated_try_gets_the_first_answer(db: TestDb) {
        let (credit, client, merchant, worker) = at_the_door(&db).await;
        let code = code(&client, &merchant, &worker).await;
        let (first, again) = (scan(&client, "a", &code).await, scan(&client, "a", &code).await);
        assert_eq!((first.status, &first.body), (200, &again.body));
        assert_eq!(scan(&client, "b", &code).await.problem(), (409, "used-code"));
        let inspector = scan_by(&client, As::Role("inspector"), "a", &code).await;
        assert_eq!(inspector.problem(), (409, "used-code"));
        assert_eq!(outcomes(&client, &merchant).await, ["shown", "used", "used"]);
        credit.stop().await;
    }

    async fn of_many_who_scan_one_code_at_the_same_moment_one_sees_the_worker(db: TestDb) {
        let (credit, client, merchant, worker) = at_the_door(&db).await;
        let (client, code) = (&client, &code(&client, &merchant, &worker).await);
        let tries = (0..20).map(|n| async move { scan(client, &n.to_string(), code).await.status });
        let statuses = join_all(tries).await;
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 19, "{statuses:?}");
        credit.stop().await;
    }

    async fn forged_expired_and_unreadable_codes_are_told_apart_and_kept(db: TestDb) {
        let (credit, client, merchant, worker) = at_the_door(&db).await;
        let other_key = SecretKey::try_new("//////////////////////////////////////////8=").unwrap();
        let strange = CodeRing::new(vec![other_key]);
        let expires_s = SystemClock.now().as_secs() + 60;
        let forged = strange.sign(Claims { city: ningbo(), worker: worker.parse().unwrap(), expires_s, nonce: 5 });
        assert_eq!(scan(&client, "a", &forged.unwrap()).await.problem(), (422, "forged-code"));
        assert_eq!(scan(&client, "b", &expired(&worker)).await.problem(), (410, "expired-code"));
        let unreadable = scan(&client, "c", "https://example.com").await;
        assert_eq!((unreadable.status, &unreadable.body["errors"][0]["pointer"]), (422, &json!("#/code")));
        assert_eq!(outcomes(&client, &merchant).await, ["expired"]);
        let all = client.get(As::Role("auditor"), "/v1/scans").await.body;
        let kept: Vec<&Value> = all["items"].as_array().unwrap().iter().map(|scan| &scan["outcome"]).collect();
        assert_eq!(kept, ["forged", "expired"]);
        assert_eq!(all["items"][0].get("worker"), None);
        credit.stop().await;
    }

    async fn a_printed_card_says_that_it_only_identifies_and_shows_no_colour(db: TestDb) {
        let (credit, client, merchant, worker) = at_the_door(&db).await;
        let view = client.get(As::Merchant(&merchant), &format!("/v1/workers/{worker}")).await.body;
        let printed = view["printed_code"].as_str().unwrap();
        let seen = scan(&client, "a", printed).await;
        assert_eq!((seen.status, &seen.body["identifies_only"]), (200, &json!(true)));
        assert_eq!((seen.body.get("colour"), seen.body.get("confirm_by")), (None, None));
        assert_eq!(scan(&client, "a", printed).await.body, seen.body);
        let refused = confirm(&client, WECHAT, &seen.body["scan"], None).await;
        assert_eq!(refused.problem(), (409, "identifies-only"));
        // A lost card identifies nobody once it is replaced.
        let lost = json!({ "lost": view["card"] });
        for _ in 0..2 {
            let fresh = client.post(As::Role("credit_officer"), &format!("/v1/workers/{worker}/card"), lost.clone()).await;
            assert_eq!((fresh.status, &fresh.body["version"]), (200, &json!(3)));
        }
        assert_eq!(scan(&client, "b", printed).await.problem(), (404, "unknown-card"));
        credit.stop().await;
    }

    async fn an_entry_is_confirmed_once_and_said_once(db: TestDb) {
        let (credit, client, merchant, worker) = at_the_door(&db).await;
        let seen = scan(&client, "a", &code(&client, &merchant, &worker).await).await;
        let request: RequestId = credit.id();
        assert_eq!(confirm(&client, Channel::Baidu, &seen.body["scan"], None).await.problem(), (404, "not-found"));
        let first = confirm(&client, WECHAT, &seen.body["scan"], Some(request)).await;
        assert_eq!((first.status, &first.body["already"]), (200, &json!(false)), "{}", first.body);
        credit.clock.advance(Duration::from_secs(3_600));
        let again = confirm(&client, WECHAT, &seen.body["scan"], None).await;
        assert_eq!((&again.body["already"], &again.body["request"]), (&json!(true), &json!(request)));
        assert_eq!(again.body["confirmed_at"], first.body["confirmed_at"]);
        assert_eq!(credit.said("entry-confirmed").await, 1);
        let log = client.get(As::Merchant(&merchant), &of(&merchant, "/scans")).await.body;
        assert_eq!(log["items"][0]["entry_confirmed_at"], first.body["confirmed_at"]);
        let (worker, company) = (&log["items"][0]["worker_name"], &log["items"][0]["merchant_name"]);
        assert_eq!((worker, company), (&seen.body["masked_name"], &seen.body["merchant"]));
        assert_eq!(log["items"][0]["worker_card"], seen.body["number"]);
        credit.stop().await;
    }

    async fn an_entry_is_not_confirmed_late_nor_on_red_nor_for_another_merchant(db: TestDb) {
        let (credit, client, merchant, worker) = at_the_door(&db).await;
        let fresh = async |key: &str| scan(&client, key, &code(&client, &merchant, &worker).await).await.body;
        let late = fresh("a").await;
        credit.clock.advance(Duration::from_secs(601));
        assert_eq!(confirm(&client, WECHAT, &late["scan"], None).await.problem(), (410, "scan-too-old"));
        let red = fresh("b").await;
        client.papers(&worker, 2, json!({ "identity": "abnormal" })).await;
        assert_eq!(confirm(&client, WECHAT, &red["scan"], None).await.problem(), (409, "red-code"));
        let gone = fresh("c").await;
        client.post(As::Merchant(&merchant), &format!("/v1/workers/{worker}/leave"), Value::Null).await;
        assert_eq!(confirm(&client, WECHAT, &gone["scan"], None).await.problem(), (409, "worker-moved"));
        assert_eq!(credit.said("entry-confirmed").await, 0);
        credit.stop().await;
    }

    async fn whoever_no_merchant_enrols_shows_no_code_and_is_not_shown(db: TestDb) {
        let (credit, client, merchant, worker) = at_the_door(&db).await;
        let code = code(&client, &merchant, &worker).await;
        client.post(As::Merchant(&merchant), &format!("/v1/workers/{worker}/leave"), Value::Null).await;
        assert_eq!(scan(&client, "a", &code).await.problem(), (410, "nobodys-worker"));
        let shown = client.post(As::Merchant(&merchant), &format!("/v1/workers/{worker}/code"), Value::Null).await;
        assert_eq!(shown.problem(), (404, "not-found"));
        credit.stop().await;
    }

    async fn only_front_ends_and_inspectors_scan_and_only_own_scans_are_read(db: TestDb) {
        let (credit, client, merchant, worker) = at_the_door(&db).await;
        let code = code(&client, &merchant, &worker).await;
        assert_eq!(scan_by(&client, As::Nobody, "a", &code).await.problem(), (401, "unsigned"));
        for who in [As::Merchant(&merchant), As::Role("operator"), As::Role("auditor")] {
            assert_eq!(scan_by(&client, who, "a", &code).await.problem(), (403, "forbidden"));
        }
        assert_eq!(scan_by(&client, As::Role("inspector"), "a", &code).await.status, 200);
        let [_, other] = credit.two().await;
        let read = of(&merchant, "/scans");
        for who in [As::Merchant(&other), As::Role("operator"), As::Role("followup_caller")] {
            assert_eq!(client.get(who, &read).await.problem(), (403, "forbidden"));
        }
        assert_eq!(client.get(As::Merchant(&merchant), "/v1/scans").await.problem(), (403, "forbidden"));
        assert_eq!(client.get(As::Role("credit_officer"), &read).await.status, 200);
        credit.stop().await;
    }

    async fn everybody_scans_a_phone_and_lets_the_worker_in_with_the_token_of_that_scan_alone(db: TestDb) {
        let (credit, client, merchant, worker) = at_the_door(&db).await;
        let first = code(&client, &merchant, &worker).await;
        let seen = scan_in_public(&client, "a", &first).await;
        assert_eq!((seen.status, &seen.body["colour"]), (200, &json!("green")), "{}", seen.body);
        let again = scan_in_public(&client, "a", &first).await;
        assert_eq!((seen.body["scan"].clone(), seen.body["entry_token"].clone()),
            (again.body["scan"].clone(), again.body["entry_token"].clone()));
        assert_eq!(scan_in_public(&client, "b", &first).await.problem(), (409, "used-code"));
        let other = scan_in_public(&client, "c", &code(&client, &merchant, &worker).await).await;
        let enter = async |token: &Value| {
            let path = format!("/v1/door/scans/{}/entry", seen.body["scan"].as_str().unwrap());
            client.post(As::Nobody, &path, json!({ "token": token })).await
        };
        assert_eq!(enter(&json!("x")).await.problem(), (404, "not-found"));
        assert_eq!(enter(&other.body["entry_token"]).await.problem(), (404, "not-found"));
        assert_eq!(confirm(&client, WECHAT, &seen.body["scan"], None).await.problem(), (404, "not-found"));
        for already in [false, true] {
            let entered = enter(&seen.body["entry_token"]).await;
            assert_eq!((entered.status, &entered.body["already"]), (200, &json!(already)));
        }
        assert_eq!(credit.said("entry-confirmed").await, 1);
        assert_eq!(outcomes(&client, &merchant).await, ["shown", "used", "shown"]);
        let log = client.get(As::Merchant(&merchant), &of(&merchant, "/scans")).await.body;
        assert_eq!(log["items"][0]["by"], json!({ "kind": "platform" }));
        credit.clock.advance(Duration::from_secs(601));
        let late = format!("/v1/door/scans/{}/entry", other.body["scan"].as_str().unwrap());
        let late = client.post(As::Nobody, &late, json!({ "token": other.body["entry_token"] })).await;
        assert_eq!(late.problem(), (410, "scan-too-old"));
        credit.stop().await;
    }

    async fn to_the_public_page_a_card_shows_nothing_and_strange_codes_are_bounded(db: TestDb) {
        let settings = [("CREDIT__WORKERS__STRANGE_CODES_PER_MINUTE", "2")];
        let credit = Box::pin(TestCredit::start_with(&db, &settings)).await;
        credit.seed().await;
        let ([merchant, _], client) = (credit.two().await, Client::of(&credit).await);
        let worker = client.enrol(&credit, &merchant, PERSONS[0], 100).await;
        let view = client.get(As::Merchant(&merchant), &format!("/v1/workers/{worker}")).await.body;
        let card = scan_in_public(&client, "a", view["printed_code"].as_str().unwrap()).await;
        assert_eq!((card.problem(), card.body.get("masked_name")), ((409, "identifies-only"), None));
        for key in ["b", "c"] {
            assert_eq!(scan_in_public(&client, key, &expired(&worker)).await.problem(), (410, "expired-code"));
        }
        assert_eq!(scan_in_public(&client, "d", &expired(&worker)).await.problem(), (429, "scans-busy"));
        let fresh = scan_in_public(&client, "e", &code(&client, &merchant, &worker).await).await;
        assert_eq!(fresh.status, 200, "{}", fresh.body);
        assert_eq!(outcomes(&client, &merchant).await, ["expired", "expired", "shown"]);
        credit.stop().await;
    }

    async fn a_scan_can_be_neither_changed_nor_deleted(db: TestDb) {
        let (credit, client, merchant, worker) = at_the_door(&db).await;
        let seen = scan(&client, "a", &code(&client, &merchant, &worker).await).await;
        confirm(&client, WECHAT, &seen.body["scan"], None).await;
        let conn = sea_orm::Database::connect(db.url()).await.unwrap();
        for edit in ["UPDATE scans SET outcome = 'used'", "DELETE FROM scans", "DELETE FROM confirmed_entries"] {
            let refused = conn.execute_unprepared(edit).await.unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{refused}");
        }
        conn.close().await.unwrap();
        credit.stop().await;
    }
}

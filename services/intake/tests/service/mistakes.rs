//! Each kind of mistake has a problem type of its own, and none of them leaves anything behind.

use kernel::{Channel, Clock as _};
use serde_json::{Value, json};
use testkit::TestDb;

use crate::http::{FrontEnd, new_request, served};
use crate::support::Intake;

fn with(name: &str, value: Value) -> Value {
    let mut request = new_request();
    request[name] = value;
    request
}

testkit::on_both_databases! {
    async fn what_is_asked_for_in_vain_is_told_alike_of_a_query_and_of_a_draft(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let wechat = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        for (item, area, code) in [
            ("no-such-item", 330_203_001, "unknown-item"),
            ("door-unlocking", 330_203_999, "unknown-street"),
            ("door-unlocking", 310_101_001, "wrong-city"),
            ("no-such-item", 310_101_001, "invalid-request"),
        ] {
            let mut draft = with("item", json!(item));
            draft["area"] = json!(area);
            let mut drafted = wechat.create("key", &draft).await.body;
            for error in drafted["errors"].as_array_mut().unwrap() {
                error["pointer"] = error["pointer"].as_str().unwrap().trim_start_matches("#/").into();
            }
            for list in ["", "/changes", "/stream"] {
                let target = format!("/v1/recommendations{list}?city=330200&item={item}&area={area}");
                let asked = wechat.call("GET", &target, &[], "").await;
                let told = (asked.status, &asked.body["code"], &asked.body["errors"]);
                assert_eq!(told, (422, &json!(code), &drafted["errors"]), "{target}");
            }
        }
        intake.stop().await;
    }

    async fn each_kind_of_mistake_has_its_own_problem_type_and_leaves_nothing_behind(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let wechat = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        let drafts = [
            (with("item", json!("no-such-item")), 422, "unknown-item"),
            (with("area", json!(330_203_999)), 422, "unknown-street"),
            (with("area", json!(310_101_001)), 422, "wrong-city"),
            (with("description", json!("长".repeat(1_001))), 422, "invalid-request"),
            (with("description", json!("长".repeat(100_000))), 413, "body-too-large"),
            (with("surprise", json!(1)), 422, "unknown-field"),
        ];
        for (draft, status, code) in drafts {
            let refused = wechat.create("key", &draft).await;
            assert_eq!((refused.status, refused.body["code"].as_str()), (status, Some(code)), "{}", refused.body);
            let page = reqwest::get(format!("{base}{}", refused.body["type"].as_str().unwrap())).await.unwrap();
            assert!(page.text().await.unwrap().contains(code));
        }
        let cut = wechat.call("POST", "/v1/requests", &[("idempotency-key", "key")], "{\"city\":").await;
        assert_eq!(cut.body["code"], "malformed-json", "{}", cut.body);
        let plain = [("idempotency-key", "key"), ("content-type", "text/plain")];
        let undeclared = wechat.call("POST", "/v1/requests", &plain, &new_request().to_string()).await;
        assert_eq!((undeclared.status, &undeclared.body["code"]), (415, &json!("unsupported-media-type")));
        let missing = wechat.call("POST", "/v1/requests", &[], &new_request().to_string()).await;
        assert_eq!(missing.body["code"], "idempotency-key-required", "{}", missing.body);
        let unsigned = reqwest::Client::new().post(format!("{base}/v1/requests")).json(&new_request());
        let unsigned = unsigned.header("idempotency-key", "key");
        let unsigned: Value = unsigned.send().await.unwrap().json().await.unwrap();
        assert_eq!(unsigned["code"], "unsigned");
        let stale = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs() - 301);
        assert_eq!(stale.create("key", &new_request()).await.body["code"], "stale-signature");
        let unknown = FrontEnd::new(Channel::Baidu, &base, intake.clock.now().as_secs());
        assert_eq!(unknown.create("key", &new_request()).await.body["code"], "unknown-channel");
        assert_eq!(intake.messages().await, 0);
        // The key was never used up by a refusal.
        assert_eq!(wechat.create("key", &new_request()).await.status, 201);
        intake.stop().await;
    }
}

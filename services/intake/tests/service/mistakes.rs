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

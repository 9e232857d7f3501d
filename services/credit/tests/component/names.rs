//! Lists say what merchants are called, and not by which id alone.

use std::time::Duration;

use kernel::{Grade, Role};
use serde_json::json;
use testkit::{TestDb, on_both_databases};

use crate::callers::Caller;
use crate::court::{Court, of, red_line, removal};
use crate::host::TestCredit;

on_both_databases! {
    async fn a_list_says_the_name_of_each_merchant_also_of_one_that_was_removed(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let court = Court::of(&credit).await;
        let profile = credit.any_of_grade(Grade::AA).await.profile;
        let (id, now) = (profile.id, credit.clock_now());
        let honour = json!({ "kind": "credit-demonstration", "level": "city", "grantor": "宁波市文明办",
            "granted_at": now, "valid_until": now.after(Duration::from_secs(86_400)) });
        let honours = format!("/v1/merchants/{id}/honours?city=330200");
        assert_eq!(court.officer.post(&honours, "h", &honour).await.status, 200);
        let found = json!({ "merchant": id, "facts": "未佩戴胸牌", "evidence": "照片 1 张", "seen_at": now });
        let inspector = Caller::staff(court.address, 8, Role::Inspector);
        assert_eq!(inspector.post("/v1/inspections?city=330200", "i", &found).await.status, 200);
        let proceeding = court.opened(id, red_line(), "serious").await;
        let decided = court.reviewer.change(&of(&proceeding, "/decisions"), 1, &removal()).await;
        assert_eq!((decided.status, &decided.body["merchant_name"]), (200, &json!(profile.name)));
        for list in ["proceedings", "inspections", "honours", "bans"] {
            let page = court.auditor.get(&format!("/v1/{list}?city=330200")).await.body;
            let item = &page["items"][0];
            assert_eq!((&item["merchant"], &item["merchant_name"]), (&json!(id), &json!(profile.name)), "{list}");
        }
        credit.stop().await;
    }
}

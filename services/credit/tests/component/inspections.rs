//! What inspectors see and file, and what becomes of it.

use kernel::{Grade, Role};
use serde_json::{Value, json};
use testkit::{TestDb, on_both_databases};

use crate::host::TestCredit;
use crate::people::Person;

on_both_databases! {
    async fn an_inspector_reads_files_a_finding_and_an_officer_takes_it_up_in_a_proceeding(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let inspector = Person::staff(address, 8, Role::Inspector);
        let officer = Person::staff(address, 1, Role::CreditOfficer);
        let merchant = credit.any_of_grade(Grade::B).await.profile;
        let at = |rest: &str| format!("/v1/merchants/{}{rest}?city=330200", merchant.id);
        for seen in [at(""), at("/workers"), at("/prices"), at("/file"), "/v1/scans?city=330200".to_owned()] {
            assert_eq!(inspector.get(&seen).await.status, 200, "{seen}");
        }
        let found = json!({
            "merchant": merchant.id, "category": merchant.categories[0].category, "clause": "price-as-posted",
            "facts": "上门收费高于公示价 40 元", "evidence": "照片 3 张，巡查卷 9", "seen_at": credit.clock_now(),
        });
        let inspections = "/v1/inspections?city=330200";
        let filed = inspector.post_once(inspections, "once", &found).await.ok();
        assert_eq!(inspector.post_once(inspections, "once", &found).await.ok()["id"], filed["id"]);
        let mut nothing = found.clone();
        nothing["clause"] = json!("be-nice");
        assert_eq!(inspector.post_once(inspections, "other", &nothing).await.problem(), (422, "unknown-clause"));
        let committed = |code: &Value| merchant.categories.iter().any(|made| code == made.category.as_str());
        let catalogue = officer.get("/v1/catalogue").await.ok();
        let codes = catalogue["categories"].as_array().unwrap().iter().map(|one| one["code"].clone());
        let never = codes.into_iter().find(|code| !committed(code)).unwrap();
        for category in [never, json!("gossip")] {
            let (mut seen, ground) = (found.clone(), json!({ "kind": "finding" }));
            seen["category"] = category.clone();
            let opening = json!({ "merchant": merchant.id, "ground": ground, "class": "minor", "category": category, "facts": "x" });
            let filed = inspector.post_once(inspections, "other", &seen).await;
            let opened = officer.post_once("/v1/proceedings?city=330200", "other", &opening).await;
            for refused in [filed, opened] {
                let pointer = &refused.body["errors"][0]["pointer"];
                assert_eq!((refused.problem(), pointer), ((422, "invalid-body"), &json!("#/category")), "{category}");
            }
        }
        assert_eq!(officer.post_once(inspections, "mine", &found).await.problem(), (403, "forbidden"));
        let waiting = officer.get("/v1/inspections?city=330200&waiting=true").await.ok();
        assert_eq!((&waiting["items"][0]["id"], credit.merchant(merchant.id).await.version.0), (&filed["id"], 1));
        let own = async |person: &Person, filter: &str| {
            let target = format!("/v1/inspections?city=330200&mine=true&total=true&{filter}");
            person.get(&target).await.ok()["total"]["count"].clone()
        };
        let colleague = Person::staff(address, 9, Role::Inspector);
        assert_eq!(own(&inspector, "waiting=true").await, json!(1));
        assert_eq!((own(&inspector, "waiting=false").await, own(&colleague, "waiting=true").await), (json!(0), json!(0)));
        let opening = json!({
            "merchant": merchant.id, "ground": { "kind": "finding" }, "class": "minor",
            "category": merchant.categories[0].category, "clause": "price-as-posted", "facts": found["facts"],
        });
        let opened = officer.post_once("/v1/proceedings?city=330200", "p", &opening).await;
        let settle = format!("/v1/inspections/{}/settle?city=330200", filed["id"].as_str().unwrap());
        let both = json!({ "proceeding": opened.body["id"], "reason": "已改正" });
        assert_eq!(officer.post(&settle, 1, &both).await.problem(), (422, "invalid-body"));
        assert_eq!(inspector.post(&settle, 1, &json!({ "reason": "已改正" })).await.problem(), (403, "forbidden"));
        let other = json!({ "proceeding": filed["id"] });
        assert_eq!(officer.post(&settle, 1, &other).await.problem(), (404, "not-found"));
        let up = json!({ "proceeding": opened.body["id"] });
        let settled = officer.post(&settle, 1, &up).await.ok();
        assert_eq!(settled["proceeding"], opened.body["id"]);
        assert_eq!(officer.post(&settle, 1, &up).await.ok(), settled);
        let waiting = officer.get("/v1/inspections?city=330200&waiting=true").await.ok();
        assert_eq!(waiting["items"], json!([]));
        let settled = officer.get("/v1/inspections?city=330200&waiting=false").await.ok();
        assert_eq!(settled["items"][0]["id"], filed["id"]);
        assert_eq!((own(&inspector, "waiting=true").await, own(&inspector, "waiting=false").await), (json!(0), json!(1)));
        credit.stop().await;
    }
}

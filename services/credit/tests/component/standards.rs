//! The standards library, and what a commitment cites of it.

use std::time::Duration;

use contracts::credit::{CheckClause, ClauseChecked};
use kernel::{CategoryCode, Grade, Role, Timestamp};
use serde_json::{Value, json};
use testkit::{TestDb, on_both_databases, wait};

use crate::host::{PATIENCE, TestCredit, ningbo};
use crate::people::Person;

const LIST: &str = "/v1/standards?city=330200";

/// The library, once it has begun.
async fn begun(nobody: &Person) -> Vec<Value> {
    wait::until("the library to begin", PATIENCE, async || {
        let page = nobody.get(LIST).await.ok();
        page["items"].as_array().filter(|items| !items.is_empty()).cloned()
    })
    .await
    .unwrap()
}

/// What credit answers when feedback asks before it verifies a breach.
async fn checked(credit: &TestCredit, category: &str, clause: &str) -> ClauseChecked {
    checked_at(credit, category, clause, credit.clock_now()).await
}

/// The same, of work that was completed then.
async fn checked_at(credit: &TestCredit, category: &str, clause: &str, at: Timestamp) -> ClauseChecked {
    let category = CategoryCode::try_new(category).unwrap();
    let ask = CheckClause { city: ningbo(), category, clause: clause.to_owned(), at };
    let bus = &credit.service.runtime.bus;
    let answer = async || bus.ask(&ask, Duration::from_secs(2)).await.ok();
    wait::until("an answer", PATIENCE, answer).await.unwrap()
}

on_both_databases! {
    async fn a_library_begins_with_the_standards_that_are_named_and_nothing_else(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let nobody = Person::nobody(credit.serve().await);
        let numbers: Vec<Value> = begun(&nobody).await.iter().map(|one| one["number"].clone()).collect();
        assert_eq!(numbers.len(), 5, "{numbers:?}");
        assert!(numbers.contains(&json!("DB33/T 2396-2021")));
        let one = nobody.get("/v1/standards/GB-T-33358-2016?city=330200").await.ok();
        assert_eq!((&one["title"], &one["kind"], &one["in_force"]), (&json!("政府热线服务规范"), &json!("national"), &json!(true)));
        let local = nobody.get(&format!("{LIST}&kind=local")).await.ok();
        assert_eq!(local["items"].as_array().unwrap().len(), 3);
        credit.stop().await;
    }

    async fn a_sample_city_that_is_looked_at_has_clauses_to_cite_and_every_invented_standard_says_so(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        credit.seed_shown(3).await;
        let nobody = Person::nobody(credit.serve().await);
        let list = format!("{LIST}&kind=enterprise");
        let invented = nobody.get(&list).await.ok()["items"].as_array().unwrap().clone();
        assert!(invented.len() > 5 && invented.iter().all(|one| one["title"].as_str().unwrap().contains("示例")), "{invented:?}");
        let (old, new) = ("Q-SAMPLE-001-2023", "Q-SAMPLE-001-2025");
        let one = |slug: &str| invented.iter().find(|one| one["slug"] == slug).unwrap();
        assert_eq!((&one(old)["in_force"], &one(old)["superseded_by"]), (&json!(false), &json!(new)));
        assert_eq!((&one(new)["in_force"], &one(new)["supersedes"]), (&json!(true), &json!(old)));
        assert_eq!(checked(&credit, "moving", "Q/SAMPLE 004-2024#4.2").await, ClauseChecked::Citable);
        assert_eq!(checked(&credit, "cleaning", "Q/SAMPLE 004-2024#4.2").await, ClauseChecked::Unknown);
        let year_of_the_old = "2024-06-01T00:00:00Z".parse().unwrap();
        assert_eq!(checked_at(&credit, "moving", "Q/SAMPLE 001-2023#5.1", year_of_the_old).await, ClauseChecked::Citable);
        // Made once more, whatever was changed since stays.
        credit.seed_shown(3).await;
        assert_eq!(nobody.get(&list).await.ok()["items"].as_array().unwrap(), &invented);
        credit.stop().await;
    }

    async fn a_superseded_standard_stays_with_every_version_of_its_entry(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let address = credit.serve().await;
        let (nobody, officer) = (Person::nobody(address), Person::staff(address, 1, Role::CreditOfficer));
        begun(&nobody).await;
        let slug = "/v1/standards/DB33-T-2396-2021";
        let clause = json!([{ "number": "5.2", "text": "服务人员应持证上岗" }]);
        let says = json!({ "number": "DB33/T 2396-2021", "kind": "local", "clauses": clause });
        let amended = officer.post(&format!("{slug}/amend?city=330200"), 1, &says).await.ok();
        assert_eq!(amended["version"], json!(2));
        // Repeated, it changes nothing; from an older page, it is refused.
        assert_eq!(officer.post(&format!("{slug}/amend?city=330200"), 1, &says).await.ok()["version"], json!(2));
        let other = json!({ "number": "DB33/T 2396-2021", "kind": "local" });
        let stale = officer.post(&format!("{slug}/amend?city=330200"), 1, &other).await;
        assert_eq!(stale.problem(), (412, "precondition-failed"));
        let cited = nobody.get("/v1/clauses?city=330200").await.ok();
        let cites: Vec<_> = cited["items"].as_array().unwrap().iter().map(|item| item["cite"].clone()).collect();
        assert!(cites.contains(&json!("DB33/T 2396-2021#5.2")) && cites.contains(&json!("price-as-posted")), "{cites:?}");
        let in_english = |cite: &str| {
            let mut items = cited["items"].as_array().unwrap().iter();
            items.find(|item| item["cite"] == json!(cite)).is_some_and(|item| item["text_en"].is_string())
        };
        assert!(in_english("price-as-posted") && !in_english("DB33/T 2396-2021#5.2"));
        let new = json!({ "number": "DB33/T 2396-2027", "kind": "local" });
        let replaced = officer.post(&format!("{slug}/supersede?city=330200"), 2, &new).await.ok();
        assert_eq!(replaced["supersedes"], json!("DB33-T-2396-2021"));
        let old = nobody.get(&format!("{slug}?city=330200")).await.ok();
        assert_eq!((&old["in_force"], &old["superseded_by"]), (&json!(false), &json!("DB33-T-2396-2027")));
        let versions = nobody.get(&format!("{slug}/versions?city=330200")).await.ok();
        let counted: Vec<_> = versions["items"].as_array().unwrap().iter().map(|one| one["clauses"].as_array().unwrap().len()).collect();
        assert_eq!(counted, [0, 1, 1]);
        credit.stop().await;
    }

    async fn a_breach_can_be_of_the_commitment_or_of_a_standard_in_force_for_its_category(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let address = credit.serve().await;
        let (nobody, officer) = (Person::nobody(address), Person::staff(address, 1, Role::CreditOfficer));
        begun(&nobody).await;
        let clauses = json!([{ "number": "5.2", "text": "服务人员应持证上岗" }]);
        let says = json!({ "number": "T/NBJX 1-2026", "kind": "group", "categories": ["lock-opening"], "clauses": clauses });
        officer.post("/v1/standards?city=330200", None, &says).await.ok();
        let of = "T/NBJX 1-2026#5.2";
        assert_eq!(checked(&credit, "lock-opening", "price-as-posted").await, ClauseChecked::Citable);
        assert_eq!(checked(&credit, "lock-opening", of).await, ClauseChecked::Citable);
        assert_eq!(checked(&credit, "cleaning", of).await, ClauseChecked::Unknown);
        assert_eq!(checked(&credit, "lock-opening", "T/NBJX 1-2026#5.3").await, ClauseChecked::Unknown);
        assert_eq!(checked(&credit, "lock-opening", "be-nice").await, ClauseChecked::Unknown);
        for (category, listed) in [("lock-opening", true), ("cleaning", false)] {
            let clauses = nobody.get(&format!("/v1/clauses?city=330200&category={category}")).await.ok();
            let cites = clauses["items"].as_array().unwrap();
            assert_eq!(cites.iter().any(|item| item["cite"] == of), listed, "{category}: {cites:?}");
        }
        credit.stop().await;
    }

    async fn a_deed_is_judged_by_the_standard_that_was_in_force_on_its_day(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let (nobody, officer) = (Person::nobody(address), Person::staff(address, 1, Role::CreditOfficer));
        let inspector = Person::staff(address, 8, Role::Inspector);
        begun(&nobody).await;
        let clauses = json!([{ "number": "5.2", "text": "服务人员应持证上岗" }]);
        let says = |number| json!({ "number": number, "kind": "group", "clauses": clauses });
        officer.post("/v1/standards?city=330200", None, &says("T/NBJX 1-2020")).await.ok();
        let deed = credit.clock_now();
        credit.clock.advance(Duration::from_secs(86_400));
        let supersede = "/v1/standards/T-NBJX-1-2020/supersede?city=330200";
        officer.post(supersede, 1, &says("T/NBJX 1-2026")).await.ok();
        let (old, new, now) = ("T/NBJX 1-2020#5.2", "T/NBJX 1-2026#5.2", credit.clock_now());
        let merchant = credit.any_of_grade(Grade::B).await.profile;
        let category = merchant.categories[0].category.as_str();
        for (clause, at, citable) in [(old, deed, true), (new, deed, false), (old, now, false), (new, now, true)] {
            let answer = if citable { ClauseChecked::Citable } else { ClauseChecked::Unknown };
            assert_eq!(checked_at(&credit, category, clause, at).await, answer, "{clause} at {at}");
            let listed = nobody.get(&format!("/v1/clauses?city=330200&at={at}")).await.ok();
            let listed = listed["items"].as_array().unwrap().iter().any(|item| item["cite"] == clause);
            assert_eq!(listed, citable, "{clause} at {at}");
            let found = json!({
                "merchant": merchant.id, "category": category, "clause": clause, "facts": "未持证", "evidence": "照片 1 张",
                "seen_at": at,
            });
            let key = format!("{citable}-{}", at.as_micros());
            let filed = inspector.post_once("/v1/inspections?city=330200", &key, &found).await;
            assert_eq!(filed.status, if citable { 200 } else { 422 }, "{}", filed.body);
        }
        credit.stop().await;
    }

    async fn everybody_reads_the_library_and_only_officers_keep_it(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let address = credit.serve().await;
        let nobody = Person::nobody(address);
        begun(&nobody).await;
        let first = nobody.get(LIST).await;
        assert_eq!(first.cache.as_deref(), Some("public, max-age=60"));
        assert_eq!(nobody.get_unless(LIST, first.etag.as_deref().unwrap()).await.status, 304);
        let says = json!({ "number": "Q/81890 001-2026", "kind": "enterprise", "title": "保洁服务" });
        let target = "/v1/standards?city=330200";
        assert_eq!(nobody.post(target, None, &says).await.problem(), (401, "unsigned"));
        for role in [Role::Auditor, Role::CreditReviewer, Role::Operator] {
            assert_eq!(Person::staff(address, 2, role).post(target, None, &says).await.problem(), (403, "forbidden"));
        }
        let officer = Person::staff(address, 1, Role::CreditOfficer);
        assert_eq!(officer.post(target, None, &says).await.ok()["slug"], json!("Q-81890-001-2026"));
        let other = json!({ "number": "Q/81890 001-2026", "kind": "enterprise", "title": "搬家服务" });
        assert_eq!(officer.post(target, None, &other).await.problem(), (409, "exists"));
        let unfit = json!({ "number": "Q/81890 002-2026", "kind": "enterprise", "title": "" });
        let refused = officer.post(target, None, &unfit).await;
        assert_eq!((refused.problem(), &refused.body["errors"][0]["pointer"]), ((422, "invalid-body"), &json!("#/title")));
        let unknown = json!({ "number": "Q/81890 003-2026", "kind": "enterprise", "categories": ["cleaning", "gossip"] });
        let refused = officer.post(target, None, &unknown).await;
        assert_eq!((refused.problem(), &refused.body["errors"][0]["pointer"]), ((422, "invalid-body"), &json!("#/categories/1")));
        credit.stop().await;
    }
}

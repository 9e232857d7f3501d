//! Merchants are found: by staff by all that tells them apart, by everybody by what is public.

use credit_domain::{Merchant, Status};
use kernel::{Grade, Role};
use reqwest::Url;
use serde_json::{Value, json};
use testkit::{TestDb, on_both_databases};

use crate::callers::Caller;
use crate::host::{MERCHANTS, TestCredit};

/// The address of a search.
pub(crate) fn target(path: &str, query: &[(&str, &str)]) -> String {
    let mut address = Url::parse("http://credit").unwrap().join(path).unwrap();
    address.query_pairs_mut().append_pair("city", "330200").extend_pairs(query);
    format!("{}?{}", address.path(), address.query().unwrap())
}

async fn found(caller: &Caller, path: &str, query: &[(&str, &str)]) -> Vec<Value> {
    let page = caller.get(&target(path, query)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.body["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect()
}

fn those<'a>(all: &'a [Merchant], fits: impl Fn(&&'a Merchant) -> bool) -> Vec<Value> {
    all.iter().filter(fits).map(|merchant| json!(merchant.profile.id)).collect()
}

/// Some letters in the middle of the name.
fn middle(merchant: &Merchant) -> String {
    merchant.profile.name.chars().skip(1).take(3).collect()
}

on_both_databases! {
    async fn a_merchant_is_found_by_part_of_its_name_and_by_the_beginning_of_its_code(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let operator = Caller::staff(address, 1, Role::Operator);
        let all = credit.all().await;
        let part = middle(&all[7]);
        let named = those(&all, |one| one.profile.name.contains(&part));
        assert_eq!(found(&operator, "/v1/merchants", &[("name", &part)]).await, named);
        let (id, officer) = (all[7].profile.id, Caller::staff(address, 1, Role::CreditOfficer));
        let file = officer.get(&format!("/v1/merchants/{id}/file?city=330200")).await.body;
        let code = file["code"].as_str().unwrap().to_lowercase();
        assert_eq!(found(&operator, "/v1/merchants", &[("name", &code)]).await, [json!(id)]);
        assert_eq!(found(&operator, "/v1/merchants", &[("name", &code[..17])]).await, [json!(id)]);
        // The signs of a pattern are letters like others.
        for part in ["%", "_", "\\"] {
            assert_eq!(found(&operator, "/v1/merchants", &[("name", part)]).await, Vec::<Value>::new());
        }
        credit.stop().await;
    }

    async fn merchants_are_told_apart_by_grade_status_category_and_objection_page_by_page(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let address = credit.serve().await;
        let operator = Caller::staff(address, 1, Role::Operator);
        let all = credit.all().await;
        let graded = those(&all, |one| one.credit.grade == Grade::A && one.status == Status::Affiliated);
        let query = [("grade", "A"), ("status", "affiliated")];
        assert_eq!(found(&operator, "/v1/merchants", &query).await, graded);
        let category = all[0].profile.categories[0].category.to_string();
        let serves = |one: &&Merchant| one.profile.categories.iter().any(|made| made.category.as_str() == category);
        assert_eq!(found(&operator, "/v1/merchants", &[("category", &category)]).await, those(&all, serves));
        assert_eq!(found(&operator, "/v1/merchants", &[("under_objection", "true")]).await,
            those(&all, |one| one.under_objection));
        let first = operator.get(&target("/v1/merchants", &[("grade", "A"), ("limit", "1")])).await.body;
        let after = first["next"].as_str().unwrap();
        let second = found(&operator, "/v1/merchants", &[("grade", "A"), ("limit", "1"), ("after", after)]).await;
        assert_eq!(second, those(&all, |one| one.credit.grade == Grade::A)[1..2]);
        for wrong in [[("status", "gone")], [("grade", "E")], [("name", " ")]] {
            let refused = operator.get(&target("/v1/merchants", &wrong)).await;
            assert_eq!(refused.problem(), (400, "invalid-query"), "{wrong:?}");
        }
        for path in ["/v1/merchants", "/v1/merchants/public", "/v1/publicity", "/v1/clauses"] {
            let refused = operator.get(&target(path, &[("category", "gossip")])).await;
            let pointer = &refused.body["errors"][0]["pointer"];
            assert_eq!((refused.problem(), pointer), ((400, "invalid-query"), &json!("category")), "{path}");
        }
        let ledger = format!("/v1/merchants/{}/ledger", all[0].profile.id);
        let backwards = [("from", "2026-11-02T00:00:00Z"), ("until", "2026-11-01T00:00:00Z")];
        let officer = Caller::staff(address, 1, Role::CreditOfficer);
        let refused = officer.get(&target(&ledger, &backwards)).await;
        assert_eq!((refused.problem(), &refused.body["errors"][0]["pointer"]), ((400, "invalid-query"), &json!("until")));
        credit.stop().await;
    }

    async fn merchants_stand_in_the_order_that_is_asked_for_page_by_page_and_counted(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let operator = Caller::staff(credit.serve().await, 1, Role::Operator);
        let mut all = credit.all().await;
        let by_name = |one: &Merchant| (one.profile.name.clone(), one.profile.id);
        let by_score = |one: &Merchant| (one.credit.score, one.profile.id);
        let walk = async |sort: &str| {
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let mut query = vec![("sort", sort), ("limit", "25"), ("total", "true")];
                query.extend((!after.is_empty()).then_some(("after", after.as_str())));
                let page = operator.get(&target("/v1/merchants", &query)).await.body;
                let told = if after.is_empty() { json!({ "count": MERCHANTS, "exact": true }) } else { Value::Null };
                assert_eq!(page["total"], told, "{sort}");
                seen.extend(page["items"].as_array().unwrap().iter().map(|one| one["id"].clone()));
                let Some(next) = page["next"].as_str() else { return seen };
                next.clone_into(&mut after);
            }
        };
        for (sort, turned) in [("entered", "-entered"), ("name", "-name"), ("score", "-score")] {
            match sort {
                "name" => all.sort_by_key(by_name),
                "score" => all.sort_by_key(by_score),
                _ => all.sort_by_key(|one| one.profile.id),
            }
            let mut expected = those(&all, |_| true);
            assert_eq!(walk(sort).await, expected, "{sort}");
            expected.reverse();
            assert_eq!(walk(turned).await, expected, "{turned}");
        }
        let first = operator.get(&target("/v1/merchants", &[("sort", "name"), ("limit", "1")])).await.body;
        let place = ("after", first["next"].as_str().unwrap());
        let refused = operator.get(&target("/v1/merchants", &[("sort", "score"), place])).await;
        assert_eq!(refused.problem(), (400, "invalid-cursor"));
        assert_eq!(operator.get(&target("/v1/merchants", &[("sort", "fame")])).await.problem(), (400, "invalid-query"));
        credit.stop().await;
    }

    async fn each_list_that_people_work_with_says_how_long_it_is(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let officer = Caller::staff(credit.serve().await, 1, Role::CreditOfficer);
        let merchant = credit.all().await[0].profile.id;
        let of_merchant = ["ledger", "workers", "notices", "scans"].map(|list| format!("/v1/merchants/{merchant}/{list}"));
        let of_city = ["applications", "proceedings", "objections", "honours", "inspections", "imports", "scans"];
        for path in of_city.map(|list| format!("/v1/{list}")).into_iter().chain(of_merchant) {
            let page = officer.get(&target(&path, &[("limit", "200"), ("total", "true")])).await;
            let count = page.body["items"].as_array().map(Vec::len);
            assert_eq!(page.body["total"], json!({ "count": count, "exact": true }), "{path}: {}", page.body);
            assert_eq!(officer.get(&target(&path, &[])).await.body.get("total"), None, "{path}");
        }
        credit.stop().await;
    }

    async fn everybody_finds_affiliated_merchants_and_sees_what_is_public_of_them(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let nobody = Caller::nobody(credit.serve().await);
        let all = credit.all().await;
        let here = |one: &&Merchant| one.status == Status::Affiliated;
        let one = all.iter().find(here).unwrap();
        let (part, path) = (middle(one), "/v1/merchants/public");
        let named = those(&all, |one| here(one) && one.profile.name.contains(&part));
        let page = nobody.get(&target(path, &[("name", &part)])).await;
        assert_eq!(found(&nobody, path, &[("name", &part)]).await, named);
        assert_eq!(page.cache.as_deref(), Some("public, max-age=60"));
        let mut fields: Vec<_> = page.body["items"][0].as_object().unwrap().keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["categories", "grade", "id", "name", "suspended", "under_objection"]);
        let again = nobody.get_unless(&target(path, &[("name", &part)]), page.etag.as_deref()).await;
        assert_eq!(again.status, 304);
        assert_eq!(nobody.get(&target(path, &[("grade", "A")])).await.status, 400);
        credit.stop().await;
    }
}

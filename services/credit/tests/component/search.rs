//! Merchants are found: by staff by all that tells them apart, by everybody by what is public.

use credit_domain::{Merchant, Status};
use kernel::{Grade, Role};
use reqwest::Url;
use serde_json::{Value, json};
use testkit::{TestDb, on_both_databases};

use crate::callers::Caller;
use crate::host::TestCredit;

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
        assert_eq!(fields, ["categories", "grade", "id", "name", "under_objection"]);
        let again = nobody.get_unless(&target(path, &[("name", &part)]), page.etag.as_deref()).await;
        assert_eq!(again.status, 304);
        assert_eq!(nobody.get(&target(path, &[("grade", "A")])).await.status, 400);
        credit.stop().await;
    }
}

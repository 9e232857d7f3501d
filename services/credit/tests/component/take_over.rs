//! Merchants that were affiliated before this platform kept their files (存量接收).

use core::time::Duration;

use credit_domain::{Merchant, Status};
use kernel::{MerchantId, Role, Timestamp};
use serde_json::{Value, json};
use testkit::{TestDb, on_both_databases, wait};

use crate::host::{PATIENCE, TestCredit};
use crate::people::Person;

const DAY: Duration = Duration::from_secs(24 * 3_600);
const ROW: &str = "统一社会信用代码,企业名称,所在街道,服务街道,服务类别,同时接单数,加盟方式,承诺有效期至,登记核查,\
    法定代表人,法定代表人证件\n91110108551385082Q,甬平,330203001,330203001,car-rescue,5,存量接收";

struct Desk {
    officer: Person,
    reviewer: Person,
    own: Person,
    merchant: MerchantId,
}

/// Hands a table of one merchant in and waits for the trial.
async fn tried(officer: &Person, rest: &str) -> Value {
    let file = format!("{ROW},{rest}\n");
    let begun = officer.post_file("/v1/imports?city=330200&kind=merchants", "once", file.as_bytes()).await;
    until(officer, &begun.body["id"], "checked").await
}

async fn until(officer: &Person, id: &Value, state: &str) -> Value {
    wait::until(state, PATIENCE, async || {
        let import = officer.get(&at(id, "")).await.ok();
        (import["state"] == state).then_some(import)
    })
    .await
    .unwrap()
}

fn at(id: &Value, step: &str) -> String {
    format!("/v1/imports/{}{step}?city=330200", id.as_str().unwrap())
}

impl Desk {
    /// Has a merchant taken over whose commitment ends then.
    async fn take_over(credit: &TestCredit, ends: Timestamp) -> Self {
        let address = credit.serve().await;
        let officer = Person::staff(address, 1, Role::CreditOfficer);
        let reviewer = Person::staff(address, 2, Role::CreditReviewer);
        let import = tried(&officer, &format!("{ends},登记截图 9,张三,passport:E11111111")).await;
        let (id, version) = (&import["id"], import["version"].as_u64());
        let proposed = officer.post(&at(id, "/load"), version, &json!({})).await.ok();
        reviewer.post(&at(id, "/approve"), proposed["version"].as_u64(), &json!({})).await.ok();
        until(&officer, id, "loaded").await;
        let merchant = credit.all().await.remove(0).profile.id;
        Self { officer, reviewer, own: Person::merchant(address, merchant), merchant }
    }

    fn of(&self, rest: &str) -> String {
        format!("/v1/merchants/{}{rest}?city=330200", self.merchant)
    }

    async fn file(&self) -> Value {
        self.own.get(&self.of("/file")).await.ok()
    }

    async fn hand_in_paper(&self, until: Timestamp) {
        let paper = json!({
            "code": "vehicle-repair-filing", "number": "A-1", "issuer": "宁波市交通运输局", "valid_until": until,
        });
        self.own.post(&self.of("/papers"), None, &paper).await.ok();
        let evidence = json!({ "evidence": "原件已核" });
        self.officer.post(&self.of("/papers/1/verify"), None, &evidence).await.ok();
    }

    async fn sign(&self) {
        let text = self.own.get("/v1/commitments/car-rescue").await.ok();
        let signing = json!({
            "category": "car-rescue", "version": text["version"], "text_hash": text["text_hash"],
        });
        self.own.post(&self.of("/commitments"), None, &signing).await.ok();
    }

    async fn post_prices(&self) {
        let reference = contracts::reference::Reference::embedded().unwrap();
        let category = reference.categories().iter().find(|one| one.code.as_str() == "car-rescue").unwrap();
        let price = json!({ "unit": "次", "from": 8_000 });
        let change = |item: &contracts::reference::Item| json!({ "item": item.code, "price": price });
        let changes: Vec<Value> = category.items.iter().map(change).collect();
        self.own.post(&self.of("/prices"), 0, &json!({ "changes": changes })).await.ok();
    }
}

async fn served(credit: &TestCredit, id: MerchantId, categories: usize) -> Merchant {
    let what = format!("{categories} categories to be served");
    let now = wait::until(&what, PATIENCE, async || {
        Some(credit.merchant(id).await).filter(|now| now.profile.categories.len() == categories)
    });
    now.await.unwrap()
}

on_both_databases! {
    async fn a_city_takes_nobody_over_unless_its_settings_say_until_when(db: TestDb) {
        let credit = TestCredit::start_with(&db, &[("CREDIT__ADMISSION__TAKE_OVER_UNTIL", "")]).await;
        let officer = Person::staff(credit.serve().await, 1, Role::CreditOfficer);
        let ends = credit.clock_now().after(DAY * 90);
        let import = tried(&officer, &format!("{ends},登记截图 9,张三,passport:E11111111")).await;
        let bad = officer.get(&at(&import["id"], "/bad-rows")).await.ok();
        let fault = &bad["items"][0]["faults"][0];
        assert_eq!(fault["code"], json!("take-over-closed"));
        assert!(fault["en"].as_str().unwrap().contains("admission.take_over_until"), "{fault}");
        credit.stop().await;
    }

    async fn nobody_is_taken_over_without_its_representative_and_a_look_into_the_register(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let officer = Person::staff(credit.serve().await, 1, Role::CreditOfficer);
        let import = tried(&officer, &format!("{},,,", credit.clock_now().after(DAY * 90))).await;
        let bad = officer.get(&at(&import["id"], "/bad-rows")).await.ok();
        let faults = bad["items"][0]["faults"].as_array().unwrap().iter();
        let columns: Vec<_> = faults.map(|fault| fault["column"].as_str().unwrap().to_owned()).collect();
        assert_eq!(columns, ["法定代表人 legal_representative", "登记核查 register_check"]);
        credit.stop().await;
    }

    async fn whoever_was_taken_over_lacks_what_it_lacks_openly_and_has_no_certificate_until_its_file_is_whole(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let desk = Desk::take_over(&credit, credit.clock_now().after(DAY * 200)).await;
        let file = desk.file().await;
        assert_eq!((&file["taken_over"]["complete"], &file["register_check"]["evidence"]), (&json!(false), &json!("登记截图 9")));
        assert!(file["taken_over"]["approved_by"].is_string() && file["taken_over"]["proposed_by"].is_string());
        let owed = json!(["paper:vehicle-repair-filing", "commitment:car-rescue", "prices:car-rescue"]);
        assert_eq!(file["categories"][0]["missing"], owed);
        assert_eq!(file["categories"][0]["until"], file["categories"][0]["complete_by"]);
        assert_eq!(served(&credit, desk.merchant, 1).await.status, Status::Affiliated);
        let refused = desk.own.post(&desk.of("/certificates"), None, &json!({})).await;
        assert_eq!(refused.problem(), (409, "not-certifiable"));
        assert!(refused.text.contains("file is not complete"), "{}", refused.text);
        desk.hand_in_paper(credit.clock_now().after(DAY * 400)).await;
        desk.sign().await;
        assert_eq!(desk.file().await["categories"][0]["missing"], json!(["prices:car-rescue"]));
        desk.post_prices().await;
        let file = desk.file().await;
        assert_eq!((&file["taken_over"]["complete"], &file["categories"][0]["missing"]), (&json!(true), &json!([])));
        let issued = wait::until("the certificate to be issued by itself", PATIENCE, async || {
            let all = desk.reviewer.get(&desk.of("/certificates")).await.ok();
            all["items"].get(0).cloned()
        });
        assert_eq!(issued.await.unwrap()["status"], json!("valid"));
        credit.stop().await;
    }

    async fn what_is_owed_is_told_ahead_and_suspends_its_category_on_the_day_until_it_is_there(db: TestDb) {
        let credit = TestCredit::start(&db).await;
        let ends = credit.clock_now().after(DAY * 60);
        let desk = Desk::take_over(&credit, ends).await;
        desk.hand_in_paper(ends.after(DAY * 300)).await;
        for days in [30, 7, 1] {
            credit.clock.set(ends.before(DAY * days));
            let told = wait::until("the notices", PATIENCE, async || {
                let items = desk.own.get(&desk.of("/notices")).await.ok()["items"].clone();
                let now = items.as_array().unwrap().iter().filter(|notice| notice["days_before"] == json!(days));
                let now: Vec<_> = now.map(|notice| notice["subject"].clone()).collect();
                (now.len() == 2).then_some(now)
            });
            assert_eq!(told.await.unwrap(), ["commitment:car-rescue", "prices:car-rescue"]);
        }
        credit.clock.set(ends);
        served(&credit, desk.merchant, 0).await;
        desk.sign().await;
        desk.post_prices().await;
        served(&credit, desk.merchant, 1).await;
        credit.stop().await;
    }
}

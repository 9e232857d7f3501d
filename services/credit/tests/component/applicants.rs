//! Everybody who has to do with an application, and the way in as they go it.

use core::time::Duration;
use std::net::SocketAddr;

use kernel::{MerchantId, Role, Timestamp};
use serde_json::{Value, json};

use crate::host::TestCredit;
use crate::people::Person;

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3_600);
pub(crate) const CODE: &str = "91350100M000100Y43";
pub(crate) const PASSPORT: &str = "E98765432";

/// Everybody who has to do with an application.
pub(crate) struct People {
    pub(crate) own: Person,
    pub(crate) officer: Person,
    pub(crate) reviewer: Person,
    pub(crate) merchant: MerchantId,
    pub(crate) code: String,
    pub(crate) trade: Trade,
}

/// What is applied for.
#[derive(Clone, Copy)]
pub(crate) struct Trade {
    pub(crate) category: &'static str,
    pub(crate) paper: &'static str,
}

pub(crate) const RESCUE: Trade = Trade { category: "car-rescue", paper: "vehicle-repair-filing" };
/// Enters homes.
pub(crate) const CLEANING: Trade = Trade { category: "cleaning", paper: "liability-insurance" };

impl People {
    pub(crate) fn of(address: SocketAddr, merchant: MerchantId) -> Self {
        Self {
            own: Person::merchant(address, merchant),
            officer: Person::staff(address, 1, Role::CreditOfficer),
            reviewer: Person::staff(address, 2, Role::CreditReviewer),
            merchant,
            code: CODE.to_owned(),
            trade: RESCUE,
        }
    }

    pub(crate) fn at(&self, rest: &str) -> String {
        format!("/v1/merchants/{}{rest}?city=330200", self.merchant)
    }

    pub(crate) async fn apply(&self, key: &str, code: &str) -> Value {
        let mut application = application(code);
        application["categories"] = json!([self.trade.category]);
        self.own.post_once("/v1/applications", key, &application).await.ok()
    }

    /// A step of the application at the version it has now.
    pub(crate) async fn step(
        &self,
        who: &Person,
        id: &Value,
        step: &str,
        body: Value,
    ) -> crate::people::Answer {
        let seen = self.seen(id).await;
        who.post(&path(id, step), seen["version"].as_u64(), &body).await
    }

    pub(crate) async fn seen(&self, id: &Value) -> Value {
        self.officer.get(&path(id, "")).await.ok()
    }

    /// Hands in and verifies a paper that is good until then.
    pub(crate) async fn paper(&self, number: &str, valid_until: Timestamp) {
        let paper = json!({
            "code": self.trade.paper, "number": number, "issuer": "宁波市交通运输局", "valid_until": valid_until,
        });
        let file = self.own.post(&self.at("/papers"), None, &paper).await.ok();
        let id = file["papers"].as_array().unwrap().last().unwrap()["id"].clone();
        let evidence = json!({ "evidence": "原件已核" });
        self.officer.post(&self.at(&format!("/papers/{id}/verify")), None, &evidence).await.ok();
    }

    pub(crate) async fn sign(&self) {
        let category = self.trade.category;
        let text = self.own.get(&format!("/v1/commitments/{category}")).await.ok();
        let signing =
            json!({ "category": category, "version": text["version"], "text_hash": text["text_hash"] });
        self.own.post(&self.at("/commitments"), None, &signing).await.ok();
    }

    pub(crate) async fn post_prices(&self) {
        let reference = contracts::reference::Reference::embedded().unwrap();
        let wanted = |one: &&contracts::reference::Category| one.code.as_str() == self.trade.category;
        let category = reference.categories().iter().find(wanted).unwrap();
        let change = |(place, item): (usize, &contracts::reference::Item)| match place {
            0 => json!({ "item": item.code, "price": { "unit": "次", "from": 8_000 } }),
            _ => json!({ "item": item.code }),
        };
        let changes: Vec<Value> = category.items.iter().enumerate().map(change).collect();
        let version = self.own.get(&self.at("/prices")).await.ok()["version"].as_u64();
        self.own.post(&self.at("/prices"), version, &json!({ "changes": changes })).await.ok();
    }

    /// All that an applicant has to do, and what the officer has to see, up to the publicity period.
    pub(crate) async fn prepare(&self, credit: &TestCredit, paper_days: u32) -> Value {
        let id = self.apply("once", &self.code).await["id"].clone();
        self.paper("A-1", credit.clock_now().after(DAY * paper_days)).await;
        self.sign().await;
        self.post_prices().await;
        self.step(&self.officer, &id, "/begin-checks", json!({})).await.ok();
        let seen = json!({ "active": true, "evidence": "登记系统截图 17" });
        self.step(&self.officer, &id, "/attest-code", seen).await.ok();
        id
    }

    /// The same, and admitted a week later.
    pub(crate) async fn admitted(&self, credit: &TestCredit, paper_days: u32) -> Value {
        let id = self.prepare(credit, paper_days).await;
        self.step(&self.officer, &id, "/publish", json!({})).await.ok();
        credit.clock.set(credit.clock_now().after(DAY * 8));
        self.step(&self.reviewer, &id, "/admit", json!({})).await.ok();
        id
    }
}

pub(crate) fn path(id: &Value, step: &str) -> String {
    format!("/v1/applications/{}{step}?city=330200", id.as_str().unwrap())
}

pub(crate) fn application(code: &str) -> Value {
    json!({
        "city": 330_200, "name": "甬安汽车救援有限公司", "code": code, "home": 330_203_001, "areas": [330_203_001],
        "capacity": 5, "categories": ["car-rescue"],
        "holders": [
            { "role": "legal_representative", "name": "王小明", "document": "resident:11010519491231002X" },
            { "role": "controlling_person", "name": "李华", "document": format!("passport:{PASSPORT}") },
        ],
    })
}

pub(crate) fn pointers(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap()).collect()
}

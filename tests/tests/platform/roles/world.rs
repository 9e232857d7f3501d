//! What there is to be asked about: everything of it is about one merchant, and there is another one.

use std::collections::BTreeMap;

use chassis::entry::Definition;
use kernel::{Channel, ModelId};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::identity::Person;

use crate::doors::{Door, Who};
use crate::in_process::InProcess;
use crate::town::{CITY, ITEM, Town, city, officer, text};

/// Of what there is nothing.
const NONE: &str = "0198c5c0-0000-7000-8000-0000000000ff";

/// The documents of the four services.
pub(super) fn documents() -> [(&'static str, Value); 4] {
    [
        document::<intake::Intake>(),
        document::<dispatch::Dispatch>(),
        document::<feedback::Feedback>(),
        document::<credit::Credit>(),
    ]
}

fn document<D: Definition>() -> (&'static str, Value) {
    (D::NAME, serde_json::to_value(D::document()).unwrap())
}

/// A town in which a merchant was complained about.
pub(super) struct World {
    town: Town,
    /// The merchant that everything is about.
    pub(super) own: String,
    /// A merchant that nothing is about.
    pub(super) other: String,
    /// By the resource's word in a path: one of it.
    things: BTreeMap<&'static str, String>,
    /// Where a request would be.
    area: String,
    /// The rules of credit in force.
    pub(super) rules: Value,
}

impl World {
    /// Lets a merchant be complained about, and object.
    pub(super) async fn of(platform: &InProcess) -> Self {
        let town = platform.town.clone();
        let scene = town.scene().await;
        let request = town.hand_in_to(Channel::Wechat, &scene).await;
        let assignment = town.assignment_of(&request).await;
        town.serve(&assignment).await;
        platform.the_next_morning();
        let callback = town.callback_of(&request).await;
        town.call_back(&callback, "suspected_breach", "多收了五十元").await;
        let case = town.open_cases().await.remove(0);
        town.verify(&case).await;
        town.grade_falls_on_all(&scene.item, &scene.area, &scene.merchant).await;
        let own = scene.merchant;
        let other = other_than(&town, &own).await;
        let mut things = BTreeMap::from([
            ("merchants", own.clone()),
            ("requests", request.clone()),
            ("jobs", request),
            ("assignments", text(&assignment, "id")),
            ("decisions", text(&assignment, "id")),
            ("callbacks", text(&callback, "id")),
            ("cases", text(&case, "id")),
            ("standards", "DB33-T-2396-2021".to_owned()),
            ("commitments", "car-rescue".to_owned()),
            ("versions", "1".to_owned()),
            ("papers", "1".to_owned()),
            ("remarks", "1".to_owned()),
            ("{merchant}", own.clone()),
            ("{year}", "2025".to_owned()),
            ("{date}", "2026-11-20".to_owned()),
            ("exports", "standards.csv".to_owned()),
        ]);
        things.extend(of_credit(&town.credit, &own).await);
        things.insert("workers", a_worker_asked_for(&town.credit, &own, &other).await);
        let rules = serde_json::to_value(credit::RuleBook::embedded().unwrap().released()).unwrap();
        Self { town, own, other, things, area: scene.area, rules }
    }

    pub(super) fn door(&self, service: &str) -> &Door {
        match service {
            "intake" => &self.town.intake,
            "dispatch" => &self.town.dispatch,
            "feedback" => &self.town.feedback,
            _ => &self.town.credit,
        }
    }

    /// The path with things in it, and all that the query must have.
    pub(super) fn target(&self, document: &Value, path: &str, operation: &Value) -> String {
        let (mut filled, mut before) = (String::new(), "");
        for part in path.split('/').skip(1) {
            // By its own name, or by the resource that it is one of.
            let thing =
                || self.things.get(part).or_else(|| self.things.get(before)).map_or(NONE, String::as_str);
            filled.push('/');
            filled.push_str(if part.starts_with('{') { thing() } else { part });
            before = part;
        }
        let mut query = Vec::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            // A merchant sees its own part of a list when it asks for that.
            if parameter["in"] == "query" && (parameter["required"] == true || name == "merchant") {
                query.push(format!("{name}={}", self.parameter(document, name, &parameter["schema"])));
            }
        }
        if query.is_empty() { filled } else { format!("{filled}?{}", query.join("&")) }
    }

    fn parameter(&self, document: &Value, name: &str, schema: &Value) -> String {
        let named =
            schema["$ref"].as_str().map(|name| document.pointer(name.trim_start_matches('#')).unwrap());
        match (name, named.unwrap_or(schema)["enum"].as_array()) {
            ("city", _) => CITY.to_owned(),
            ("item", _) => ITEM.to_owned(),
            ("area", _) => self.area.clone(),
            ("merchant", _) => self.own.clone(),
            ("ids", _) => NONE.to_owned(),
            (_, Some(words)) => words[0].as_str().unwrap().to_owned(),
            (_, None) => panic!("nothing is known of {name}"),
        }
    }
}

async fn other_than(town: &Town, own: &str) -> String {
    let merchants = town.all(&town.credit, &officer(), "/v1/merchants").await;
    let ids = merchants.iter().map(|merchant| text(merchant, "id"));
    ids.into_iter().find(|id| id != own).unwrap()
}

/// What of credit is about the merchant, of each kind that is looked up before it is said who may.
async fn of_credit(credit: &Door, own: &str) -> BTreeMap<&'static str, String> {
    let merchant = Person::merchant(own);
    let first = async |list: &str| text(&credit.get(&officer(), list).await["items"][0], "id");
    let ledger = credit.get(&officer(), &format!("/v1/merchants/{own}/ledger")).await;
    let entries = ledger["items"].as_array().unwrap();
    let breach = entries.iter().find(|entry| entry["cause"].as_str().unwrap().starts_with("breach"));
    let objection = json!({ "entry": breach.unwrap()["id"], "grounds": "价格有公示" });
    let objected = credit.post(&merchant, &format!("/v1/merchants/{own}/objections"), &objection).await;
    let file = credit.get(&officer(), &format!("/v1/merchants/{own}/file")).await;
    let application = json!({
        "city": city(), "name": "甬安", "code": file["code"], "home": 330_203_001, "areas": [330_203_001],
        "capacity": 5, "categories": ["car-rescue"],
        "holders": [{
            "role": "legal_representative", "name": "王小明", "document": "resident:11010519491231002X",
        }],
    });
    hand_in(credit, &merchant, "/v1/applications", ("application/json", application.to_string())).await;
    let ground = json!({ "kind": "finding" });
    let proceeding =
        json!({ "merchant": own, "ground": ground, "class": "minor", "facts": "现场检查", "category": "lock-opening", "clause": "price-as-posted" }).to_string();
    let proceedings = format!("/v1/proceedings?city={CITY}");
    hand_in(credit, &officer(), &proceedings, ("application/json", proceeding)).await;
    let table = "标准编号,标准类别\nDB3302/T 7-2026,地方标准\n".to_owned();
    let imports = format!("/v1/imports?city={CITY}&kind=standards");
    hand_in(credit, &officer(), &imports, ("application/octet-stream", table)).await;
    let honour = json!({
        "kind": "credit-demonstration", "level": "city", "grantor": "市商务局",
        "granted_at": "2026-11-23T00:00:00Z", "valid_until": "2027-06-01T00:00:00Z",
    });
    let honours = format!("/v1/merchants/{own}/honours?city={CITY}");
    hand_in(credit, &officer(), &honours, ("application/json", honour.to_string())).await;
    let activity = json!({
        "kind": "lecture", "title": "诚信讲座", "place": "区政务中心", "capacity": 40,
        "starts_at": "2027-01-11T01:00:00Z", "ends_at": "2027-01-11T03:00:00Z",
    });
    let activities = format!("/v1/activities?city={CITY}");
    hand_in(credit, &officer(), &activities, ("application/json", activity.to_string())).await;
    let activity = first("/v1/activities").await;
    let participants = format!("/v1/activities/{activity}/sign-ups?city={CITY}");
    let takes_part = json!({ "merchant": own }).to_string();
    hand_in(credit, &merchant, &participants, ("application/json", takes_part)).await;
    BTreeMap::from([
        ("activities", activity),
        ("honours", first("/v1/honours").await),
        ("models", ModelId::from_u128(1).to_string()),
        ("applications", first("/v1/applications").await),
        ("proceedings", first("/v1/proceedings").await),
        ("imports", first("/v1/imports").await),
        ("objections", text(&objected, "id")),
        ("notices", first(&format!("/v1/merchants/{own}/notices")).await),
    ])
}

/// A worker of the merchant, for whom the other one asks.
async fn a_worker_asked_for(credit: &Door, own: &str, other: &str) -> String {
    let number = "440524188001010014";
    let enrol = json!({ "name": "王小明", "identity_number": number });
    let worker = credit.post(&officer(), &format!("/v1/merchants/{own}/workers"), &enrol).await;
    let (asker, transfers) = (Person::merchant(other), format!("/v1/merchants/{other}/transfers"));
    credit.post(&asker, &transfers, &json!({ "identity_number": number })).await;
    text(&worker, "id")
}

async fn hand_in(credit: &Door, who: &Person, target: &str, (media_type, body): (&str, String)) {
    let who = Who::Person(who.clone());
    let (status, code) = credit.ask(&who, &Method::POST, target, (media_type, body.into_bytes())).await;
    assert!((200..300).contains(&status), "{target}: {status} {code}");
}

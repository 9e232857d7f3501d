//! What people do in the town, through the front doors of the four services: the same whether these are parts of
//! this process, processes of their own, or one process together.

use std::collections::BTreeMap;
use std::time::Duration;

use contracts::reference::Reference;
use kernel::{Area, Channel, City, Grade, Role};
use serde_json::{Value, json};
use testkit::identity::Person;
use testkit::wait;

use crate::doors::Door;

/// How long anything may take that another process has a part in. The slowest heal is a missed heartbeat after a
/// broker restart, and then the growing waits between tries: under 15 s.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);
pub(crate) const CITY: &str = "330200";
pub(crate) const ITEM: &str = "door-unlocking";

pub(crate) fn city() -> City {
    CITY.parse().unwrap()
}

pub(crate) fn operator() -> Person {
    Person::staff(1, Role::Operator)
}

pub(crate) fn caller() -> Person {
    Person::staff(2, Role::FollowupCaller)
}

pub(crate) fn officer() -> Person {
    Person::staff(3, Role::CreditOfficer)
}

/// The four front doors.
#[derive(Debug, Clone)]
pub(crate) struct Town {
    pub(crate) intake: Door,
    pub(crate) dispatch: Door,
    pub(crate) feedback: Door,
    pub(crate) credit: Door,
}

impl Town {
    /// A street in which several merchants could serve the item.
    pub(crate) async fn street_with_a_choice(&self, item: &str) -> String {
        self.street_if_any(item).await.unwrap_or_else(|| panic!("no street has a choice of {item}"))
    }

    /// So many items, each of another category and with a street that has a choice: what many requests are for, so
    /// that nobody's hands are full.
    pub(crate) async fn items_with_a_choice(&self, count: usize) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for category in Reference::embedded().unwrap().categories() {
            let item = category.items[0].code.to_string();
            found.extend(self.street_if_any(&item).await.map(|area| (item, area)));
            if found.len() == count {
                return found;
            }
        }
        panic!("only {found:?} have a choice");
    }

    async fn street_if_any(&self, item: &str) -> Option<String> {
        for info in Reference::embedded().unwrap().city(city()).unwrap().areas() {
            let area = info.area.to_string();
            if self.order(Channel::App, item, &area).await.len() >= 3 {
                return Some(area);
            }
        }
        None
    }

    pub(crate) async fn order(&self, channel: Channel, item: &str, area: &str) -> Vec<Value> {
        let path = format!("/v1/recommendations?city={CITY}&item={item}&area={area}&limit=20");
        let answer = self.intake.get_as(channel, &path).await;
        answer["candidates"].as_array().unwrap().clone()
    }

    /// The order as all six channels show it, which must be one.
    pub(crate) async fn order_on_all(&self, item: &str, area: &str) -> Vec<String> {
        let mut orders = BTreeMap::new();
        for channel in Channel::ALL {
            let order = self.order(channel, item, area).await;
            orders.insert(channel, order.iter().map(|one| text(one, "merchant")).collect::<Vec<_>>());
        }
        let first = orders[&Channel::Hotline].clone();
        assert!(orders.values().all(|order| *order == first), "{orders:?}");
        first
    }

    /// Hands in a request that the platform dispatches by itself.
    pub(crate) async fn hand_in(&self, channel: Channel, item: &str, area: &str) -> String {
        let answer = self.intake.post_as(channel, "/v1/requests", &new_request(item, area), "one-key").await;
        text(&answer, "id")
    }

    /// Hands in a request for which the citizen picks the merchant.
    pub(crate) async fn hand_in_to(&self, channel: Channel, scene: &Scene) -> String {
        let mut body = new_request(&scene.item, &scene.area);
        body["mode"] = json!("choose");
        let request = text(&self.intake.post_as(channel, "/v1/requests", &body, "one-key").await, "id");
        let (path, choice) =
            (format!("/v1/requests/{request}/choice?city={CITY}"), json!({ "merchant": scene.merchant }));
        let picked = async || {
            let answer = self.intake.try_post_as(channel, &path, &choice, "its-choice").await.unwrap();
            // Dispatch hears of a request over the bus: the pick may come before it has.
            (answer.body["service_code"] != "unknown-request").then(|| answer.yes())
        };
        let choice = wait::until("the pick", PATIENCE, picked).await.unwrap();
        assert_eq!(text(&choice, "merchant"), scene.merchant);
        request
    }

    /// All of a list of dispatch or feedback, page after page.
    pub(crate) async fn all(&self, door: &Door, who: &Person, list: &str) -> Vec<Value> {
        let (mut items, mut path) = (Vec::new(), format!("{list}?limit=200"));
        loop {
            let page = door.get(who, &path).await;
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => path = format!("{list}?limit=200&after={next}"),
                None => return items,
            }
        }
    }

    /// Waits until somebody holds the request.
    pub(crate) async fn assignment_of(&self, request: &str) -> Value {
        let assigned = async || {
            let all = self.all(&self.dispatch, &operator(), "/v1/assignments").await;
            all.into_iter().find(|one| one["request"] == request)
        };
        wait::until("an assignment", PATIENCE, assigned).await.unwrap()
    }

    /// The merchant takes the offer and does the work.
    pub(crate) async fn serve(&self, assignment: &Value) {
        let merchant = Person::merchant(&text(assignment, "merchant"));
        for step in ["accept", "complete"] {
            let path = format!("/v1/assignments/{}/{step}", text(assignment, "id"));
            self.dispatch.post(&merchant, &path, &json!({})).await;
        }
    }

    pub(crate) async fn callback_of(&self, request: &str) -> Value {
        let due = async || {
            let all = self.all(&self.feedback, &caller(), "/v1/callbacks").await;
            all.into_iter().find(|one| one["request"] == request)
        };
        wait::until("the call-back is due", PATIENCE, due).await.unwrap()
    }

    /// Claims the call-back and records what the citizen says: a verdict and a note.
    pub(crate) async fn call_back(&self, callback: &Value, verdict: &str, note: &str) {
        self.try_call_back(callback, verdict, note).await.expect("the call is recorded");
    }

    /// The same; none when feedback does not say yes to it.
    pub(crate) async fn try_call_back(&self, callback: &Value, verdict: &str, note: &str) -> Option<()> {
        let id = text(callback, "id");
        let claim = format!("/v1/callbacks/{id}/claim");
        let claimed = self.feedback.try_post(&caller(), &claim, &json!({}), None).await.ok()?.if_yes()?;
        let price_as_posted = if verdict == "satisfied" { "yes" } else { "no" };
        let said = json!({
            "result": "reached", "verdict": verdict, "note": note,
            "answers": {
                "arrived_on_time": "yes", "price_as_posted": price_as_posted, "quality": "yes",
                "attitude": "yes", "code_shown": "not_asked",
            },
        });
        let path = format!("/v1/callbacks/{id}/outcome");
        let version = claimed["version"].as_u64();
        self.feedback.try_post(&caller(), &path, &said, version).await.ok()?.if_yes().map(drop)
    }

    /// The cases that wait for a ruling.
    pub(crate) async fn open_cases(&self) -> Vec<Value> {
        let cases = self.all(&self.feedback, &officer(), "/v1/cases").await;
        cases.into_iter().filter(|case| case["state"] == "open").collect()
    }

    pub(crate) async fn verify(&self, case: &Value) {
        let path = format!("/v1/cases/{}/verify", text(case, "id"));
        let ruling = json!({ "clause": "price-as-posted", "severity": "general" });
        let answer = self.feedback.try_post(&officer(), &path, &ruling, case["version"].as_u64()).await;
        answer.unwrap().yes();
    }

    /// Waits until every channel shows the merchant with a lower grade than AAA, AA or A, and gives the order.
    pub(crate) async fn grade_falls_on_all(&self, item: &str, area: &str, merchant: &str) -> Vec<String> {
        let fallen = async || {
            let order = self.order(Channel::Zheliban, item, area).await;
            let one = order.iter().find(|one| one["merchant"] == merchant);
            one.is_none_or(|one| grade(one) <= Grade::B).then_some(())
        };
        wait::until("the downgrade", PATIENCE, fallen).await.unwrap();
        self.order_on_all(item, area).await
    }
}

/// What a story is about: a list on which a downgrade of this merchant changes the order.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) item: String,
    pub(crate) area: String,
    pub(crate) merchant: String,
}

impl Town {
    /// A scene with the first of a list, before somebody who stays better than it can be afterwards.
    pub(crate) async fn scene(&self) -> Scene {
        for info in Reference::embedded().unwrap().city(city()).unwrap().areas() {
            let area = info.area.to_string();
            let order = self.order(Channel::App, ITEM, &area).await;
            let [first, second, ..] = order.as_slice() else { continue };
            if [first, second].into_iter().all(|one| grade(one) >= Grade::A) {
                return Scene { item: ITEM.to_owned(), area, merchant: text(first, "merchant") };
            }
        }
        panic!("no street has two good merchants for {ITEM}");
    }
}

fn grade(candidate: &Value) -> Grade {
    text(candidate, "grade").parse().unwrap()
}

/// A text of a JSON object.
pub(crate) fn text(object: &Value, name: &str) -> String {
    object[name].as_str().unwrap_or_else(|| panic!("no {name} in {object}")).to_owned()
}

/// A request as a front end sends it. Nobody lives there.
pub(crate) fn new_request(item: &str, area: &str) -> Value {
    let area: Area = area.parse().unwrap();
    json!({
        "city": city(), "item": item, "area": area, "mode": "auto", "description": "钥匙忘在屋里了",
        "contact": { "name": "测试", "phone": "13800000000", "address": "某小区 1 幢" },
    })
}

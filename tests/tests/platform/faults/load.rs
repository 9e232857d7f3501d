//! A modest load, and what its front ends and people were told: the checker holds the platform to it.

use futures::StreamExt as _;
use kernel::Channel;
use serde_json::{Value, json};
use testkit::wait;
use uuid::Uuid;

use crate::checker::{self, Acknowledged, Evidence, Report};
use crate::processes::Processes;
use crate::town::{PATIENCE, Town, caller, new_request, operator, text};

/// Front ends at work at the same time.
const AT_ONCE: usize = 8;
/// So many kinds of requests there are.
const ITEMS: usize = 6;

/// What happened so far.
#[derive(Default)]
pub(crate) struct Load {
    /// Items and streets that the requests are for, in turn.
    wanted: Vec<(String, String)>,
    handed_in: usize,
    answered: Vec<Uuid>,
    called_back: usize,
    acknowledged: Vec<Acknowledged>,
    personal: Vec<String>,
}

impl Load {
    /// A whole day and the next morning: so many requests handed in and served, called back, every fourth of
    /// them a suspected breach, each verified.
    pub(crate) async fn a_day(&mut self, platform: &mut Processes, requests: usize) {
        self.hand_in(&platform.town, requests).await;
        self.serve_all(&platform.town).await;
        platform.the_next_morning().await;
        self.call_all_back(&platform.town).await;
        self.see_standings(platform).await;
    }

    /// Hands in requests by all six channels. A front end that gets no answer, or 503, sends the same again under
    /// the same key, as the contract asks it to.
    pub(crate) async fn hand_in(&mut self, town: &Town, requests: usize) {
        if self.wanted.is_empty() {
            self.wanted = town.items_with_a_choice(ITEMS).await;
        }
        let first = self.handed_in;
        self.handed_in += requests;
        let sent = futures::stream::iter(first..first + requests).map(|n| {
            let (body, personal) = request_of(n, &self.wanted[n % self.wanted.len()]);
            async move { (hand_in_one(town, n, &body).await, personal) }
        });
        let sent: Vec<_> = sent.buffer_unordered(AT_ONCE).collect().await;
        for (id, personal) in sent {
            self.answered.push(id);
            self.personal.extend(personal);
        }
    }

    /// Waits until every request handed in so far was offered to somebody, and serves it, unless it was withdrawn.
    pub(crate) async fn serve_all(&self, town: &Town) {
        let served = async || {
            for assignment in live(town).await? {
                serve(town, &assignment).await?;
            }
            let ended = jobs(town, "completed").await?.len() + jobs(town, "cancelled").await?.len();
            (ended == self.answered.len()).then_some(())
        };
        if let Err(error) = wait::until("every request to be served", PATIENCE, served).await {
            panic!("{error}; {} handed in, {}", self.answered.len(), states(town).await);
        }
    }

    /// Withdraws the last so many of the requests, of which dispatch has not heard yet.
    pub(crate) async fn cancel(&self, town: &Town, requests: usize) {
        for id in self.answered.iter().rev().take(requests) {
            let path = format!("/v1/requests/{id}/cancel");
            town.intake.try_post(&operator(), &path, &json!({}), Some(1)).await.unwrap().yes();
        }
    }

    /// The order for each kind of request, as dispatch tells it: all but its age.
    pub(crate) async fn orders(&self, town: &Town) -> Vec<Vec<Value>> {
        let mut orders = Vec::new();
        for (item, area) in &self.wanted {
            let path = format!("/v1/recommendations?item={item}&area={area}");
            let answer = town.dispatch.get(&operator(), &path).await;
            orders.push(answer["candidates"].as_array().unwrap().clone());
        }
        orders
    }

    /// Calls back one citizen who is due, whoever of the services dies meanwhile.
    pub(crate) async fn call_one_back(&mut self, town: &Town) {
        let mut chosen: Option<String> = None;
        let called = async || {
            let path = "/v1/callbacks?limit=200";
            let page = town.feedback.try_get(&caller(), path).await.ok()?.if_yes()?;
            let due = page["items"].as_array()?;
            let wanted = chosen.get_or_insert_with(|| text(&due[0], "id"));
            match due.iter().find(|one| one["id"] == *wanted) {
                Some(callback) => town.try_call_back(callback, "satisfied", "无").await,
                // It is not due any more: the call was recorded, though its answer got lost.
                None => Some(()),
            }
        };
        wait::until("a call-back to be recorded", PATIENCE, called).await.unwrap();
        self.called_back += 1;
    }

    /// Calls back everybody who was served, with a suspected breach for every fourth, and rules on these.
    pub(crate) async fn call_all_back(&mut self, town: &Town) {
        let wanted = self.answered.len() - self.called_back;
        let all_due = async || {
            let due = town.all(&town.feedback, &caller(), "/v1/callbacks").await;
            (due.len() == wanted).then_some(due)
        };
        let due = wait::until("all call-backs to be due", PATIENCE, all_due).await.unwrap();
        self.called_back += wanted;
        for (n, callback) in due.iter().enumerate() {
            let note = format!("不满意-{n}-留言");
            let verdict = if n % 4 == 0 { "suspected_breach" } else { "satisfied" };
            town.call_back(callback, verdict, &note).await;
            self.personal.push(note);
        }
        for case in town.open_cases().await {
            town.verify(&case).await;
        }
    }

    /// Notes which version of each merchant credit shows: from now on no assignment may use an older one.
    pub(crate) async fn see_standings(&mut self, platform: &Processes) {
        let merchants = platform.town.all(&platform.town.credit, &operator(), "/v1/merchants").await;
        let at = platform.now();
        self.acknowledged.extend(merchants.iter().map(|merchant| Acknowledged {
            merchant: text(merchant, "id").parse().unwrap(),
            version: merchant["version"].as_u64().unwrap(),
            at,
        }));
    }

    /// Lets everything come to its end and holds the platform to all invariants.
    pub(crate) async fn settles_with_all_invariants(&self, platform: &Processes) -> Report {
        self.serve_all(&platform.town).await;
        let report = checker::check(&self.evidence(platform).await).await;
        report.holds();
        report
    }

    /// What the checker is told.
    pub(crate) async fn evidence(&self, platform: &Processes) -> Evidence {
        Evidence {
            databases: platform.databases(),
            client: platform.broker.client().await,
            logs: platform.logs(),
            answered: self.answered.clone(),
            acknowledged: self.acknowledged.clone(),
            personal: self.personal.clone(),
        }
    }
}

/// The n-th request, and what in it must be found nowhere but with intake.
fn request_of(n: usize, (item, area): &(String, String)) -> (Value, [String; 4]) {
    let personal = [
        format!("甄士隐{n:04}"),
        format!("1390571{n:04}"),
        format!("葫芦庙巷 {n:04} 号"),
        format!("十里街的锁{n:04}"),
    ];
    let mut body = new_request(item, area);
    body["contact"] = json!({ "name": personal[0], "phone": personal[1], "address": personal[2] });
    body["description"] = json!(personal[3]);
    (body, personal)
}

async fn hand_in_one(town: &Town, n: usize, body: &Value) -> Uuid {
    let (channel, key) = (Channel::ALL[n % Channel::ALL.len()], format!("key-{n}"));
    let answered = async || {
        let answer = town.intake.try_post_as(channel, "/v1/requests", body, &key).await.ok()?;
        assert!(answer.status.is_success() || answer.status == 503, "{}: {}", answer.status, answer.body);
        answer.if_yes()
    };
    let answer = wait::until("an answer to the front end", PATIENCE, answered).await.unwrap();
    text(&answer, "id").parse().unwrap()
}

/// The assignments that a merchant has yet to end. `None` while dispatch does not answer.
async fn live(town: &Town) -> Option<Vec<Value>> {
    let all = all(town, "/v1/assignments").await?;
    Some(all.into_iter().filter(|one| one["state"] == "offered" || one["state"] == "accepted").collect())
}

async fn jobs(town: &Town, state: &str) -> Option<Vec<Value>> {
    all(town, &format!("/v1/jobs?state={state}")).await
}

/// A whole list of dispatch. `None` while it does not answer.
async fn all(town: &Town, list: &str) -> Option<Vec<Value>> {
    let mark = if list.contains('?') { '&' } else { '?' };
    let (mut items, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("{list}{mark}limit=200{after}");
        let page = town.dispatch.try_get(&operator(), &path).await.ok()?.if_yes()?;
        items.extend(page["items"].as_array()?.iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return Some(items),
        }
    }
}

/// How many jobs are in which state: for whoever reads that a test waited in vain.
async fn states(town: &Town) -> String {
    let mut counts = Vec::new();
    for state in ["waiting", "assigned", "completed", "cancelled", "unserved"] {
        counts.push(format!("{state}: {:?}", jobs(town, state).await.map(|jobs| jobs.len())));
    }
    counts.join(", ")
}

/// The merchant accepts and completes; told again, dispatch says that it is done already.
async fn serve(town: &Town, assignment: &Value) -> Option<()> {
    let merchant = testkit::identity::Person::merchant(&text(assignment, "merchant"));
    let from = if assignment["state"] == "accepted" { 1 } else { 0 };
    for step in &["accept", "complete"][from..] {
        let path = format!("/v1/assignments/{}/{step}", text(assignment, "id"));
        town.dispatch.try_post(&merchant, &path, &json!({}), None).await.ok()?.if_yes()?;
    }
    Some(())
}

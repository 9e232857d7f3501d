use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::{Body, BodyDataStream};
use chassis::auth::webhook::{Key, Outgoing, sign};
use chassis::config::Secret;
use chassis::entry::{Built, listen};
use kernel::{Channel, Clock as _, Role};
use serde_json::{Value, json};
use testkit::TestDb;
use testkit::identity::{CHANNEL_SECRET, Person};
use tower::ServiceExt as _;

use crate::support::{Instance, Intake};

/// The decision record that channel teams read.
const RECORD: &str = include_str!("../../../../docs/adr/0003-channel-signature.md");

/// A channel's front end, as a program of the channel would be.
pub(crate) struct FrontEnd {
    channel: Channel,
    base: String,
    now: i64,
    http: reqwest::Client,
    nonces: AtomicU64,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl FrontEnd {
    pub(crate) fn new(channel: Channel, base: &str, now: i64) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { channel, base: base.to_owned(), now, http, nonces: AtomicU64::new(0) }
    }

    pub(crate) async fn call(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let id = format!("{}-{}", self.channel, self.nonces.fetch_add(1, Ordering::Relaxed));
        self.call_as(&id, method, target, headers, body).await
    }

    pub(crate) async fn call_as(
        &self,
        id: &str,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let key = Key::try_new(&Secret::new(CHANNEL_SECRET)).unwrap();
        let bytes = body.as_bytes();
        let signed = sign(
            &key,
            &Outgoing { channel: self.channel, id, timestamp: self.now, method, target, body: bytes },
        );
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, format!("{}{target}", self.base));
        for (name, value) in signed {
            request = request.header(name, value);
        }
        if headers.iter().all(|(name, _)| *name != "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.body(body.to_owned()).send().await.unwrap();
        Answer { status: answer.status().as_u16(), body: answer.json().await.unwrap_or(Value::Null) }
    }

    /// Opens a live stream, from the last event that was seen.
    pub(crate) async fn open(&self, target: &str, last: Option<&str>) -> reqwest::Response {
        let mut request = self.http.get(format!("{}{target}", self.base));
        for (name, value) in self.signs(target) {
            request = request.header(name, value);
        }
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        request.send().await.unwrap().error_for_status().unwrap()
    }

    /// The same without a connection: ten thousand of them would be more than a test may hold open.
    pub(crate) async fn open_inside(&self, router: &axum::Router, target: &str) -> BodyDataStream {
        let mut request = axum::http::Request::get(target);
        for (name, value) in self.signs(target) {
            request = request.header(name, value);
        }
        let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        answer.into_body().into_data_stream()
    }

    fn signs(&self, target: &str) -> impl Iterator<Item = (&'static str, String)> {
        let id = format!("{}-{}", self.channel, self.nonces.fetch_add(1, Ordering::Relaxed));
        let key = Key::try_new(&Secret::new(CHANNEL_SECRET)).unwrap();
        let (channel, timestamp) = (self.channel, self.now);
        let asking = Outgoing { channel, id: &id, timestamp, method: "GET", target, body: b"" };
        sign(&key, &asking).into_iter()
    }

    pub(crate) async fn create(&self, key: &str, body: &Value) -> Answer {
        self.call("POST", "/v1/requests", &[("idempotency-key", key)], &body.to_string()).await
    }
}

pub(crate) fn new_request() -> Value {
    json!({
        "city": 330_200, "item": "door-unlocking", "area": 330_203_001, "mode": "auto",
        "contact": { "name": "王小明", "phone": "13800001234", "address": "解放南路 9 号" },
    })
}

pub(crate) async fn served(intake: &Instance) -> String {
    let built = Built { runtime: intake.runtime.clone(), router: intake.router.clone() };
    let addresses = listen(&built, &intake.http, &intake.ops).await.unwrap();
    format!("http://{}", addresses.http)
}

testkit::on_both_databases! {
    async fn i1_a_front_end_hands_in_reads_follows_and_withdraws_a_request(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let wechat = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        let created = wechat.create("a", &new_request()).await;
        assert_eq!(created.status, 201, "{}", created.body);
        let id = created.body["id"].as_str().unwrap();
        let read = wechat.call("GET", &format!("/v1/requests/{id}?city=330200"), &[], "").await;
        assert_eq!((read.status, &read.body["phone"], &read.body["name"]), (200, &json!("138****1234"), &json!("王**")));
        let cancel = format!("/v1/requests/{id}/cancel?city=330200");
        assert_eq!(wechat.call("POST", &cancel, &[], "").await.status, 428);
        assert_eq!(wechat.call("POST", &cancel, &[("if-match", "\"1\"")], "").await.status, 200);
        let again = wechat.call("POST", &cancel, &[("if-match", "\"1\"")], "").await;
        assert_eq!((again.status, &again.body["already"]), (200, &json!(true)));
        let events = wechat.call("GET", &format!("/v1/requests/{id}/events?city=330200&after=1&wait=5"), &[], "").await;
        assert_eq!(events.body[0]["kind"], "cancelled");
        intake.stop().await;
    }

    async fn i2_over_http_a_key_replays_its_answer_and_refuses_another_payload(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let wechat = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        let first = wechat.create("a", &new_request()).await;
        let second = wechat.create("a", &new_request()).await;
        assert_eq!((second.status, &second.body), (201, &first.body));
        let mut other = new_request();
        other["mode"] = json!("choose");
        let refused = wechat.create("a", &other).await;
        assert_eq!((refused.status, &refused.body["code"]), (422, &json!("idempotency-key-reused")));
        let detail = "another body came with this key before: a new intent needs a new key";
        assert_eq!(refused.body["detail"], detail);
        let headers = [("idempotency-key", "b")];
        let body = new_request().to_string();
        assert_eq!(wechat.call_as("msg_1", "POST", "/v1/requests", &headers, &body).await.status, 201);
        let replayed = wechat.call_as("msg_1", "POST", "/v1/requests", &headers, &body).await;
        assert_eq!((replayed.status, &replayed.body["code"]), (401, &json!("replayed")));
        intake.stop().await;
    }

    async fn operations_see_what_came_in_by_each_channel_and_which_signatures_were_refused(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let now = intake.clock.now().as_secs();
        let wechat = FrontEnd::new(Channel::Wechat, &base, now);
        wechat.create("a", &new_request()).await;
        wechat.create("b", &new_request()).await;
        let (headers, body) = ([("idempotency-key", "c")], new_request().to_string());
        for _ in 0..2 {
            wechat.call_as("msg_1", "POST", "/v1/requests", &headers, &body).await;
        }
        FrontEnd::new(Channel::Alipay, &base, now - 3_600).create("d", &new_request()).await;
        // Who names no channel is none of them.
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let ask = || http.get(format!("{base}/v1/operations"));
        assert_eq!(ask().send().await.unwrap().status(), 401);

        let token = Person::staff(1, Role::Operations).token_at(now);
        let seen: Value = ask().bearer_auth(token).send().await.unwrap().json().await.unwrap();
        let calls: Vec<_> = seen["calls"].as_array().unwrap().iter()
            .map(|one| (&one["channel"], &one["outcome"], &one["calls"]["hour"])).collect();
        let (wechat, alipay) = (json!("wechat"), json!("alipay"));
        let expected = [
            (&wechat, json!("received"), json!(3)),
            (&wechat, json!("replayed"), json!(1)),
            (&alipay, json!("stale_signature"), json!(1)),
        ];
        assert_eq!(calls, expected.each_ref().map(|(channel, outcome, count)| (*channel, outcome, count)));
        intake.stop().await;
    }

    async fn every_mistake_of_a_draft_is_named_and_nothing_personal_is_repeated(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let alipay = FrontEnd::new(Channel::Alipay, &base, intake.clock.now().as_secs());
        let mut wrong = new_request();
        wrong["contact"]["phone"] = json!("81890-secret");
        wrong["area"] = json!(310_101_001);
        let refused = alipay.create("a", &wrong).await;
        assert_eq!((refused.status, &refused.body["code"]), (422, &json!("invalid-request")));
        let errors = refused.body["errors"].as_array().unwrap();
        let pointers: Vec<_> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["#/contact/phone", "#/area"]);
        assert!(!refused.body.to_string().contains("secret"));
        intake.stop().await;
    }

    async fn the_example_that_channel_teams_are_given_is_taken(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        // Signed anew, with a key and a time that hold here.
        let front = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        let example = RECORD.split_once("```http\n").unwrap().1.split_once("\n```").unwrap().0;
        let (head, body) = example.split_once("\n\n").unwrap();
        let mut lines = head.lines();
        let mut line = lines.next().unwrap().split(' ');
        let (method, target) = (line.next().unwrap(), line.next().unwrap());
        let ours = |name: &str| name == "x-channel" || name.starts_with("webhook-");
        let headers: Vec<_> =
            lines.map(|line| line.split_once(": ").unwrap()).filter(|(name, _)| !ours(name)).collect();
        let created = front.call(method, target, &headers, body).await;
        assert_eq!(created.status, 201, "{}", created.body);
        intake.stop().await;
    }

    async fn i7_a_channel_does_not_see_the_requests_of_another(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let now = intake.clock.now().as_secs();
        let created = FrontEnd::new(Channel::Wechat, &base, now).create("a", &new_request()).await;
        let target = format!("/v1/requests/{}?city=330200", created.body["id"].as_str().unwrap());
        assert_eq!(FrontEnd::new(Channel::Alipay, &base, now).call("GET", &target, &[], "").await.status, 404);
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let unsigned = http.get(format!("{base}{target}")).send().await.unwrap();
        assert_eq!(unsigned.status().as_u16(), 401);
        intake.stop().await;
    }

    async fn a_recommendation_without_dispatch_is_refused_for_a_while(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let wechat = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        let target = "/v1/recommendations?city=330200&item=door-unlocking&area=330203001";
        assert_eq!(wechat.call("GET", target, &[], "").await.status, 503);
        intake.stop().await;
    }
}

use core::time::Duration;

use contracts::Event as _;
use contracts::dispatch::Offered;
use intake::usecases::Incoming;
use kernel::{Actor, ActorId, Channel, Clock as _, RequestId};
use serde_json::{Value, json};
use testkit::TestDb;
use testkit::wait::until;

use crate::contact::call;
use crate::http::{Answer, FrontEnd, new_request, served};
use crate::support::{Intake, PATIENCE, incoming};

const OPERATOR: Actor = Actor::Staff { id: ActorId::from_u128(20) };
const COLLEAGUE: Actor = Actor::Staff { id: ActorId::from_u128(22) };
const AUDITOR: Actor = Actor::Staff { id: ActorId::from_u128(21) };

/// The request that an operator takes from a caller.
fn called(key: &str, by: Actor, phone: &str) -> Incoming {
    let mut incoming = Incoming { by, channel: Channel::Hotline, ..incoming(key) };
    incoming.contact.phone = phone.to_owned().into();
    incoming
}

async fn received(intake: &Intake, incoming: Incoming) -> RequestId {
    intake.app.receive(incoming).await.unwrap().request
}

/// The list, as somebody asks for it.
async fn listed(intake: &Intake, base: &str, who: Actor, query: &str) -> Answer {
    let target = format!("/v1/requests?city=330200{query}");
    call(intake, base, (who, "operator"), "GET", &target, &Value::Null).await
}

/// Looks for what a caller says.
async fn sought(intake: &Intake, base: &str, role: &str, query: &str, what: Value) -> Answer {
    let target = format!("/v1/requests/search?city=330200{query}");
    call(intake, base, (OPERATOR, role), "POST", &target, &what).await
}

/// Looks for a caller's requests.
async fn searched(intake: &Intake, base: &str, role: &str, query: &str, phone: &str) -> Answer {
    sought(intake, base, role, query, json!({ "phone": phone })).await
}

fn ids(answer: &Answer) -> Vec<RequestId> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let id = |item: &Value| serde_json::from_value(item["id"].clone()).unwrap();
    answer.body["items"].as_array().unwrap().iter().map(id).collect()
}

/// How often the request was read in the clear or found by its number.
async fn traces(intake: &Intake, base: &str, request: RequestId) -> usize {
    let target = format!("/v1/requests/{request}/clear-reads?city=330200");
    let answer = call(intake, base, (AUDITOR, "auditor"), "GET", &target, &Value::Null).await;
    answer.body["items"].as_array().unwrap().len()
}

testkit::on_both_databases! {
    async fn the_desk_lists_the_citys_requests_newest_first_page_by_page_masked_and_counted(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let mut all = Vec::new();
        for key in ["a", "b", "c"] {
            all.push(received(&intake, incoming(key)).await);
            intake.clock.advance(Duration::from_millis(1));
        }
        all.reverse();
        let first = listed(&intake, &base, OPERATOR, "&limit=2&total=true").await;
        let next = first.body["next"].as_str().unwrap();
        let second = listed(&intake, &base, OPERATOR, &format!("&limit=2&total=true&after={next}")).await;
        assert_eq!((&first.body["total"], &second.body["total"]), (&json!({ "count": 3, "exact": true }), &Value::Null));
        assert_eq!([ids(&first), ids(&second)].concat(), all);
        assert!(second.body["next"].is_null());
        let item = &first.body["items"][0];
        assert_eq!((&item["name"], &item["phone"]), (&json!("王**"), &json!("138****1234")));
        assert!(!first.body.to_string().contains("解放南路"));
        assert!(ids(&listed(&intake, &base, OPERATOR, "").await) == all);
        let elsewhere = call(&intake, &base, (OPERATOR, "operator"), "GET", "/v1/requests?city=310100", &Value::Null).await;
        assert!(ids(&elsewhere).is_empty());
        intake.stop().await;
    }

    async fn a_list_is_narrowed_by_state_item_and_street(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let waits = received(&intake, incoming("a")).await;
        let mut other = incoming("b");
        other.area = "330203002".parse().unwrap();
        let cancelled = received(&intake, other).await;
        intake.cancel(cancelled).await;
        for (query, expected) in [
            ("&status=received", vec![waits]),
            ("&status=cancelled", vec![cancelled]),
            ("&status=closed", vec![]),
            ("&item=door-unlocking&area=330203001", vec![waits]),
            ("&item=door-unlocking&status=cancelled&area=330203002", vec![cancelled]),
            ("&item=pet-boarding", vec![]),
        ] {
            assert_eq!(ids(&listed(&intake, &base, OPERATOR, query).await), expected, "{query}");
        }
        assert_eq!(listed(&intake, &base, OPERATOR, "&status=lost").await.status, 400);
        intake.stop().await;
    }

    async fn the_desk_lists_requests_by_when_they_were_received_or_are_wanted_page_by_page(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let (now, mut by_age) = (intake.clock.now(), Vec::new());
        // Two are wanted at the same time, and the one that came last is wanted first.
        for (key, hours) in [("a", 48), ("b", 24), ("c", 24), ("d", 2)] {
            let wanted_at = Some(now.after(Duration::from_secs(hours * 3_600)));
            by_age.push(received(&intake, Incoming { wanted_at, ..incoming(key) }).await);
            intake.clock.advance(Duration::from_millis(1));
        }
        let [a, b, c, d] = by_age[..] else { panic!("four are received") };
        for (sort, expected) in
            [("-received", [d, c, b, a]), ("received", [a, b, c, d]), ("wanted", [d, b, c, a]), ("-wanted", [a, c, b, d])]
        {
            let first = listed(&intake, &base, OPERATOR, &format!("&sort={sort}&limit=2&total=true")).await;
            let next = first.body["next"].as_str().unwrap();
            let rest = listed(&intake, &base, OPERATOR, &format!("&sort={sort}&limit=2&after={next}")).await;
            assert_eq!([ids(&first), ids(&rest)].concat(), expected, "{sort}");
            assert_eq!((&first.body["total"]["count"], &rest.body["next"]), (&json!(4), &Value::Null));
        }
        let next = listed(&intake, &base, OPERATOR, "&limit=1").await.body["next"].as_str().unwrap().to_owned();
        let other = listed(&intake, &base, OPERATOR, &format!("&sort=wanted&after={next}")).await;
        assert_eq!((other.status, &other.body["code"]), (400, &json!("invalid-cursor")));
        assert_eq!(listed(&intake, &base, OPERATOR, "&sort=name").await.status, 400);
        intake.stop().await;
    }

    async fn open_are_those_whose_work_is_still_to_be_done(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let open = received(&intake, called("a", OPERATOR, "13800001234")).await;
        intake.clock.advance(Duration::from_millis(1));
        let others = received(&intake, called("b", COLLEAGUE, "13800001234")).await;
        let cancelled = received(&intake, called("c", OPERATOR, "13800001234")).await;
        intake.cancel(cancelled).await;
        assert_eq!(ids(&listed(&intake, &base, OPERATOR, "&open=true&sort=received").await), [open, others]);
        let mine = listed(&intake, &base, OPERATOR, "&open=true&mine=true&total=true").await;
        assert_eq!((ids(&mine), &mine.body["total"]["count"]), (vec![open], &json!(1)));
        assert!(ids(&listed(&intake, &base, OPERATOR, "&open=true&status=cancelled").await).is_empty());
        intake.stop().await;
    }

    async fn mine_are_those_that_one_received_or_dispatched(db: TestDb) {
        let intake = Intake::start(db).await;
        intake.streams_of_others().await;
        let base = served(&intake).await;
        let taken = received(&intake, called("a", OPERATOR, "13800001234")).await;
        let others = received(&intake, called("b", COLLEAGUE, "13800001234")).await;
        let online = received(&intake, incoming("c")).await;
        assert_eq!(ids(&listed(&intake, &base, OPERATOR, "&mine=true").await), [taken]);
        intake.say(1, &Offered { request: online, by: OPERATOR, ..Offered::example() }).await;
        until("the offer taken in", PATIENCE, async || (intake.kinds(online).await.len() == 2).then_some(())).await.unwrap();
        assert_eq!(ids(&listed(&intake, &base, OPERATOR, "&mine=true").await), [online, taken]);
        assert_eq!(ids(&listed(&intake, &base, OPERATOR, "&mine=true&status=offered").await), [online]);
        assert_eq!(ids(&listed(&intake, &base, COLLEAGUE, "&mine=true").await), [others]);
        intake.stop().await;
    }

    async fn i7_a_callers_requests_are_found_by_the_number_and_each_that_is_shown_keeps_by_whom(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let older = received(&intake, called("a", OPERATOR, "0574-8765 4321")).await;
        intake.clock.advance(Duration::from_millis(1));
        let newer = received(&intake, called("b", OPERATOR, "057487654321")).await;
        received(&intake, incoming("c")).await;
        let found = searched(&intake, &base, "operator", "&limit=1", "0574 87654321").await;
        assert_eq!(ids(&found), [newer]);
        assert_eq!((traces(&intake, &base, newer).await, traces(&intake, &base, older).await), (1, 0));
        let next = found.body["next"].as_str().unwrap();
        let rest = searched(&intake, &base, "followup_caller", &format!("&after={next}"), "057487654321").await;
        assert_eq!(ids(&rest), [older]);
        assert_eq!(traces(&intake, &base, older).await, 1);
        assert!(!found.body.to_string().contains("87654321"));
        assert!(ids(&searched(&intake, &base, "operator", "", "13900000000").await).is_empty());
        intake.stop().await;
    }

    async fn i7_whose_work_it_is_not_finds_nobody_by_a_number(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        for role in ["auditor", "credit_officer", "merchant"] {
            assert_eq!(searched(&intake, &base, role, "", "13800001234").await.status, 403, "{role}");
        }
        let wrong = searched(&intake, &base, "operator", "", "8189-secret").await;
        assert_eq!((wrong.status, &wrong.body["errors"][0]["pointer"]), (422, &json!("#/phone")));
        assert!(!wrong.body.to_string().contains("secret"));
        intake.stop().await;
    }

    async fn i7_a_request_is_found_by_the_code_that_its_citizen_reads_out_masked_and_without_a_trace(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        let wechat = FrontEnd::new(Channel::Wechat, &base, intake.clock.now().as_secs());
        let created = wechat.create("a", &new_request()).await.body;
        received(&intake, incoming("b")).await;
        let code = created["tracking_code"].as_str().unwrap();
        let heard = code.replace('-', " ").to_lowercase().replace('0', "o").replace('1', "l");
        for (role, said) in [("operator", code), ("followup_caller", &heard)] {
            let found = sought(&intake, &base, role, "", json!({ "tracking_code": said })).await;
            assert_eq!(json!(ids(&found)), json!([created["id"]]), "{said}");
            assert_eq!(found.body["items"][0]["phone"], "138****1234");
        }
        assert_eq!(traces(&intake, &base, serde_json::from_value(created["id"].clone()).unwrap()).await, 0);
        let other = sought(&intake, &base, "operator", "", json!({ "tracking_code": "00000-00000-00000" })).await;
        assert!(ids(&other).is_empty());
        let elsewhere = "/v1/requests/search?city=310100";
        let body = json!({ "tracking_code": code });
        assert!(ids(&call(&intake, &base, (OPERATOR, "operator"), "POST", elsewhere, &body).await).is_empty());
        assert_eq!(sought(&intake, &base, "auditor", "", body).await.status, 403);
        intake.stop().await;
    }

    async fn a_search_is_by_a_number_or_by_a_code_and_says_so(db: TestDb) {
        let intake = Intake::start(db).await;
        let base = served(&intake).await;
        for (body, code) in [
            (json!({}), "invalid-value"),
            (json!({ "phone": "13800001234", "tracking_code": "00000-00000-00000" }), "invalid-value"),
            (json!({ "tracking_code": "8189" }), "malformed"),
        ] {
            let refused = sought(&intake, &base, "operator", "", body).await;
            let fault = &refused.body["errors"][0];
            let expected = (422, &json!("#/tracking_code"), &json!(code));
            assert_eq!((refused.status, &fault["pointer"], &fault["code"]), expected, "{}", refused.body);
        }
        intake.stop().await;
    }
}

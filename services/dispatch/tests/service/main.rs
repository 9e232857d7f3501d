//! Dispatch alone against a real nats-server and both databases, with a peer that plays intake and credit.

#![cfg(test)]

mod board;
mod fairness;
mod host;
mod instances;
mod peer;

use std::time::Duration;

use chassis::bus::rpc::RpcError;
use contracts::dispatch::RankingChanged;
use contracts::intake::Cancelled;
use contracts::intake::v1::Mode;
use futures::StreamExt as _;
use kernel::{Grade, MerchantId, Version};
use serde_json::{Value, json};
use testkit::TestDb;

use host::{AREA, CITY, World, city, id, merchant, operations, operator};
use peer::{Emit, Fence, request, standing};

/// The time a merchant has to answer what is due in a day, and a little more.
const OVERDUE: Duration = Duration::from_secs(61 * 60);
/// Longer than a person has to choose.
const CHOOSE_WITHIN: Duration = Duration::from_secs(121 * 60);

fn name(n: u128) -> String {
    id::<MerchantId>(n).to_string()
}

testkit::on_both_databases! {
    async fn a_request_goes_to_the_best_and_ends_when_its_work_is_done(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::A), standing(2, 1, Grade::AAA)]).await;
        world.receive(10, Mode::Auto).await;
        let offered = world.assigned(10, 1).await;
        assert_eq!((&offered["merchant"], &offered["state"]), (&name(2).into(), &"offered".into()));
        assert_eq!(world.step(1, &offered, "accept").await.0, 404, "another merchant's");
        let (status, accepted) = world.step(2, &offered, "accept").await;
        assert_eq!((status, &accepted["already"]), (200, &false.into()));
        assert_eq!(world.step(2, &offered, "decline").await.1["code"], "already-accepted");
        world.step(2, &offered, "complete").await;
        assert_eq!(world.job(10).await.unwrap()["state"], "completed");
        let load = world.ranking.load(city(), id(2)).unwrap();
        assert_eq!((load.open, load.served), (0, 1));
        world.stop().await;
    }

    async fn i2_a_repeated_step_is_told_its_first_result(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::A)]).await;
        world.receive(10, Mode::Auto).await;
        let offered = world.assigned(10, 1).await;
        for step in ["accept", "complete"] {
            let first = world.step(1, &offered, step).await.1;
            world.clock.advance(Duration::from_secs(60));
            let again = world.step(1, &offered, step).await.1;
            assert_eq!((&first["already"], &again["already"]), (&false.into(), &true.into()));
            assert_eq!(first["assignment"], again["assignment"]);
        }
        world.stop().await;
    }

    async fn i2_of_many_assignments_at_once_one_holds_the_request(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::A), standing(2, 1, Grade::A)]).await;
        world.receive(10, Mode::Choose).await;
        let asks = (0..20).map(|n| world.assign(10, Some(1 + n % 2)));
        let assigned: Vec<_> = futures::future::try_join_all(asks).await.unwrap();
        assert_eq!(assigned.iter().filter(|it| !it.already).count(), 1);
        assert!(assigned.iter().all(|it| it.assignment == assigned[0].assignment));
        assert_eq!(world.assignments(10).await.len(), 1);
        let open: u32 = [1, 2].into_iter().filter_map(|n| world.ranking.load(city(), id(n))).map(|it| it.open).sum();
        assert_eq!(open, 1);
        world.stop().await;
    }

    async fn i2_a_request_told_twice_is_offered_once(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::A)]).await;
        world.receive(10, Mode::Auto).await;
        world.assigned(10, 1).await;
        // The same event again, and the same request in an event of its own.
        world.peer.db.republish("INTAKE").await.unwrap();
        world.emit(Emit::Received(Box::new(request(10, Mode::Auto)))).await;
        world.receive(11, Mode::Auto).await;
        world.assigned(11, 1).await;
        assert_eq!(world.assignments(10).await.len(), 1);
        assert_eq!(world.ranking.load(city(), id(1)).unwrap().open, 2);
        world.stop().await;
    }

    async fn i4_an_assignment_after_an_acknowledged_downgrade_uses_it_though_its_message_was_lost(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::AAA), standing(2, 1, Grade::A)]).await;
        world.receive(10, Mode::Choose).await;
        world.credit.acknowledge(standing(1, 2, Grade::C));
        let assigned = world.assign(10, None).await.unwrap();
        assert_eq!((assigned.merchant, assigned.credit_version), (id(2), Version(1)));
        assert_eq!(world.ranking.credit_version(city(), id(1)), Some(Version(2)));
        assert_eq!(world.recommend().await.candidates[0].merchant, id(2));
        world.stop().await;
    }

    async fn i4_while_credit_is_silent_nothing_is_assigned(db: TestDb) {
        let world = World::start_with(&db, &[standing(1, 1, Grade::A)], Fence::Silent).await;
        world.receive(10, Mode::Choose).await;
        let RpcError::Refused { status, code, .. } = world.assign(10, None).await.unwrap_err() else {
            panic!("refused")
        };
        assert_eq!((status, code.as_str()), (503, "credit-silent"));
        assert!(world.assignments(10).await.is_empty());
        world.stop().await;
    }

    async fn i4_where_the_policy_allows_it_an_assignment_goes_on_and_is_marked(db: TestDb) {
        let world = World::start_with(&db, &[standing(1, 1, Grade::A)], Fence::SilentAndPassed).await;
        world.receive(10, Mode::Choose).await;
        let assigned = world.assign(10, None).await.unwrap();
        let path = format!("/v1/decisions/{}?city={CITY}", assigned.assignment);
        assert_eq!(world.get(&operator(), &path).await.1["confirmed"], false);
        world.stop().await;
    }

    async fn i4_what_is_heard_while_credit_fails_counts_though_the_policy_goes_on_without(db: TestDb) {
        let merchants = [standing(1, 1, Grade::AAA), standing(2, 1, Grade::A)];
        let world = World::start_with(&db, &merchants, Fence::FailsAfterAChange).await;
        world.receive(10, Mode::Choose).await;
        assert_eq!(world.assign(10, None).await.unwrap().merchant, id(2));
        world.stop().await;
    }

    async fn i4_what_credit_does_not_know_is_not_assigned(db: TestDb) {
        let world = World::start(&db, &[]).await;
        world.emit(Emit::Standing(Box::new(standing(1, 1, Grade::A)))).await;
        world.knows(&standing(1, 1, Grade::A)).await;
        world.receive(10, Mode::Choose).await;
        assert!(matches!(world.assign(10, None).await, Err(RpcError::Refused { status: 503, .. })));
        world.stop().await;
    }

    async fn a_downgrade_changes_the_order_and_is_announced(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::AAA), standing(2, 1, Grade::A)]).await;
        assert_eq!(world.recommend().await.candidates[0].merchant, id(1));
        let said = world.peer.bus.client().subscribe("live.dispatch.ranking-changed.v1.330200").await.unwrap();
        world.peer.bus.client().flush().await.unwrap();
        world.stand(standing(1, 2, Grade::C)).await;
        let message = tokio::time::timeout(host::PATIENCE, std::pin::pin!(said).next()).await.unwrap().unwrap();
        let changed: RankingChanged = serde_json::from_slice(&message.payload).unwrap();
        assert_eq!((changed.merchant, changed.credit_version), (id(1), Version(2)));
        assert_eq!((changed.from, changed.to), (Some(Grade::AAA), Grade::C));
        assert!(changed.committed_wall_us <= changed.applied_wall_us);
        assert_eq!(world.recommend().await.candidates[0].merchant, id(2));
        world.stop().await;
    }

    async fn operations_see_how_long_a_downgrade_took_to_the_ranking_and_how_far_it_is_behind(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::AAA)]).await;
        world.stand(standing(1, 2, Grade::C)).await;
        // The ranking knows it a moment before it is said how long that took.
        let counted = async || {
            let seen = world.get(&operations(), "/v1/operations").await.1;
            (seen["downgrades"][0]["hour"]["count"].as_u64() >= Some(1)).then_some(seen)
        };
        let seen = world.until("the downgrade among the figures", counted).await;
        let took = &seen["downgrades"][0];
        assert_eq!((&took["stage"], &took["limit_ms"]), (&json!("applied"), &json!(2_000)));
        assert!(took["hour"]["p50_ms"].as_f64() <= took["hour"]["p99_ms"].as_f64(), "{took}");
        let ranking = &seen["projections"][0];
        assert_eq!((&ranking["stream"], &ranking["caught_up"]), (&json!("STANDING"), &json!(true)));
        assert!(ranking["behind"].is_u64() && ranking["age_ms"].is_u64(), "{ranking}");
        world.stop().await;
    }

    async fn i5_a_replay_of_the_record_gives_the_stored_outcome(db: TestDb) {
        let merchants = [standing(1, 3, Grade::A), standing(2, 1, Grade::B), standing(3, 1, Grade::D)];
        let world = World::start(&db, &merchants).await;
        world.receive(10, Mode::Choose).await;
        let assigned = world.assign(10, Some(2)).await.unwrap();
        world.stand(standing(2, 9, Grade::D)).await;
        world.knows(&standing(2, 9, Grade::D)).await;
        let path = format!("/v1/decisions/{}", assigned.assignment);
        let record = world.get(&operator(), &format!("{path}?city={CITY}")).await.1;
        assert_eq!((&record["confirmed"], &record["outcome"]["chosen"]["overridden"]), (&true.into(), &true.into()));
        let replay = world.get(&operator(), &format!("{path}/replay?city={CITY}")).await.1;
        assert_eq!((&replay["same"], &replay["stored"]), (&true.into(), &record["outcome"]));
        assert_eq!(world.get(&merchant(2), &format!("{path}?city={CITY}")).await.0, 403);
        world.stop().await;
    }

    async fn an_expired_offer_goes_to_the_next_and_at_last_to_a_person(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::AAA), standing(2, 1, Grade::A)]).await;
        world.receive(10, Mode::Auto).await;
        assert_eq!(world.assigned(10, 1).await["merchant"], name(1));
        world.clock.advance(OVERDUE);
        let second = world.assigned(10, 2).await;
        assert_eq!((&second["merchant"], &second["state"]), (&name(2).into(), &"offered".into()));
        assert_eq!(world.assignments(10).await[0]["state"], "expired");
        assert_eq!(world.ranking.load(city(), id(1)).unwrap().open, 0);
        world.clock.advance(OVERDUE);
        let unserved = async || (world.job(10).await?["state"] == "unserved").then_some(());
        world.until("a person's turn", unserved).await;
        world.stop().await;
    }

    async fn a_merchant_sees_what_each_job_is_and_of_its_own_alone(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::AAA), standing(2, 1, Grade::A)]).await;
        let received = request(10, Mode::Auto);
        world.receive(10, Mode::Auto).await;
        let offered = world.assigned(10, 1).await;
        for (field, value) in [("item", json!(received.item)), ("category", json!(received.category)),
            ("area", json!(received.area)), ("urgency", json!(received.urgency)),
            ("wanted_at", json!(received.wanted_at)), ("due_by", json!(received.due_by))] {
            assert_eq!(offered[field], value, "{field}");
        }
        assert_eq!(world.job(10).await.unwrap()["item"], json!(received.item));
        let declined = world.step(1, &offered, "decline").await.1;
        assert_eq!(declined["assignment"]["item"], json!(received.item));
        world.assigned(10, 2).await;
        let listed = async |who: String, query: &str| {
            let (status, page) = world.get(&who, &format!("/v1/assignments?city={CITY}&total=true{query}")).await;
            let count = page["items"].as_array().map_or(0, Vec::len);
            assert!(status != 200 || page["total"] == json!({ "count": count, "exact": true }), "{page}");
            (status, count)
        };
        let (one, two) = (name(1), name(2));
        assert_eq!(listed(merchant(1), "").await, (200, 1));
        assert_eq!(listed(merchant(1), "&state=offered").await, (200, 0));
        assert_eq!(listed(merchant(2), &format!("&state=offered&merchant={two}")).await, (200, 1));
        assert_eq!(listed(merchant(2), &format!("&merchant={one}")).await.0, 403);
        assert_eq!(listed(operator(), "").await, (200, 2));
        assert_eq!(listed(operator(), &format!("&merchant={one}")).await, (200, 1));
        assert_eq!(listed(operator(), "&state=declined").await, (200, 1));
        let assigned = format!("/v1/jobs?city={CITY}&state=assigned&total=true");
        assert_eq!(world.get(&operator(), &assigned).await.1["total"], json!({ "count": 1, "exact": true }));
        assert_eq!(listed(operator(), "&state=lost").await.0, 400);
        world.stop().await;
    }

    async fn a_declined_offer_goes_to_the_next(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::AAA), standing(2, 1, Grade::A)]).await;
        world.receive(10, Mode::Auto).await;
        let first = world.assigned(10, 1).await;
        assert_eq!(world.step(1, &first, "decline").await.0, 200);
        assert_eq!(world.assigned(10, 2).await["merchant"], name(2));
        assert_eq!(world.step(1, &first, "decline").await.1["already"], true);
        world.stop().await;
    }

    async fn i2_a_step_after_the_end_is_refused_and_a_repeated_end_is_told_as_the_first(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::AAA), standing(2, 1, Grade::A)]).await;
        world.receive(10, Mode::Auto).await;
        let expired = world.assigned(10, 1).await;
        world.clock.advance(OVERDUE);
        let declined = world.assigned(10, 2).await;
        for step in ["accept", "decline", "complete"] {
            let (status, problem) = world.step(1, &expired, step).await;
            assert_eq!((status, &problem["code"]), (409, &"assignment-ended".into()), "{step}");
        }
        let first = world.step(2, &declined, "decline").await.1;
        let path = format!("/v1/assignments/{}/decline?city={CITY}", declined["id"].as_str().unwrap());
        let again = world.post(&merchant(2), &path, &json!({ "reason": "price" })).await.1;
        assert_eq!((&again["already"], &again["assignment"]), (&true.into(), &first["assignment"]));
        assert_eq!(world.step(2, &declined, "accept").await.1["code"], "assignment-ended");
        world.stop().await;
    }

    async fn the_rule_decides_where_nobody_chose_in_time(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::A)]).await;
        world.receive(10, Mode::Choose).await;
        world.clock.advance(CHOOSE_WITHIN);
        let offered = world.assigned(10, 1).await;
        assert_eq!(offered["merchant"], name(1));
        world.step(1, &offered, "decline").await;
        let waiting = world.job(10).await.unwrap();
        assert_eq!(waiting["state"], "waiting");
        let rule_from: kernel::Timestamp = waiting["rule_from"].as_str().unwrap().parse().unwrap();
        let now = kernel::Clock::now(world.clock.as_ref());
        assert!(now < rule_from && rule_from < now.after(CHOOSE_WITHIN), "{waiting}");
        world.clock.advance(CHOOSE_WITHIN);
        let unserved = async || (world.job(10).await?["state"] == "unserved").then_some(());
        world.until("nobody to be found", unserved).await;
        world.stop().await;
    }

    async fn who_let_a_request_lapse_is_asked_again_by_a_person_who_says_why(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::A)]).await;
        let request = world.receive(10, Mode::Auto).await;
        let offered = world.assigned(10, 1).await;
        world.step(1, &offered, "decline").await;
        let read = format!("/v1/jobs/{request}?city={CITY}");
        let unserved = async || (world.get(&operator(), &read).await.1["state"] == "unserved").then_some(());
        world.until("nobody to be found", unserved).await;
        assert_eq!(world.get(&operator(), &read).await.1["tried"], json!([name(1)]));
        let why = "/v1/recommendations/explanation";
        let need = format!("{why}?city={CITY}&item=door-unlocking&area={AREA}&request={request}");
        let order = world.get(&operator(), &need).await.1;
        assert_eq!(order["candidates"], json!([]), "{order}");
        assert_eq!(order["exclusions"][0]["reason"], "already_tried");
        let path = format!("/v1/jobs/{request}/assignments?city={CITY}");
        let ask = async |body: Value| world.post(&operator(), &path, &body).await;
        let (status, refused) = ask(json!({ "merchant": name(1), "reason": "agreed" })).await;
        assert_eq!((status, &refused["code"], &refused["reason"]), (409, &"already-tried".into(), &"already_tried".into()));
        assert_eq!(ask(json!({ "merchant": name(1), "again": true })).await.1["code"], "reason-needed");
        let (status, assigned) = ask(json!({ "merchant": name(1), "again": true, "reason": "agreed" })).await;
        assert_eq!((status, &assigned["merchant"]), (200, &name(1).into()));
        assert_eq!(world.step(1, &world.assigned(10, 2).await, "accept").await.0, 200);
        world.stop().await;
    }

    async fn a_merchant_never_holds_more_than_its_capacity(db: TestDb) {
        let narrow = contracts::credit::v1::Standing { capacity: 2, ..standing(1, 1, Grade::A) };
        let world = World::start(&db, &[narrow]).await;
        for n in 10..16 {
            world.receive(n, Mode::Choose).await;
        }
        let asks = (10..16).map(|n| world.assign(n, None));
        let assigned = futures::future::join_all(asks).await.into_iter().filter(Result::is_ok).count();
        assert_eq!((assigned, world.ranking.load(city(), id(1)).unwrap().open), (2, 2));
        world.stop().await;
    }

    async fn a_cancelled_request_releases_its_merchant(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::A)]).await;
        let request = world.receive(10, Mode::Auto).await;
        let offered = world.assigned(10, 1).await;
        let cancelled_at = kernel::Clock::now(world.clock.as_ref());
        world.emit(Emit::Cancelled(Cancelled { request, city: city(), cancelled_at })).await;
        let released = async || (world.assignments(10).await[0]["state"] == "released").then_some(());
        world.until("the release", released).await;
        for step in ["accept", "decline", "complete"] {
            assert_eq!(world.step(1, &offered, step).await.1["code"], "assignment-ended", "{step}");
        }
        let free = async || (world.ranking.load(city(), id(1))?.open == 0).then_some(());
        world.until("the load in the ranking", free).await;
        world.stop().await;
    }

    async fn an_operators_override_needs_a_reason(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::AAA), standing(2, 1, Grade::A)]).await;
        let request = world.receive(10, Mode::Choose).await;
        let path = format!("/v1/jobs/{request}/assignments?city={CITY}");
        let refused = world.post(&operator(), &path, &json!({ "merchant": name(2) })).await;
        assert_eq!((refused.0, &refused.1["code"]), (422, &"reason-needed".into()));
        let body = json!({ "merchant": name(2), "reason": "knows_the_case" });
        let (status, assigned) = world.post(&operator(), &path, &body).await;
        assert_eq!((status, &assigned["merchant"], &assigned["already"]), (200, &name(2).into(), &false.into()));
        assert_eq!(world.post(&merchant(1), &path, &body).await.0, 403);
        world.stop().await;
    }
}

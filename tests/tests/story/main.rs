//! What people and front ends live through, over HTTP alone.

#![cfg(test)]

mod people;
mod platform;

use kernel::{Channel, Role};
use serde_json::{Value, json};

use people::Person;
use platform::Platform;

const ITEM: &str = "door-unlocking";

/// The way that names the project: from a citizen's request to a downgraded merchant, seen on all six channels.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verified_breach_at_the_first_merchant_changes_the_order_on_all_six_channels() {
    let platform = Platform::start().await;
    let area = platform.street_with_a_choice(ITEM).await;

    let before = platform.order_on_all(ITEM, &area).await;
    let first = before[0].clone();

    let request = platform.hand_in(Channel::Wechat, ITEM, &area).await;
    let assignment = platform.assignment_of(&request).await;
    assert_eq!(assignment["state"], "offered");
    let merchant = Person::merchant(assignment["merchant"].as_str().unwrap());
    let id = assignment["id"].as_str().unwrap();
    platform.dispatch.post(&merchant, &format!("/v1/assignments/{id}/accept"), &json!({})).await;
    platform.dispatch.post(&merchant, &format!("/v1/assignments/{id}/complete"), &json!({})).await;

    let caller = Person::staff(2, Role::FollowupCaller);
    let officer = Person::staff(3, Role::CreditOfficer);
    platform.the_next_morning().await;
    let callback = platform.callback_of(&request, &caller).await;
    let case = platform.report_a_breach(&callback, &caller).await;
    platform.verify(&case, &officer).await;

    let served = assignment["merchant"].as_str().unwrap();
    let after = platform.grade_falls_on_all(ITEM, &area, served).await;
    if served == first {
        assert_ne!(after, before, "the order must have changed");
    }
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i2_the_same_request_sent_twice_is_received_once() {
    let platform = Platform::start().await;
    let area = platform.street_with_a_choice(ITEM).await;
    let body = platform::new_request(ITEM, &area);
    let first = platform.intake.post_as(Channel::App, "/v1/requests", &body, "the-same-key").await;
    let again = platform.intake.post_as(Channel::App, "/v1/requests", &body, "the-same-key").await;
    assert_eq!(first["id"], again["id"]);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i5_every_decision_replays_to_what_was_decided() {
    let platform = Platform::start().await;
    let area = platform.street_with_a_choice(ITEM).await;
    let request = platform.hand_in(Channel::Alipay, ITEM, &area).await;
    let assignment = platform.assignment_of(&request).await;
    let auditor = Person::staff(4, Role::Auditor);
    let path = format!("/v1/decisions/{}/replay", assignment["id"].as_str().unwrap());
    let replay: Value = platform.dispatch.get(&auditor, &path).await;
    assert_eq!(replay["same"], true, "{replay}");
    platform.stop().await;
}

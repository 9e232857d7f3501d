//! What people and front ends live through, over HTTP alone.

use kernel::{Channel, Role};
use serde_json::{Value, json};
use testkit::identity::Person;

use crate::all_in_one::AllInOne;
use crate::in_process::InProcess;
use crate::processes::{Broker, Processes};
use crate::town::{ITEM, Scene, Town, new_request, text};

/// The way that names the project: from a citizen's request to a downgraded merchant, seen on all six channels.
pub(crate) async fn a_verified_breach_changes_the_order(
    town: &Town,
    scene: &Scene,
    the_next_morning: impl AsyncFnOnce(),
) {
    let Scene { item, area, merchant } = scene;
    let before = town.order_on_all(item, area).await;
    assert!(before.contains(merchant), "{before:?}");

    let request = town.hand_in_to(Channel::Wechat, scene).await;
    let assignment = town.assignment_of(&request).await;
    assert_eq!((&assignment["state"], &assignment["merchant"]), (&json!("offered"), &json!(merchant)));
    town.serve(&assignment).await;

    the_next_morning().await;
    let callback = town.callback_of(&request).await;
    town.call_back(&callback, "suspected_breach", "多收了五十元").await;
    let case = town.open_cases().await.remove(0);
    town.verify(&case).await;

    let after = town.grade_falls_on_all(item, area, merchant).await;
    let behind = |order: &[String]| order.iter().skip_while(|one| *one != merchant).count();
    assert!(behind(&after) < behind(&before), "{merchant} must stand further back: {before:?} {after:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verified_breach_at_the_first_merchant_changes_the_order_on_all_six_channels() {
    let platform = InProcess::start().await;
    let scene = platform.town.scene().await;
    let next = async || platform.the_next_morning();
    a_verified_breach_changes_the_order(&platform.town, &scene, next).await;
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_holds_for_four_processes_that_restart_overnight() {
    let mut platform = Processes::start(Broker::single().await).await;
    let town = platform.town.clone();
    let scene = town.scene().await;
    a_verified_breach_changes_the_order(&town, &scene, async || platform.the_next_morning().await).await;
    platform.stop().await;
}

/// With nobody but those who have an account there, and with what it proposes to try.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_holds_for_the_all_in_one_as_it_is_started_to_be_tried() {
    let mut platform = AllInOne::start().await;
    let (town, scene) = (platform.town.clone(), platform.scene.clone());
    a_verified_breach_changes_the_order(&town, &scene, async || platform.the_next_morning().await).await;
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i2_the_same_request_sent_twice_is_received_once() {
    let platform = InProcess::start().await;
    let area = platform.town.street_with_a_choice(ITEM).await;
    let body = new_request(ITEM, &area);
    let intake = &platform.town.intake;
    let first = intake.post_as(Channel::App, "/v1/requests", &body, "the-same-key").await;
    let again = intake.post_as(Channel::App, "/v1/requests", &body, "the-same-key").await;
    assert_eq!(first["id"], again["id"]);
    platform.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i5_every_decision_replays_to_what_was_decided() {
    let platform = InProcess::start().await;
    let area = platform.town.street_with_a_choice(ITEM).await;
    let request = platform.town.hand_in(Channel::Alipay, ITEM, &area).await;
    let assignment = platform.town.assignment_of(&request).await;
    let auditor = Person::staff(4, Role::Auditor);
    let path = format!("/v1/decisions/{}/replay", text(&assignment, "id"));
    let replay: Value = platform.town.dispatch.get(&auditor, &path).await;
    assert_eq!(replay["same"], true, "{replay}");
    platform.stop().await;
}

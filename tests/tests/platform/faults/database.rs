//! A database dies.

use kernel::Channel;
use testkit::{TestDb, postgres};

use crate::faults::load::Load;
use crate::processes::{Broker, Processes};
use crate::town::{ITEM, new_request};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s10_i1_without_its_database_intake_says_when_to_come_again_and_loses_nothing() {
    let mut server = postgres::Postgres::start(postgres::Options::default()).await.unwrap();
    let own = server.fresh_database().await.unwrap();
    let sqlite = || TestDb::sqlite().unwrap().into();
    let databases = [sqlite(), sqlite(), sqlite(), own.into()];
    let mut platform = Processes::start_on(Broker::single().await, databases).await;
    let town = platform.town.clone();
    let area = town.street_with_a_choice(ITEM).await;
    let mut load = Load::default();
    load.a_day(&mut platform, 8).await;
    server.kill9().unwrap();
    let refused = town
        .intake
        .try_post_as(Channel::App, "/v1/requests", &new_request(ITEM, &area), "later")
        .await
        .unwrap();
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(refused.retry_after.is_some(), "{refused:?}");
    server.restart().await.unwrap();
    load.hand_in(&town, 8).await;
    load.settles_with_all_invariants(&platform).await;
    platform.stop().await;
}

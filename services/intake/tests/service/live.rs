use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chassis::bus::rpc::{Answer, Answers, RpcError};
use contracts::Broadcast as _;
use contracts::dispatch::{RankingChanged, Recommend, Recommendation};
use futures::future::join_all;
use kernel::{Channel, Clock as _};
use testkit::TestDb;
use testkit::wait::until;

use crate::http::{FrontEnd, served};
use crate::support::{Intake, PATIENCE};

/// Stands where dispatch would: the policy version counts how often it was asked.
struct Order(Arc<AtomicU64>);

impl Answer<Recommend> for Order {
    async fn answer(&self, _: Recommend) -> Result<Recommendation, RpcError> {
        let asked = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(Recommendation {
            candidates: Vec::new(),
            excluded: Vec::new(),
            policy_version: u32::try_from(asked).unwrap(),
            daily_seed: 1,
            projection_age_ms: 0,
        })
    }
}

/// Reads the stream until it holds the text.
async fn until_said(answer: &mut reqwest::Response, text: &str) -> String {
    let mut heard = String::new();
    let reading = async {
        while !heard.contains(text) {
            let chunk = answer.chunk().await.unwrap().unwrap();
            heard.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.unwrap();
    heard
}

testkit::on_both_databases! {
    async fn a_ranking_that_moved_reaches_every_watcher_and_dispatch_is_asked_once(db: TestDb) {
        let intake = Intake::start(db).await;
        let asked = Arc::new(AtomicU64::new(0));
        intake.runtime.answer(Answers::new("dispatch").on::<Recommend, _>(4, Order(Arc::clone(&asked))));
        let base = served(&intake).await;
        let now = intake.clock.now().as_secs();
        let target = "/v1/recommendations?city=330200&item=door-unlocking&area=330203001";
        let first = FrontEnd::new(Channel::Wechat, &base, now);
        until("an answer of dispatch", PATIENCE, async || {
            (first.call("GET", target, &[], "").await.status == 200).then_some(())
        })
        .await
        .unwrap();

        let target = target.replace("recommendations?", "recommendations/stream?");
        let open = (0..20).map(async |n| {
            let channel = if n % 2 == 0 { Channel::Wechat } else { Channel::Alipay };
            let mut stream = FrontEnd::new(channel, &base, now).open(&format!("{n}"), &target).await;
            until_said(&mut stream, "event: recommendation").await;
            stream
        });
        let before = asked.load(Ordering::SeqCst);
        let mut streams = join_all(open).await;
        assert_eq!(asked.load(Ordering::SeqCst), before + 1, "the first watcher alone asks");

        let mut change = RankingChanged::example();
        change.areas = vec!["330203001".parse().unwrap()];
        change.committed_wall_us = 81_890;
        let payload = serde_json::to_vec(&change).unwrap();
        intake.runtime.bus.say(change.subject(), payload).await.unwrap();
        for stream in &mut streams {
            let heard = until_said(stream, "\"committed_wall_us\":81890").await;
            assert!(heard.contains("applied_wall_us") && heard.contains("pushed_wall_us"));
        }
        assert_eq!(asked.load(Ordering::SeqCst), before + 2);
        drop(streams);
        intake.stop().await;
    }
}

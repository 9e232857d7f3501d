//! `deploy/nats/nats.conf`: three servers start from it, and each service may do what it needs and nothing else.

use std::path::Path;
use std::time::Duration;

use async_nats::jetstream;
use async_nats::{Client, ConnectOptions};
use chassis::bus::rpc::RpcError;
use contracts::credit::{ConfirmStanding, StandingNow};
use contracts::dispatch::Recommend;
use contracts::intake::RequestReceived;
use contracts::streams::Stream;
use contracts::{Broadcast as _, Event as _};
use futures::StreamExt as _;
use testkit::nats::{Cluster, Spot};
use testkit::wait;
use tools::nats_keys;

use crate::platform::{self, Running, SERVICES};
use crate::{deploy, read};

const PATIENCE: Duration = Duration::from_secs(20);
/// For an answer over the bus.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// Nothing came for so long: it was refused.
const REFUSED_WITHIN: Duration = Duration::from_secs(2);

struct Bus {
    cluster: Cluster,
    keys: tempfile::TempDir,
}

impl Bus {
    async fn start() -> Self {
        let keys = tempfile::tempdir().unwrap();
        let hosts = ["nats-1:6222", "nats-2:6222", "nats-3:6222"].map(str::to_owned);
        nats_keys::write(keys.path(), &hosts).unwrap();
        let configure = |spot: &Spot| on_this_machine(spot, keys.path());
        let cluster = Cluster::configured(&["nats-1", "nats-2", "nats-3"], configure).await.unwrap();
        Self { cluster, keys }
    }

    fn seed(&self, user: &str) -> String {
        read(&self.keys.path().join(format!("{user}.seed")))
    }

    async fn client(&self, user: &str) -> Client {
        let options =
            ConnectOptions::with_nkey(self.seed(user)).custom_inbox_prefix(format!("_INBOX_{user}"));
        options.connect(self.cluster.urls()).await.unwrap()
    }

    /// What a service is given of this bus.
    fn settings(&self, user: &str) -> Vec<(&'static str, String)> {
        vec![
            ("url", self.cluster.urls().join(",")),
            ("nkey_seed", self.seed(user)),
            ("inbox_prefix", format!("_INBOX_{user}")),
            ("replicas", "3".to_owned()),
        ]
    }
}

/// The configuration as it stands, with this machine's ports and folders in place of the production ones.
fn on_this_machine(spot: &Spot, keys: &Path) -> String {
    let mut conf = read(&deploy("nats/nats.conf"));
    let mut keys = read(&keys.join("keys.conf"));
    for (number, port) in (1..).zip(&spot.all_route_ports) {
        keys = replaced(&keys, &format!("@nats-{number}:6222"), &format!("@127.0.0.1:{port}"));
    }
    for (production, here) in [
        ("include \"keys.conf\"", keys.as_str()),
        ("$SERVER_NAME", &spot.name),
        ("0.0.0.0:4222", &format!("127.0.0.1:{}", spot.client_port)),
        ("0.0.0.0:8222", &format!("127.0.0.1:{}", spot.monitor_port)),
        ("0.0.0.0:6222", &format!("127.0.0.1:{}", spot.route_port)),
        ("/data/jetstream", &spot.store.display().to_string()),
    ] {
        conf = replaced(&conf, production, here);
    }
    conf
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from} must stand once");
    text.replace(from, to)
}

/// Dispatch asks credit and intake asks dispatch: each gets an answer, whatever it is.
async fn all_questions_are_answered(intake: &Running, dispatch: &Running) {
    let standing = StandingNow::example().0;
    let (city, merchant, version) = (standing.city, standing.merchant, standing.version);
    let confirm = ConfirmStanding { merchant, city, version };
    let recommend = Recommend {
        city,
        item: "door-unlocking".parse().unwrap(),
        area: standing.home,
        wanted_at: None,
        due_by: None,
        request: None,
        limit: None,
    };
    let confirmed = async || answered(&dispatch.runtime.bus.ask(&confirm, ANSWER_WITHIN).await);
    wait::until("credit's answer", PATIENCE, confirmed).await.unwrap();
    let recommended = async || answered(&intake.runtime.bus.ask(&recommend, ANSWER_WITHIN).await);
    wait::until("dispatch's answer", PATIENCE, recommended).await.unwrap();
}

fn answered<T>(answer: &Result<T, RpcError>) -> Option<()> {
    match answer {
        Ok(_) | Err(RpcError::Refused { .. }) => Some(()),
        Err(RpcError::Unavailable(_) | RpcError::Malformed(_)) => None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_four_services_work_on_the_production_bus_with_their_own_permissions() {
    let bus = Bus::start().await;
    let running = platform::all(|service| bus.settings(service)).await;
    let js = jetstream::new(bus.client("operator").await);
    for stream in Stream::ALL {
        let made = async || js.get_stream(stream.spec().name).await.ok();
        let made = wait::until("the stream", PATIENCE, made).await.unwrap();
        assert_eq!(made.cached_info().config.num_replicas, 3);
    }
    let of = |name| running.iter().find(|one| one.runtime.name == name).unwrap();
    all_questions_are_answered(of("intake"), of("dispatch")).await;
    // The fast path: what credit says at once reaches the ranking.
    let standing = StandingNow::example();
    let payload = serde_json::to_vec(&standing).unwrap();
    of("credit").runtime.bus.say(standing.subject(), payload).await.unwrap();
    let applied = async || {
        of("dispatch")
            .runtime
            .metrics
            .render()
            .contains("platform_standing_applied_seconds_count 1")
            .then_some(())
    };
    wait::until("the fold", PATIENCE, applied).await.unwrap();
    // The whole way of a consumer: pull, acknowledge, be looked at, and struck the balance of.
    let operator = bus.client("operator").await;
    for (service, subscription) in
        running.iter().flat_map(|one| one.runtime.ops.subscriptions().into_iter().map(move |sub| (one, sub)))
    {
        let subject = format!("{}.x.1", subscription.filters()[0].trim_end_matches(".>"));
        testkit::raw::store(&operator, &subject, &[], "poison").await.unwrap();
        let durable = subscription.durable();
        let buried = async || {
            let balance = service.runtime.ops.balance(durable, 100).await.ok()?;
            (balance.dead_lettered >= 1 && balance.owed == 0 && balance.missing == 0).then_some(())
        };
        wait::until(durable, PATIENCE, buried).await.unwrap();
    }
    for service in running {
        service.stop().await;
    }
    for node in bus.cluster.nodes() {
        let log = node.log().unwrap();
        assert!(!log.contains("Violation"), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_says_only_what_is_its_own_and_hears_only_what_it_needs() {
    let bus = Bus::start().await;
    let operator = bus.client("operator").await;
    let mut heard = operator.subscribe(">").await.unwrap();
    operator.flush().await.unwrap();
    for service in SERVICES {
        let client = bus.client(service).await;
        for subject in SERVICES.map(|one| format!("{one}.x.v1.330200.1")) {
            client.publish(subject, service.into()).await.unwrap();
        }
        for subject in [
            "$JS.API.STREAM.DELETE.INTAKE",
            "$JS.API.STREAM.PURGE.CREDIT",
            "$SYS.REQ.SERVER.PING",
            "_INBOX_operator.x",
        ] {
            client.publish(subject, service.into()).await.unwrap();
        }
        client.flush().await.unwrap();
        let own = heard.next().await.unwrap();
        assert_eq!(
            (own.subject.as_str(), &own.payload[..]),
            (&*format!("{service}.x.v1.330200.1"), service.as_bytes())
        );
        let more = tokio::time::timeout(Duration::from_millis(300), heard.next()).await;
        assert!(more.is_err(), "{service} may also say {more:?}");

        let mut refused = client.subscribe(">").await.unwrap();
        let mut others = client.subscribe("_INBOX_operator.>").await.unwrap();
        client.flush().await.unwrap();
        operator.publish("_INBOX_operator.secret", "x".into()).await.unwrap();
        operator.flush().await.unwrap();
        assert!(heard.next().await.is_some());
        for overheard in [refused.next(), others.next()] {
            let overheard = tokio::time::timeout(REFUSED_WITHIN, overheard).await;
            assert!(!matches!(overheard, Ok(Some(_))), "{service} hears {overheard:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_in_without_a_key_and_a_service_cannot_empty_its_stream() {
    let bus = Bus::start().await;
    assert!(async_nats::connect(bus.cluster.urls()).await.is_err());
    let js = jetstream::new(bus.client("intake").await);
    let stream = jetstream::stream::Config {
        name: "INTAKE".to_owned(),
        subjects: vec!["intake.>".to_owned()],
        num_replicas: 3,
        max_bytes: 1 << 20,
        ..jetstream::stream::Config::default()
    };
    let made = async || js.create_stream(stream.clone()).await.ok();
    let made = wait::until("the stream", PATIENCE, made).await.unwrap();
    let subject = RequestReceived::example().subject();
    testkit::raw::store(&bus.client("intake").await, &subject, &[], "x").await.unwrap();
    let emptied = tokio::time::timeout(REFUSED_WITHIN, made.purge().into_future()).await;
    assert!(!matches!(emptied, Ok(Ok(_))));
    let operator = jetstream::new(bus.client("operator").await);
    assert_eq!(operator.get_stream("INTAKE").await.unwrap().cached_info().state.messages, 1);
}

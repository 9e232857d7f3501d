//! Dashboards and alerts: they ask for nothing that the services do not show.

use std::collections::BTreeSet;
use std::time::Duration;

use chassis::store::group::{Answers, Batch, GroupCommit, Limits};
use chassis::store::{StoreError, Tx};
use contracts::Broadcast as _;
use contracts::credit::StandingNow;
use kernel::Role;
use regex::Regex;
use serde_json::Value;
use testkit::identity::Person;
use testkit::{nats, wait};

use crate::platform::{self, Running};
use crate::{deploy, read, yaml};

const PATIENCE: Duration = Duration::from_secs(20);
/// What Prometheus itself adds.
const OF_PROMETHEUS: &[&str] = &["up"];

/// A command that does nothing, to be committed.
struct Nothing;

impl Batch for Nothing {
    type Item = ();
    type Out = ();
    type Error = StoreError;

    async fn run(&self, _: &mut Tx, items: &[()]) -> Result<Answers<Self>, StoreError> {
        Ok(items.iter().map(|()| Ok(())).collect())
    }
}

/// Every expression of the dashboard and the rules.
fn expressions() -> Vec<String> {
    let mut found = Vec::new();
    let dashboard: Value = serde_json::from_str(&read(&deploy("dashboards/overview.json"))).unwrap();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().into_iter().flatten() {
            found.push(target["expr"].as_str().unwrap().to_owned());
        }
    }
    for group in yaml(&read(&deploy("alerts/platform.yaml")))[0]["groups"].as_sequence().unwrap() {
        for rule in group["rules"].as_sequence().unwrap() {
            found.push(rule["expr"].as_str().unwrap().to_owned());
        }
    }
    found
}

/// The metrics and the labels that an expression names.
fn named(expression: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let matchers = Regex::new(r"\{[^}]*\}").unwrap();
    let grouping = Regex::new(r"\b(?:by|without) ?\(([^)]*)\)").unwrap();
    let label = Regex::new(r#"([a-z_]+) ?(?:=~|!~|!=|=)"#).unwrap();
    let name = Regex::new(r"\b[a-z_]+\b").unwrap();
    let function = Regex::new(r"\b[a-z_]+ *\(|\b[0-9.]+[smhd]?\b|\[[^\]]*\]").unwrap();
    let mut labels: BTreeSet<String> = BTreeSet::new();
    for found in matchers.find_iter(expression) {
        labels.extend(label.captures_iter(found.as_str()).map(|one| one[1].to_owned()));
    }
    for found in grouping.captures_iter(expression) {
        labels.extend(name.find_iter(&found[1]).map(|one| one.as_str().to_owned()));
    }
    let bare = matchers.replace_all(expression, " ");
    let bare = grouping.replace_all(&bare, " ");
    let bare = function.replace_all(&bare, " ");
    (name.find_iter(&bare).map(|one| one.as_str().to_owned()).collect(), labels)
}

#[test]
fn an_expression_is_taken_apart_into_its_metrics_and_its_labels() {
    let expression =
        r#"histogram_quantile(0.99, sum by (le, job) (rate(a_b_bucket{job=~"$job",x="5.."}[5m]))) > 2"#;
    let (metrics, labels) = named(expression);
    assert_eq!(metrics, BTreeSet::from(["a_b_bucket".to_owned()]));
    assert_eq!(labels, ["job", "le", "x"].map(str::to_owned).into());
}

/// The pages of all services after each has done a little of everything.
async fn pages() -> Vec<String> {
    let nats = nats::Server::start(nats::Options::default()).await.unwrap();
    let running = platform::all(|_| vec![("url", nats.url())]).await;
    let client = nats.client().await.unwrap();
    let limits = Limits { waiting_max: 1, batch_max: 1, lanes: 1 };
    for service in &running {
        let runtime = &service.runtime;
        let commit = GroupCommit::start("nothing", &runtime.db, Nothing, limits, &runtime.tasks);
        commit.submit(()).await.unwrap().unwrap();
        reqwest::get(format!("http://{}/v1/nothing", service.at.http)).await.unwrap();
        // Sampled once: the last of a round.
        sampled(service).await;
    }
    let watching = watch_a_list(&running).await;
    let standing = StandingNow::example();
    let mut headers = async_nats::HeaderMap::new();
    headers.insert(chassis::bus::WALL_HEADER, "1700000000000000");
    let payload = serde_json::to_vec(&standing).unwrap();
    client.publish_with_headers(standing.subject(), headers, payload.into()).await.unwrap();
    client.flush().await.unwrap();
    let mut pages = Vec::new();
    for service in running {
        let url = format!("http://{}/metrics", service.at.ops);
        let has_all = async || {
            let page = reqwest::get(&url).await.unwrap().text().await.unwrap();
            let last = match service.runtime.name {
                "dispatch" => "platform_standing_applied_seconds_bucket",
                "intake" => "platform_standing_pushed_seconds_bucket",
                _ => "",
            };
            page.contains(last).then_some(page)
        };
        pages.push(wait::until("the metrics page", PATIENCE, has_all).await.unwrap());
        service.stop().await;
    }
    drop(watching);
    pages
}

/// A front end that has the list on which the example of a standing will stand.
async fn watch_a_list(running: &[Running]) -> reqwest::Response {
    let intake = running.iter().find(|service| service.runtime.name == "intake").unwrap();
    let list = "/v1/recommendations/stream?city=330200&item=door-unlocking&area=330203001";
    let operator = Person::staff(1, Role::Operator).token();
    let asked = reqwest::Client::new().get(format!("http://{}{list}", intake.at.http)).bearer_auth(operator);
    let mut stream = asked.send().await.unwrap().error_for_status().unwrap();
    let mut heard = String::new();
    while !heard.contains("event: recommendation") {
        let chunk = tokio::time::timeout(PATIENCE, stream.chunk()).await.unwrap().unwrap().unwrap();
        heard.push_str(&String::from_utf8_lossy(&chunk));
    }
    stream
}

async fn sampled(service: &Running) {
    let last =
        async || service.runtime.metrics.render().contains("platform_stream_fill_ratio{").then_some(());
    wait::until("the first sample", PATIENCE, last).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_metric_and_label_of_dashboards_and_alerts_is_shown_by_a_service() {
    let (mut metrics, mut labels) = (BTreeSet::new(), BTreeSet::new());
    let label = Regex::new(r#"[{,]([a-z_]+)=""#).unwrap();
    for page in Box::pin(pages()).await {
        for line in page.lines().filter(|line| !line.starts_with('#')) {
            metrics.extend(line.split(['{', ' ']).next().map(str::to_owned));
            labels.extend(label.captures_iter(line).map(|one| one[1].to_owned()));
        }
    }
    // What Prometheus adds to all that it scrapes.
    labels.extend(["job", "instance"].map(str::to_owned));
    let expressions = expressions();
    assert!(expressions.len() > 30, "{}", expressions.len());
    for expression in expressions {
        let (asked, by) = named(&expression);
        assert!(!asked.is_empty(), "{expression} asks for nothing");
        let unknown: Vec<_> = asked
            .iter()
            .filter(|name| !metrics.contains(*name) && !OF_PROMETHEUS.contains(&name.as_str()))
            .collect();
        assert!(unknown.is_empty(), "{expression}: nobody shows {unknown:?}");
        let unknown: Vec<_> = by.difference(&labels).collect();
        assert!(unknown.is_empty(), "{expression}: nothing is labelled {unknown:?}");
    }
}

#[test]
fn every_alert_is_explained_in_the_readme() {
    let (readme, rules) = (read(&deploy("README.md")), yaml(&read(&deploy("alerts/platform.yaml"))));
    for rule in rules[0]["groups"][0]["rules"].as_sequence().unwrap() {
        let alert = rule["alert"].as_str().unwrap();
        assert!(readme.contains(&format!("| {alert} |")), "{alert} is not explained");
        assert!(
            rule["labels"]["severity"].is_string() && rule["annotations"]["summary"].is_string(),
            "{alert}"
        );
    }
}

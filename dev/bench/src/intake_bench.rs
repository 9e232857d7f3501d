//! `intake`: requests taken in over HTTP, every one durable before its answer. On PostgreSQL beside pgbench doing
//! the same inserts in one transaction per request; on SQLite beside the same service with one commit per request.

use std::time::Duration;

use anyhow::ensure;
use bytes::Bytes;
use intake::Intake;
use kernel::Channel;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::json;
use testkit::postgres::{Options, Postgres};
use testkit::{TestDb, nats};

use crate::client::{self, Load};
use crate::figure::{Report, say};
use crate::pgbench::{self, Plan};
use crate::servers::{Service, Signer};
use crate::stats::{median, per_second};

const RUNS: usize = 3;
const CONNECTIONS: [usize; 2] = [64, 256];
/// Requests in one run, over all connections.
const REQUESTS: usize = 30_000;
/// The same for the peer that commits each alone, which is slower.
const REQUESTS_ALONE: usize = 6_000;
const PGBENCH_FOR: Duration = Duration::from_secs(6);

/// The rows that intake writes for a request, as pgbench writes them. Ids are drawn in the server.
const SAME_INSERTS: &str = "\
BEGIN;
INSERT INTO nonces (channel, nonce, used_at) VALUES ('wechat', gen_random_uuid()::text, 1764000000000000);
INSERT INTO idempotency (scope, key, fingerprint, result, stored_at) VALUES ('wechat POST /v1/requests', gen_random_uuid()::text, '\\x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', '{\"request\":\"0198c5c0-0000-7000-8000-000000000001\",\"city\":330200,\"received_at\":\"2026-11-23T00:00:00Z\",\"due_by\":\"2026-11-23T01:00:00Z\",\"version\":1}', 1764000000000000);
INSERT INTO timeline (city, request, seq, kind, at, recorded_at, actor, assignment, merchant, note) VALUES (330200, gen_random_uuid(), 1, 'received', 1764000000000000, 1764000000000000, 'channel' || chr(58) || 'wechat', NULL, NULL, NULL);
INSERT INTO requests (city, id, citizen, name, phone, address, channel, item, category, area, urgency, risk, enters_home, received_at, wanted_at, due_by, description, mode, preferred, progress, status, version, tracking) VALUES (330200, gen_random_uuid(), gen_random_uuid(), '测试', '13800000000', '某小区 1 幢', 'wechat', 'door-unlocking', 'lock-opening', 330203001, 'emergency', 'high', true, 1764000000000000, 1764000000000000, 1764000000000000, '钥匙忘在屋里了', 'choose', NULL, '{}', 'received', 1, gen_random_uuid());
WITH written AS (INSERT INTO outbox (event_id, stream, subject, ce_type, payload, trace, recorded_at) VALUES (gen_random_uuid(), 'INTAKE', 'intake.request-received.v1.330200.0198c5c0-0000-7000-8000-000000000001', 'cn.81890.intake.request-received.v1', '{\"request\":\"0198c5c0-0000-7000-8000-000000000001\",\"city\":330200,\"channel\":\"wechat\",\"item\":\"door-unlocking\",\"category\":\"lock-opening\",\"area\":330203001,\"urgency\":\"emergency\",\"risk\":\"high\",\"enters_home\": true,\"wanted_at\":\"2026-11-23T00:00:00Z\",\"due_by\":\"2026-11-23T01:00:00Z\",\"mode\":\"choose\",\"preferred\": null,\"received_at\":\"2026-11-23T00:00:00Z\"}', NULL, 1764000000000000) RETURNING seq) INSERT INTO outbox_waiting SELECT seq FROM written;
COMMIT;
";

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    for connections in CONNECTIONS {
        on_postgresql(report, connections).await?;
        on_sqlite(report, connections).await?;
    }
    Ok(())
}

async fn on_postgresql(report: &mut Report, connections: usize) -> anyhow::Result<()> {
    let (mut ours, mut peer) = (Runs::default(), Vec::new());
    for number in 1..=RUNS {
        say(format_args!("intake: PostgreSQL, {connections} connections, run {number} of {RUNS}"));
        let server = Postgres::start(Options { durable: true, ..Options::default() }).await?;
        let database = server.fresh_database().await?;
        ours.add(take_in(&database, connections, REQUESTS, &[]).await?);
        // The same schema, in a database of its own.
        let database = server.fresh_database().await?;
        crate::servers::configure::<Intake>("nats://127.0.0.1:1", &database, &[]).await?;
        let plan =
            Plan { database: &database, script: SAME_INSERTS, clients: connections, long: PGBENCH_FOR };
        peer.push(pgbench::run(&server, plan).await?.tps);
    }
    let case = format!("PostgreSQL, {connections} connections");
    ours.report(report, &case, ("pgbench, the same inserts, one transaction per request", median(peer)))
}

async fn on_sqlite(report: &mut Report, connections: usize) -> anyhow::Result<()> {
    let (mut ours, mut alone) = (Runs::default(), Runs::default());
    for number in 1..=RUNS {
        say(format_args!("intake: SQLite, {connections} connections, run {number} of {RUNS}"));
        let database = TestDb::sqlite()?;
        ours.add(take_in(database.url(), connections, REQUESTS, &[]).await?);
        let database = TestDb::sqlite()?;
        let one = [("database.group_commit_max", "1")];
        alone.add(take_in(database.url(), connections, REQUESTS_ALONE, &one).await?);
    }
    let case = format!("SQLite, {connections} connections");
    ours.report(report, &case, ("the same with one commit per request", alone.rps()))
}

/// Some runs of one kind.
#[derive(Default)]
struct Runs(Vec<Load>);

impl Runs {
    fn add(&mut self, load: Load) {
        self.0.push(load);
    }

    fn rps(&self) -> f64 {
        median(self.0.iter().map(|load| per_second(load.latencies.len(), load.took)))
    }

    fn report(&self, report: &mut Report, case: &str, beside: (&'static str, f64)) -> anyhow::Result<()> {
        report.beside("intake", case, ("creates_rps", "1/s", self.rps()), beside)?;
        for (figure, share) in [("creates_p50", 0.5), ("creates_p99", 0.99)] {
            let value = median(self.0.iter().map(|load| load.latencies.quantile_ms(share)));
            report.alone("intake", case, (figure, "ms", value))?;
        }
        Ok(())
    }
}

/// Takes requests in with the whole service, and looks afterwards whether each is there.
async fn take_in(
    database: &str,
    connections: usize,
    requests: usize,
    more: &[(&str, &str)],
) -> anyhow::Result<Load> {
    let bus = nats::Server::start(nats::Options::default()).await?;
    let service = Service::start::<Intake>(&bus.url(), database, more).await?;
    let each = requests / connections;
    let load = client::send(service.at, written(connections, each)?, 201).await?;
    let kept = Statement::from_string(service.runtime.db.backend(), "SELECT count(*) AS kept FROM requests");
    let kept = service.runtime.db.read().query_one_raw(kept).await?;
    let kept: i64 = kept.map(|row| row.try_get("", "kept")).transpose()?.unwrap_or_default();
    ensure!(usize::try_from(kept)? == each * connections, "answered {}, kept {kept}", each * connections);
    service.stop().await;
    Ok(load)
}

/// Requests as front ends of the six channels sign them; nobody lives there.
fn written(connections: usize, each: usize) -> anyhow::Result<Vec<Vec<Bytes>>> {
    let signer = Signer::new()?;
    let body = json!({
        "city": 330_200, "item": "door-unlocking", "area": 330_203_001, "mode": "choose",
        "description": "钥匙忘在屋里了",
        "contact": { "name": "测试", "phone": "13800000000", "address": "某小区 1 幢" },
    });
    let body = body.to_string();
    let channels = Channel::ALL.into_iter().cycle().take(connections);
    let of = |channel| (0..each).map(|_| signer.request(channel, "POST", "/v1/requests", &body)).collect();
    Ok(channels.map(of).collect())
}

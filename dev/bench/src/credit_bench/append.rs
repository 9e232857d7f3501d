//! `append_rps`: call-backs through the whole use case, each its own transaction: entry, merchant, standing and events.
//! On PostgreSQL beside pgbench doing the same inserts and the same update; on SQLite beside the same rows inserted and
//! committed one by one.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chassis::store::{Command, Tx};
use contracts::feedback::{FollowupOutcome, FollowupRecorded};
use credit::error::Error;
use credit::usecases::RecordFollowup;
use kernel::{CallbackId, MerchantId, RequestId, Timestamp};
use sea_orm::ConnectionTrait as _;
use testkit::TestDb;
use testkit::postgres::{Options, Postgres};

use super::BENCH;
use super::history::City;
use crate::figure::{Report, say};
use crate::pgbench::{self, Plan};
use crate::servers::city;
use crate::stats::{median, per_second};

const RUNS: usize = 3;
const MERCHANTS: u32 = 1_000;
const WRITERS: usize = 16;
const FOR: Duration = Duration::from_secs(4);

/// The rows that a call-back makes, as pgbench writes them: the merchant held, the entry, the merchant with its next
/// version, and one event.
const SAME_ROWS: &str = "\
\\set n random(1, 1000)
BEGIN;
SELECT version FROM merchants WHERE city = 330200 AND id = (SELECT id FROM numbered WHERE n = :n) FOR UPDATE;
INSERT INTO ledger (city, merchant, seq, id, category, cause, rule, rules_version, clause, valid_from, valid_until, recorded_at, prev, hash, social_evaluation, credit_activities, credit_record, demonstration, satisfied, unsatisfied, verified_orders) SELECT 330200, id, tip_seq + 1, gen_random_uuid(), 'lock-opening', 'followup' || chr(58) || gen_random_uuid()::text, '/followup/satisfied', 1, NULL, 1764000000000000, NULL, 1764000000000000, tip_hash, tip_hash, 2, 0, 0, 0, 1, 0, 1 FROM merchants WHERE city = 330200 AND id = (SELECT id FROM numbered WHERE n = :n);
UPDATE merchants SET version = version + 1, tip_seq = tip_seq + 1, satisfied = satisfied + 1, verified_orders = verified_orders + 1, social_evaluation = social_evaluation + 2 WHERE city = 330200 AND id = (SELECT id FROM numbered WHERE n = :n);
WITH written AS (INSERT INTO outbox (event_id, stream, subject, ce_type, payload, trace, recorded_at) VALUES (gen_random_uuid(), 'STANDING', 'credit.standing-changed.v1.330200.0198c5c0-0000-7000-8000-000000000001', 'cn.81890.credit.standing-changed.v1', repeat('x', 900), NULL, 1764000000000000) RETURNING seq) INSERT INTO outbox_waiting SELECT seq FROM written;
COMMIT;
";

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    on_sqlite(report).await?;
    on_postgresql(report).await
}

async fn on_postgresql(report: &mut Report) -> anyhow::Result<()> {
    let (mut ours, mut peer) = (Vec::new(), Vec::new());
    for number in 1..=RUNS {
        say(format_args!("credit: appends, PostgreSQL, run {number} of {RUNS}"));
        let server = Postgres::start(Options { durable: true, ..Options::default() }).await?;
        ours.push(appended(&server.fresh_database().await?).await?);
        let database = server.fresh_database().await?;
        let town = City::found(&database, MERCHANTS, founded()?).await?;
        let raw = sea_orm::Database::connect(&database).await?;
        raw.execute_unprepared(
            "CREATE TABLE numbered AS SELECT row_number() OVER (ORDER BY id) AS n, id FROM merchants; \
             CREATE UNIQUE INDEX numbered_n ON numbered (n)",
        )
        .await?;
        raw.close().await?;
        town.close().await?;
        let plan = Plan { database: &database, script: SAME_ROWS, clients: WRITERS, long: FOR };
        peer.push(pgbench::run(&server, plan).await?.tps);
    }
    let case = format!("PostgreSQL, {WRITERS} writers");
    let beside = ("pgbench, the same rows in one transaction", median(peer));
    report.beside(BENCH, case, ("append_rps", "1/s", median(ours)), beside)
}

async fn on_sqlite(report: &mut Report) -> anyhow::Result<()> {
    let (mut ours, mut peer) = (Vec::new(), Vec::new());
    for number in 1..=RUNS {
        say(format_args!("credit: appends, SQLite, run {number} of {RUNS}"));
        let database = TestDb::sqlite()?;
        ours.push(appended(database.url()).await?);
        let database = TestDb::sqlite()?;
        peer.push(inserted(database.url()).await?);
    }
    let case = format!("SQLite, {WRITERS} writers");
    let beside = ("one plain INSERT into the ledger per commit", median(peer));
    report.beside(BENCH, case, ("append_rps", "1/s", median(ours)), beside)
}

fn founded() -> anyhow::Result<Timestamp> {
    Ok("2026-01-05T00:00:00Z".parse()?)
}

async fn ids(town: &City) -> anyhow::Result<Vec<MerchantId>> {
    Ok(town.merchants().await?.into_iter().map(|merchant| merchant.profile.id).collect())
}

/// Facts per second through the use case.
async fn appended(database: &str) -> anyhow::Result<f64> {
    let town = City::found(database, MERCHANTS, founded()?).await?;
    let (ids, next, began) = (ids(&town).await?, AtomicU64::new(1), Instant::now());
    let writer = async || {
        let mut written = 0;
        while began.elapsed() < FOR {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(merchant) = usize::try_from(number).ok().and_then(|n| ids.get(n % ids.len())) else {
                break;
            };
            let command = RecordFollowup { rules: &town.rules, followup: followup(*merchant, number)? };
            written += usize::from(!town.db.write(&command).await?.is_already_done());
        }
        anyhow::Ok(written)
    };
    let written = futures::future::try_join_all((0..WRITERS).map(|_| writer())).await?;
    let rate = per_second(written.into_iter().sum(), began.elapsed());
    town.close().await?;
    Ok(rate)
}

fn followup(merchant: MerchantId, number: u64) -> anyhow::Result<FollowupRecorded> {
    Ok(FollowupRecorded {
        callback: CallbackId::from_u128(u128::from(number) << 64),
        city: city()?,
        request: RequestId::from_u128(u128::from(number)),
        merchant,
        category: "lock-opening".parse()?,
        outcome: FollowupOutcome::Satisfied,
        recorded_at: founded()?,
        recorded_by: None,
    })
}

/// A row of the ledger and nothing else.
struct PlainInsert {
    merchant: MerchantId,
    number: u64,
}

impl Command for PlainInsert {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<(), Error> {
        let (merchant, n) = (self.merchant.uuid().simple(), self.number);
        let row = format!(
            "INSERT INTO ledger (city, merchant, seq, id, category, cause, rule, rules_version, clause, valid_from, \
             valid_until, recorded_at, prev, hash, social_evaluation, credit_activities, credit_record, demonstration, \
             satisfied, unsatisfied, verified_orders) VALUES (330200, x'{merchant}', {seq}, x'{n:032x}', \
             'lock-opening', 'followup:{n}', '/followup/satisfied', 1, NULL, 1764000000000000, NULL, \
             1764000000000000, zeroblob(32), zeroblob(32), 2, 0, 0, 0, 1, 0, 1)",
            seq = n + 10
        );
        tx.conn().execute_unprepared(&row).await.map_err(chassis::store::StoreError::from)?;
        Ok(())
    }
}

/// Plain rows per second.
async fn inserted(database: &str) -> anyhow::Result<f64> {
    let town = City::found(database, MERCHANTS, founded()?).await?;
    let (ids, next, began) = (ids(&town).await?, AtomicU64::new(1), Instant::now());
    let writer = async || {
        let mut written = 0;
        while began.elapsed() < FOR {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(merchant) = usize::try_from(number).ok().and_then(|n| ids.get(n % ids.len())) else {
                break;
            };
            town.db.write(&PlainInsert { merchant: *merchant, number }).await?;
            written += 1;
        }
        anyhow::Ok(written)
    };
    let written = futures::future::try_join_all((0..WRITERS).map(|_| writer())).await?;
    let rate = per_second(written.into_iter().sum(), began.elapsed());
    town.close().await?;
    Ok(rate)
}

//! `yearly_s`: 1,000 merchants with 1,000,000 entries, from the begin of the run to all results kept; and
//! `effect_s`: the one transaction in which all grades take effect, with what was recorded since.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use credit::usecases::evaluation::{Pages, PublishEvaluation, begin_due, evaluation_of_year, work};
use credit::usecases::process::Procedure;
use credit_domain::evaluation::Evaluation;
use kernel::{ActorId, Clock as _, Timestamp};
use testkit::TestDb;
use testkit::postgres::{Options, Postgres};

use super::BENCH;
use super::history::City;
use crate::figure::{Report, say};
use crate::servers::city;

const MERCHANTS: u32 = 1_000;
/// With the opening one a thousand each.
const ENTRIES_EACH: u32 = 999;
/// What is recorded of each between the computation and the effect.
const SINCE_EACH: u32 = 30;
const YEAR: u16 = 2025;
const LIMIT_S: f64 = 60.0;
const EFFECT_LIMIT_S: f64 = 5.0;
const SECOND: Duration = Duration::from_secs(1);

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let sqlite = TestDb::sqlite()?;
    measured(report, "SQLite", sqlite.url()).await?;
    let server = Postgres::start(Options { durable: true, ..Options::default() }).await?;
    let database = server.fresh_database().await?;
    measured(report, "PostgreSQL", &database).await
}

async fn measured(report: &mut Report, kind: &str, database: &str) -> anyhow::Result<()> {
    let (from, to) = ("2025-01-01T00:00:00Z".parse()?, "2025-12-31T00:00:00Z".parse()?);
    let mut town = City::found(database, MERCHANTS, from).await?;
    town.live(ENTRIES_EACH, from, to).await?;
    town.clock.set("2026-02-01T00:00:00Z".parse()?);
    say(format_args!("credit: the yearly run, {kind}"));
    let began = Instant::now();
    begin_due(&town.db, &town.rules, city()?, town.clock.now()).await?;
    let run = until(&town, "computed").await?;
    let took = began.elapsed().as_secs_f64();
    let expected = u64::from(MERCHANTS) * u64::from(ENTRIES_EACH + 1);
    ensure!(run.progress.entries == expected, "read {} entries of {expected}", run.progress.entries);
    let case = format!("{kind}, {MERCHANTS} merchants, {expected} entries");
    report.beside(BENCH, &case, ("yearly_s", "s", took), ("limit", LIMIT_S))?;

    let since: Timestamp = "2026-02-02T00:00:00Z".parse()?;
    town.live(SINCE_EACH, since, since.after(86_400 * SECOND)).await?;
    town.clock.set(since.after(2 * 86_400 * SECOND));
    publish(&town, &run).await?;
    let effective = evaluation_of_year(&town.db, city()?, YEAR).await?.effective_at();
    town.clock.set(effective.context("not published")?);
    let began = Instant::now();
    until(&town, "in_effect").await?;
    let took = began.elapsed().as_secs_f64();
    let case = format!("{kind}, {MERCHANTS} merchants, {SINCE_EACH} entries each since");
    report.beside(BENCH, &case, ("effect_s", "s", took), ("limit", EFFECT_LIMIT_S))?;
    town.close().await
}

async fn publish(town: &City, run: &Evaluation) -> anyhow::Result<()> {
    let procedure =
        Procedure { rules: Arc::new(town.rules.clone()), calendar: Arc::new(credit::calendar::embedded()?) };
    let by = ActorId::from_u128(2);
    town.db.write(&PublishEvaluation { procedure, id: run.id, by, expected: run.version }).await?;
    Ok(())
}

/// Takes turns until the run has come so far.
async fn until(town: &City, word: &str) -> anyhow::Result<Evaluation> {
    while work(&town.db, &town.rules, Pages::default(), town.clock.now()).await?.is_some() {}
    let run = evaluation_of_year(&town.db, city()?, YEAR).await?;
    ensure!(run.state.word() == word, "it is {}", run.state.word());
    Ok(run)
}

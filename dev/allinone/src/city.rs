//! The sample city: Ningbo with merchants and workers that nobody is.

use std::io::{IsTerminal as _, Write as _};

use anyhow::Context as _;
use chassis::clock::{self, SystemIds};
use chassis::config;
use chassis::entry::{self, Definition as _};
use chassis::store::Db;
use contracts::reference::Reference;
use credit::Credit;
use credit::usecases::{SeedPlan, Seeded, seed_city};
use kernel::City;
use std::sync::Arc;

use crate::settings::Shared;

/// The same city each time.
const SEED: u64 = 81_890;
/// Workers per merchant, on average.
const WORKERS_PER_MERCHANT: u32 = 30;

/// Makes the city in credit's database, before credit starts; what is there already stays.
pub(crate) async fn seed(shared: &Shared, merchants: u32) -> anyhow::Result<Seeded> {
    let file = shared.write(Credit::NAME, 0)?;
    let config: credit::Config = config::load(Credit::NAME, Credit::DEFAULTS, Some(&file), std::env::vars())?;
    entry::migrate::<Credit>(&config.database).await?;
    let time = clock::from_config(&config.clock);
    let now = time.now();
    let db = Db::open(&config.database, time, Arc::new(SystemIds::new())).await?;
    let reference = Reference::embedded()?;
    let rules = credit::RuleBook::embedded().context("credit's rules")?;
    let city: City = "330200".parse()?;
    let plan = SeedPlan {
        city,
        seed: SEED,
        merchants,
        workers: merchants.saturating_mul(WORKERS_PER_MERCHANT),
        now,
    };
    let seeded = seed_city(&db, &rules, &reference, plan, |made| progress(made, merchants)).await;
    db.close().await;
    seeded.context("the sample city could not be made")
}

fn progress(made: u32, of: u32) {
    let mut out = std::io::stderr();
    if out.is_terminal() {
        let end = if made == of { "\n" } else { "" };
        // A progress line that cannot be written is no reason to stop.
        let _ = write!(out, "\rmaking the sample city: {made} of {of} merchants{end}");
    }
}

//! The sample city: Ningbo with merchants and workers that nobody is.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use chassis::clock::SystemIds;
use chassis::config;
use chassis::entry::{self, Definition as _};
use chassis::store::Db;
use contracts::reference::Reference;
use credit::Credit;
use credit::usecases::{SeedPlan, Shown, example, seed_city};
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Area, City, Clock, ItemCode, MerchantId};

use crate::accounts::CITY;
use crate::settings::Shared;

/// The same city each time.
const SEED: u64 = 81_890;
/// Workers per merchant, on average.
const WORKERS_PER_MERCHANT: u32 = 30;

/// One merchant of the city to try things out with, and what it can be asked for.
pub(crate) struct Example {
    /// Its id.
    pub(crate) merchant: MerchantId,
    /// Its name.
    pub(crate) name: String,
    /// Another merchant, and its name; none in a city of one.
    pub(crate) second: Option<(MerchantId, String)>,
    /// Something that it does.
    pub(crate) item: ItemCode,
    /// Where it does it, among others of several grades.
    pub(crate) area: Area,
}

/// Makes the city in credit's database, before credit starts; what is there already stays. `known` is the
/// merchant that has an account from before.
pub(crate) async fn seed(
    shared: &Shared,
    merchants: u32,
    time: Arc<dyn Clock>,
    known: Option<MerchantId>,
) -> anyhow::Result<Example> {
    let file = shared.write(Credit::NAME)?;
    let config: credit::Config = config::load(Credit::NAME, Credit::DEFAULTS, Some(&file), std::env::vars())?;
    entry::migrate::<Credit>(&config.database).await?;
    let now = time.now();
    let db = Db::open(&config.database, time, Arc::new(SystemIds::new())).await?;
    let reference = Reference::embedded()?;
    let rules = credit::RuleBook::embedded().context("credit's rules")?;
    let city = City::try_new(CITY)?;
    let workers = merchants.saturating_mul(WORKERS_PER_MERCHANT);
    let plan = SeedPlan { city, seed: SEED, merchants, workers, now, shown: true };
    let bar = bar(merchants)?;
    let seeded = seed_city(&db, &rules, &reference, plan, |made| bar.set_position(u64::from(made))).await;
    bar.finish_and_clear();
    seeded.context("the sample city could not be made")?;
    let shown = example(&db, city, now, known).await;
    db.close().await;
    let Shown { merchant, name, another: second, category, area } =
        shown?.context("nobody in the sample city works")?;
    let category = reference.category(&category).context("the merchant's category is unknown")?;
    let item = category.items.first().context("the merchant's category is empty")?.code.clone();
    Ok(Example { merchant, name, second, item, area })
}

fn bar(merchants: u32) -> anyhow::Result<ProgressBar> {
    let bar = ProgressBar::new(u64::from(merchants));
    bar.set_style(ProgressStyle::with_template(
        "making the sample city {wide_bar} {pos} of {len} merchants",
    )?);
    bar.enable_steady_tick(Duration::from_millis(120));
    Ok(bar)
}

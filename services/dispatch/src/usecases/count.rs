//! What a step does to its merchant's load and orders, counted in the step's transaction and told after its commit.

use chassis::store::Tx;
use contracts::dispatch::LoadChanged;
use dispatch_domain::{CellKey, Load, LoadDelta};
use kernel::City;

use crate::error::Error;
use crate::ranking::Counted;
use crate::store::{cell_orders, loads};

/// Where a job counts: its city, category and street.
#[derive(Debug, Clone)]
pub(crate) struct Market {
    pub(crate) city: City,
    pub(crate) cell: CellKey,
}

impl From<&dispatch_domain::Job> for Market {
    fn from(job: &dispatch_domain::Job) -> Self {
        Self { city: job.city, cell: CellKey { area: job.area, category: job.category.clone() } }
    }
}

/// Adds to the merchant's load.
pub(crate) async fn add(tx: &mut Tx, market: &Market, delta: LoadDelta) -> Result<Counted, Error> {
    let now = tx.now();
    let before = loads::lock(tx.conn(), market.city, delta.merchant, now).await?;
    let after = loads::add(tx.conn(), market.city, before, delta, now).await?;
    finish(tx, market, after, delta).await
}

/// Takes a place of the merchant's capacity where one is left; `before` is held.
pub(crate) async fn take_place(
    tx: &mut Tx,
    market: &Market,
    before: Load,
    delta: LoadDelta,
    capacity: u32,
) -> Result<Option<Counted>, Error> {
    let now = tx.now();
    match loads::take_place(tx.conn(), market.city, before, delta, capacity, now).await? {
        Some(after) => finish(tx, market, after, delta).await.map(Some),
        None => Ok(None),
    }
}

async fn finish(tx: &mut Tx, market: &Market, load: Load, delta: LoadDelta) -> Result<Counted, Error> {
    let LoadDelta { merchant, served, .. } = delta;
    let mut counted = Counted::load(market.city, load);
    if served != 0 {
        let key = (market.city, &market.cell);
        let orders = cell_orders::add(tx.conn(), key, merchant, served, load.version, tx.now()).await?;
        counted.orders = Some(orders);
    }
    tx.say(&LoadChanged::from(&counted))?;
    Ok(counted)
}

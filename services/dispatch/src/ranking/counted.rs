//! What a transaction made of a merchant's load: folded into the ranking here, and told to the other instances.

use contracts::dispatch::{CellOrders as WireOrders, LoadChanged};
use dispatch_domain::{CellOrders, Load};
use kernel::City;

/// A load after a commit, and the orders of the category and street that changed with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) city: City,
    pub(crate) load: Load,
    pub(crate) orders: Option<CellOrders>,
}

impl Counted {
    /// The load alone, as the table has it.
    pub(crate) const fn load(city: City, load: Load) -> Self {
        Self { city, load, orders: None }
    }
}

impl From<&Counted> for LoadChanged {
    fn from(counted: &Counted) -> Self {
        let Counted { city, load, orders } = counted;
        let orders = orders.as_ref().map(|it| WireOrders {
            category: it.category.clone(),
            area: it.area,
            orders: it.orders,
        });
        let Load { merchant, version, open, served } = *load;
        Self { city: *city, merchant, version, open, served, orders }
    }
}

impl From<LoadChanged> for Counted {
    fn from(told: LoadChanged) -> Self {
        let LoadChanged { city, merchant, version, open, served, orders } = told;
        let orders = orders.map(|WireOrders { category, area, orders }| CellOrders {
            merchant,
            area,
            category,
            version,
            orders,
        });
        Self { city, load: Load { merchant, version, open, served }, orders }
    }
}

//! The names of merchants beside their ids: looked up once for a page, and put where its items show them.

use std::collections::BTreeSet;

use chassis::http::Problem;
use kernel::{City, MerchantId};

use crate::App;
use crate::usecases::merchant_names;

/// What shows merchants by id, with room for their names.
pub(super) trait ShowsMerchants {
    /// Shows each id, and where its name belongs.
    fn each(&mut self, see: &mut dyn FnMut(MerchantId, &mut Option<String>));
}

/// What is about one merchant: in `merchant`, and its name in `merchant_name`.
macro_rules! is_of_a_merchant {
    ($view:ty) => {
        impl $crate::http::names::ShowsMerchants for $view {
            fn each(&mut self, see: &mut dyn FnMut(kernel::MerchantId, &mut Option<String>)) {
                see(self.merchant, &mut self.merchant_name);
            }
        }
    };
}

pub(super) use is_of_a_merchant;

/// These with the names of the city's merchants in them.
pub(super) async fn all_named<T: ShowsMerchants>(
    app: &App,
    city: City,
    mut views: Vec<T>,
) -> Result<Vec<T>, Problem> {
    put_names(app, city, &mut views).await?;
    Ok(views)
}

/// This one with the names in it.
pub(super) async fn named<T: ShowsMerchants>(app: &App, city: City, mut view: T) -> Result<T, Problem> {
    put_names(app, city, core::slice::from_mut(&mut view)).await?;
    Ok(view)
}

async fn put_names<T: ShowsMerchants>(app: &App, city: City, views: &mut [T]) -> Result<(), Problem> {
    let mut ids = BTreeSet::new();
    for view in views.iter_mut() {
        view.each(&mut |id, _| {
            ids.insert(id);
        });
    }
    let names = merchant_names(&app.db, city, ids).await?;
    for view in views {
        view.each(&mut |id, name| *name = names.get(&id).cloned());
    }
    Ok(())
}

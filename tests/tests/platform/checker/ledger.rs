//! The ledger against itself, by the domain's own functions.

use std::sync::Arc;

use chassis::clock::SystemIds;
use chassis::store::Db;
use credit::RuleBook;
use credit::usecases::{entries_after, merchants_after};
use credit_domain::{fold, verify_chain};
use testkit::ManualClock;

use super::Report;
use crate::in_process::{load, settings};
use crate::town::city;

/// Merchants and entries read at once: more than any test has.
const ALL: u64 = 100_000;

/// A score is the fold of its entries, and the chain of these verifies up to the tip that the merchant keeps.
pub(crate) async fn i3_folds_and_chains(url: &str, report: &mut Report) {
    let config: credit::Config = load::<credit::Credit>(&settings("nats://127.0.0.1:1", url));
    let db = Db::open(&config.database, Arc::new(ManualClock::default()), Arc::new(SystemIds::new()))
        .await
        .unwrap();
    let rules = RuleBook::embedded().unwrap();
    for merchant in merchants_after(&db, city(), None, ALL).await.unwrap() {
        let (id, credit) = (merchant.profile.id, &merchant.credit);
        let entries = entries_after(&db, city(), id, 0, ALL).await.unwrap();
        report.count("ledger entries", entries.len());
        match verify_chain(id, &entries) {
            Ok(tip) if tip == credit.tip => {}
            Ok(tip) => {
                report.violate("I3", format_args!("{id}: the chain ends at {tip:?}, not {:?}", credit.tip))
            }
            Err(broken) => report.violate("I3", format_args!("{id}: {broken}: {}", broken.fault)),
        }
        let folded = fold(&entries);
        if folded != credit.tally || rules.released().score(folded.points) != credit.score {
            report.violate(
                "I3",
                format_args!("{id}: {folded:?} is not {:?} with {}", credit.tally, credit.score),
            );
        }
    }
    db.close().await;
}

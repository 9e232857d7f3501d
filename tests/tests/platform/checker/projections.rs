//! What is made of others' events alone, as text that can be compared byte by byte.
//!
//! Projections are: the jobs of dispatch (what they were received with), the timeline and progress that intake
//! keeps of dispatch's and feedback's steps, feedback's call-backs and handlers, credit's ledger and merchants. A
//! replay adds nothing to any outbox either.

use std::collections::BTreeMap;

use super::databases::Stores;

/// Every table that holds a projection, and what hears of it must not grow.
const TABLES: [(&str, &[&str]); 4] = [
    ("intake", &["requests", "timeline", "outbox"]),
    ("dispatch", &["jobs", "assignments", "merchant_load", "decisions", "outbox"]),
    ("feedback", &["callbacks", "handlers", "cases", "outbox"]),
    ("credit", &["merchants", "ledger", "outbox"]),
];

/// All rows of all of them, by table.
pub(crate) async fn all(urls: &BTreeMap<&'static str, String>) -> BTreeMap<String, Vec<String>> {
    let stores = Stores::open(urls).await;
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (service, tables) in TABLES {
        for (table, text) in stores.texts(service).await {
            if tables.contains(&table.as_str()) {
                rows.entry(format!("{service}.{table}")).or_default().push(text);
            }
        }
    }
    stores.close().await;
    rows.values_mut().for_each(|rows| rows.sort_unstable());
    rows
}

/// What the jobs of a dispatch were received with: all but what became of them there.
pub(crate) async fn jobs(url: &str) -> Vec<String> {
    let stores = Stores::open(&[("dispatch", url.to_owned())].into()).await;
    let sql = "SELECT hex(request) || item || category || area || urgency || risk || enters_home || wanted_at || due_by \
               || mode || received_at AS job FROM jobs ORDER BY request";
    let jobs = stores.rows("dispatch", sql, |row| super::databases::column(row, "job")).await;
    stores.close().await;
    jobs
}

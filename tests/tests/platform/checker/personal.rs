//! Whether anything personal got out of its owner's tables.

use contracts::streams::Stream;

use super::databases::Stores;
use super::streams;
use super::{Evidence, Report};

/// Tables that may hold what citizens said: intake's and feedback's own, and nobody's events.
fn may_hold(service: &str, table: &str) -> bool {
    matches!(
        (service, table),
        ("intake", "requests" | "timeline" | "idempotency") | ("feedback", "callbacks" | "cases")
    )
}

/// Looks for each personal text in all streams, logs, and tables of others (I7). It must be found where it belongs,
/// or the search proves nothing.
pub(crate) async fn i7_nowhere_else(evidence: &Evidence, stores: &Stores, report: &mut Report) {
    let mut places = Vec::new();
    for stream in Stream::ALL {
        for message in streams::messages(&evidence.client, stream).await {
            places.push((format!("the stream {}", stream.spec().name), message.text));
        }
    }
    for (service, log) in &evidence.logs {
        places.push((format!("the log of {service}"), std::fs::read_to_string(log).unwrap()));
    }
    let mut at_home = String::new();
    for &service in evidence.databases.keys() {
        for (table, text) in stores.texts(service).await {
            if may_hold(service, &table) {
                at_home.push_str(&text);
            } else {
                places.push((format!("the table {table} of {service}"), text));
            }
        }
    }
    report.count("places searched", places.len());
    report.count("personal texts", evidence.personal.len());
    for personal in &evidence.personal {
        if !at_home.contains(personal) {
            report.violate("I7", format_args!("{personal:?} is not even where it belongs"));
        }
        for (place, _) in places.iter().filter(|(_, text)| text.contains(personal)) {
            report.violate("I7", format_args!("{personal:?} is in {place}"));
        }
    }
}

//! What no forged history shows: an edited ledger, and a text that got out.

use sea_orm::ConnectionTrait as _;

use crate::checker;
use crate::faults::load::Load;
use crate::processes::{Broker, Processes};
use crate::town::ITEM;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i3_i7_an_edited_entry_and_a_text_on_the_bus_are_found() {
    let mut platform = Processes::start(Broker::single().await).await;
    let mut load = Load::default();
    load.a_day(&mut platform, 6).await;
    let report = load.settles_with_all_invariants(&platform).await;
    assert!(report.counted("ledger entries") > 0 && report.counted("places searched") > 0);

    let credit = sea_orm::Database::connect(&platform.databases()["credit"]).await.unwrap();
    // Nobody who uses the service could: the table itself refuses it.
    let edit = "UPDATE ledger SET credit_record = credit_record + 100 WHERE seq = 1";
    assert!(credit.execute_unprepared(edit).await.is_err());
    credit.execute_unprepared("DROP TRIGGER ledger_no_update").await.unwrap();
    credit.execute_unprepared(edit).await.unwrap();
    credit.close().await.unwrap();

    let mut evidence = load.evidence(&platform).await;
    evidence.personal.push(ITEM.to_owned());
    let report = checker::check(&evidence).await;
    assert!(report.breaks("I3"), "{report:?}");
    assert!(report.breaks("I7"), "{report:?}");
    platform.stop().await;
}

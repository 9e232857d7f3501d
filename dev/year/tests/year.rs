//! A small year, on a real nats-server.

use year::{Options, Report, play};

fn small() -> Report {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(play(&Options { merchants: 12, seed: 81_890 })).unwrap()
}

#[test]
fn in_a_small_year_everything_holds_and_everything_happens() {
    let Report { months, faults, .. } = small();
    assert_eq!(faults, Vec::<String>::new());
    for (what, count) in [
        (
            "a merchant was refused, and so was the company of the banned person",
            months.sum(|it| it.refused) / 2,
        ),
        ("merchants were admitted", months.sum(|it| it.admitted) / 11),
        ("the fraud was removed", months.sum(|it| it.removed)),
        ("an objection was upheld", months.sum(|it| it.upheld)),
        ("another was rejected", months.sum(|it| it.rejected)),
        ("a suspension was reversed on appeal", months.sum(|it| it.reversed)),
        ("a finding was repaired", months.sum(|it| it.repaired)),
        ("the evaluation raised a grade", months.sum(|it| it.raised)),
        ("a deadline was missed", months.sum(|it| it.missed)),
        ("workers were scanned", months.sum(|it| it.scans)),
    ] {
        assert!(count >= 1, "{what}\n{}", months.table());
    }
}

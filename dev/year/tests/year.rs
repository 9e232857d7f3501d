//! A small year, on a real nats-server.

use year::{Options, Report, play};

/// Two small years of the same seed, side by side on platforms of their own.
fn twice() -> [Report; 2] {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let small = Options { merchants: 12, seed: 81_890 };
    let (one, other) = runtime.block_on(async { tokio::join!(play(&small), play(&small)) });
    [one.unwrap(), other.unwrap()]
}

#[test]
fn in_a_small_year_everything_holds_everything_happens_and_the_same_again() {
    let [Report { months, faults, .. }, again] = twice();
    assert_eq!((&faults, &again.faults), (&Vec::new(), &Vec::new()));
    assert_eq!(months, again.months);
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

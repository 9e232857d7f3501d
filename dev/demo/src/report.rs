//! The final table, and the same as JSON.

use std::collections::BTreeMap;

use kernel::Channel;
use serde::Serialize;

use crate::book::Figures;
use crate::check::Balance;
use crate::progress::say;
use crate::scene::{Outcome, Rank, Sample};

/// All that came of it.
#[derive(Serialize)]
pub(crate) struct Report {
    /// Simulated seconds per real second.
    pub(crate) speed: u32,
    /// The seed of all chance.
    pub(crate) seed: u64,
    /// Real seconds from the first request to the last call-back.
    pub(crate) took_s: u64,
    /// What the demo was answered.
    pub(crate) figures: Figures,
    /// How often the platform asked to come back later.
    pub(crate) waits: u64,
    /// What was refused, and why.
    pub(crate) refusals: BTreeMap<String, u64>,
    /// What the platform has.
    pub(crate) balance: Balance,
    /// The breach in the middle.
    pub(crate) scene: Outcome,
    /// Where the time of the downgrades went.
    pub(crate) latency: Vec<Latency>,
}

/// One row of the table of latencies, milliseconds.
#[derive(Debug, Serialize)]
pub(crate) struct Latency {
    /// From where to where.
    pub(crate) stage: &'static str,
    /// On which screen; all when absent.
    pub(crate) channel: Option<Channel>,
    /// How many were measured.
    pub(crate) samples: usize,
    /// Half of them took at most this.
    pub(crate) p50_ms: f64,
    /// 99 of a hundred took at most this.
    pub(crate) p99_ms: f64,
    /// The longest.
    pub(crate) max_ms: f64,
}

impl Report {
    /// What must not be, if it was.
    pub(crate) fn faults(&self) -> Vec<String> {
        let Figures { doubled, gaps, repeats, failures, .. } = self.figures;
        let lost = u64::try_from(self.balance.lost.len()).unwrap_or(u64::MAX);
        let unseen = u64::try_from(self.scene.unseen).unwrap_or(u64::MAX);
        let counted = [
            ("requests lost", lost),
            ("requests doubled", doubled),
            ("gaps in live streams", gaps),
            ("doubles in live streams", repeats),
            ("downgrades not seen on a screen", unseen),
            ("steps failed", failures),
        ];
        let mut faults: Vec<String> = counted
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(what, count)| format!("{count} {what}"))
            .collect();
        if !one(&self.scene.before) || !one(&self.scene.after) {
            faults.push("the order was not the same on all channels".to_owned());
        }
        if self.scene.before == self.scene.after {
            faults.push("the breach changed no order".to_owned());
        }
        faults
    }

    /// Prints it.
    pub(crate) fn print(&self) {
        let Self { figures, balance, .. } = self;
        let status = |name: &str| balance.by_status.get(name).copied().unwrap_or(0).to_string();
        say(format_args!(
            "\n== requests ({} s at {} times the pace, seed {})",
            self.took_s, self.speed, self.seed
        ));
        let rows = [
            (
                "in",
                figures.received.to_string(),
                format!("{} sent twice, {} chose", figures.sent_twice, figures.chosen),
            ),
            ("refused", figures.refused.to_string(), String::new()),
            (
                "dispatched",
                balance.dispatched.to_string(),
                format!("{} offers, {} by operators", figures.offers, figures.helped),
            ),
            (
                "accepted",
                figures.accepted.to_string(),
                format!("{} declined, {} let lapse", figures.declined, figures.ignored),
            ),
            ("completed", figures.completed.to_string(), String::new()),
            ("cancelled", status("cancelled"), format!("{} too late", figures.too_late)),
            ("unserved", status("unserved"), String::new()),
            ("called back", status("closed"), calls(figures)),
            ("lost", balance.lost.len().to_string(), "of all answered 2xx, read back one by one".to_owned()),
            ("live", figures.streams.to_string(), live(figures)),
            ("asked to wait", self.waits.to_string(), String::new()),
        ];
        table(rows.map(|(what, count, note)| vec![what.to_owned(), count, note]));
        for (what, count) in &self.refusals {
            say(format_args!("  refused: {what} ({count})"));
        }
        self.print_orders();
        self.print_latency();
    }

    fn print_orders(&self) {
        let scene = &self.scene;
        say(format_args!(
            "\n== order for {} in {}: a breach at the first is verified",
            scene.item, scene.area
        ));
        let orders = |channel: Channel| {
            [("before", &scene.before), ("after", &scene.after), ("live", &scene.shown)]
                .map(|(when, orders)| vec![channel.to_string(), when.to_owned(), line(orders.get(&channel))])
        };
        table(Channel::ALL.into_iter().flat_map(orders));
    }

    fn print_latency(&self) {
        say(format_args!("\n== {} downgrades, milliseconds", self.scene.downgrades));
        let head = ["stage", "channel", "n", "p50", "p99", "max"].map(str::to_owned).to_vec();
        let rows = self.latency.iter().map(|row| {
            let channel = row.channel.map_or_else(|| "all".to_owned(), |channel| channel.to_string());
            let figures = [row.p50_ms, row.p99_ms, row.max_ms].map(|ms| format!("{ms:.1}"));
            let mut cells = vec![row.stage.to_owned(), channel, row.samples.to_string()];
            cells.extend(figures);
            cells
        });
        table(std::iter::once(head).chain(rows));
    }
}

/// The rows of the table of latencies.
pub(crate) fn latencies(scene: &Outcome) -> Vec<Latency> {
    type Stage = (&'static str, fn(&Sample) -> i64);
    let stages: [Stage; 4] = [
        ("committed -> applied", |sample| sample.applied_us),
        ("applied -> pushed", |sample| sample.pushed_us),
        ("pushed -> received", |sample| sample.received_us),
        ("committed -> received", |sample| sample.total_us),
    ];
    let mut rows = vec![row("ruled -> committed", None, scene.committed_us.clone())];
    for (stage, of) in stages {
        rows.push(row(stage, None, scene.samples.iter().map(of).collect()));
    }
    for channel in Channel::ALL {
        let samples = scene.samples.iter().filter(|sample| sample.channel == channel);
        rows.push(row(
            "committed -> received",
            Some(channel),
            samples.map(|sample| sample.total_us).collect(),
        ));
    }
    rows
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of one run fit into a float")]
fn row(stage: &'static str, channel: Option<Channel>, mut us: Vec<i64>) -> Latency {
    us.sort_unstable();
    let last = us.len().saturating_sub(1);
    let at = |percent: usize| us.get((last * percent).div_ceil(100)).map_or(0.0, |us| *us as f64 / 1_000.0);
    Latency { stage, channel, samples: us.len(), p50_ms: at(50), p99_ms: at(99), max_ms: at(100) }
}

/// Whether all channels have one order.
fn one(orders: &BTreeMap<Channel, Vec<Rank>>) -> bool {
    let mut orders = orders.values();
    let first = orders.next();
    first.is_some() && orders.all(|order| Some(order) == first)
}

fn line(order: Option<&Vec<Rank>>) -> String {
    let places = order.into_iter().flatten().map(|rank| format!("{} {}", rank.name, rank.grade));
    places.collect::<Vec<_>>().join(" > ")
}

fn calls(figures: &Figures) -> String {
    let Figures { calls, satisfied, unsatisfied, unreached, breaches, .. } = *figures;
    format!(
        "{calls} calls: {satisfied} satisfied, {unsatisfied} unsatisfied, {breaches} breaches, {unreached} unreached"
    )
}

fn live(figures: &Figures) -> String {
    let Figures { entries, lists, gaps, repeats, .. } = *figures;
    format!("streams: {entries} timeline entries, {lists} lists, {gaps} gaps, {repeats} doubles")
}

/// Rows of equal length, each column as wide as its widest cell.
fn table(rows: impl IntoIterator<Item = Vec<String>>) {
    let rows: Vec<Vec<String>> = rows.into_iter().collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    for row in rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        say(format_args!("  {}", cells.join("  ").trim_end()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let measured = row("a", None, (1..=100).map(|n| n * 1_000).collect());
        assert_eq!((measured.p50_ms, measured.p99_ms, measured.max_ms), (51.0, 100.0, 100.0));
        assert_eq!(row("a", None, Vec::new()).samples, 0);
    }
}

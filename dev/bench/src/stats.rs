//! Latencies and medians. All values are kept: a bench has at most some hundred thousand of them.

use std::time::Duration;

/// Values of one kind, in microseconds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Latencies(Vec<f64>);

impl Latencies {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    pub(crate) fn add(&mut self, took: Duration) {
        self.0.push(took.as_secs_f64() * 1e6);
    }

    pub(crate) fn add_us(&mut self, us: f64) {
        self.0.push(us);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The value that this share of all does not exceed, in microseconds; not a number when there is none.
    pub(crate) fn quantile_us(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let count = sorted.len();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
        #[expect(clippy::cast_precision_loss, reason = "a list is far shorter than 2^52")]
        let place = ((count as f64 * share).ceil() as usize).clamp(1, count.max(1)) - 1;
        sorted.get(place).copied().unwrap_or(f64::NAN)
    }

    /// The same in milliseconds.
    pub(crate) fn quantile_ms(&self, share: f64) -> f64 {
        self.quantile_us(share) / 1e3
    }
}

/// The middle of some runs; of an even number the lower one.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let values = Latencies(values.into_iter().collect());
    values.quantile_us(0.5)
}

/// So many in this time, per second.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(crate) fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let mut some = Latencies::default();
        (1..=100).for_each(|us| some.add(Duration::from_micros(us)));
        assert_eq!(
            [some.quantile_us(0.5), some.quantile_us(0.99), some.quantile_us(1.0)],
            [50.0, 99.0, 100.0]
        );
    }

    #[test]
    fn the_median_of_three_runs_is_the_middle_one() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
    }
}

//! What a bench gives: figures as JSON lines on standard output, and what it is doing on standard error.

use std::fmt::Display;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use serde::Serialize;

/// One figure, beside what it is to be compared with.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    /// Which bench.
    pub(crate) bench: &'static str,
    /// Under which conditions.
    pub(crate) case: String,
    /// What.
    pub(crate) figure: &'static str,
    /// In which unit.
    pub(crate) unit: &'static str,
    /// The median of the runs.
    pub(crate) value: f64,
    /// What it is compared with, measured in the same run; none where the figure stands alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) beside: Option<&'static str>,
    /// The same median of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) beside_value: Option<f64>,
    /// The first by the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ratio: Option<f64>,
}

impl Figure {
    fn of(
        bench: &'static str,
        case: String,
        (figure, unit, value): (&'static str, &'static str, f64),
        beside: Option<(&'static str, f64)>,
    ) -> Self {
        Self {
            bench,
            case,
            figure,
            unit,
            value: rounded(value),
            beside: beside.map(|(name, _)| name),
            beside_value: beside.map(|(_, peer)| rounded(peer)),
            ratio: beside.map(|(_, peer)| rounded(value / peer)),
        }
    }
}

/// Where figures go.
pub(crate) struct Report {
    file: Option<File>,
}

impl Report {
    /// Also adds to this file.
    pub(crate) fn open(file: Option<&Path>) -> anyhow::Result<Self> {
        let open = |file| OpenOptions::new().create(true).append(true).open(file);
        Ok(Self { file: file.map(open).transpose()? })
    }

    /// A figure that stands alone.
    pub(crate) fn alone(
        &mut self,
        bench: &'static str,
        case: impl Into<String>,
        figure: (&'static str, &'static str, f64),
    ) -> anyhow::Result<()> {
        self.add(&Figure::of(bench, case.into(), figure, None))
    }

    /// A figure beside its limit or peer.
    pub(crate) fn beside(
        &mut self,
        bench: &'static str,
        case: impl Into<String>,
        figure: (&'static str, &'static str, f64),
        beside: (&'static str, f64),
    ) -> anyhow::Result<()> {
        self.add(&Figure::of(bench, case.into(), figure, Some(beside)))
    }

    #[expect(clippy::print_stdout, reason = "figures are the command's answer")]
    fn add(&mut self, figure: &Figure) -> anyhow::Result<()> {
        let line = serde_json::to_string(figure)?;
        println!("{line}");
        if let Some(file) = &mut self.file {
            writeln!(file, "{line}")?;
        }
        Ok(())
    }
}

/// Four digits that mean something.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let digits = 3.0 - value.abs().log10().floor();
    let scale = 10_f64.powf(digits.max(0.0));
    (value * scale).round() / scale
}

/// What is going on.
#[expect(clippy::print_stderr, reason = "people wait for minutes and want to see that something happens")]
pub(crate) fn say(text: impl Display) {
    eprintln!("{text}");
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn a_figure_keeps_four_digits_and_whole_numbers_stay_whole() {
        assert_eq!(
            [rounded(0.123_456), rounded(12.345_6), rounded(123_456.7), rounded(0.0)],
            [0.1235, 12.35, 123_457.0, 0.0]
        );
    }
}

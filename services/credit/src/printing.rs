//! Sheets as PDF, printed off the threads that serve: a few at once, some may wait, the rest is refused.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use sheets::{Printer, SheetError, Template};
use tokio::sync::Semaphore;

/// The certificate: laid out for one page, whatever it says; a second one is better than none.
pub const CERTIFICATE: Template =
    Template { source: include_str!("../sheets/certificate.typ"), pages_max: 2 };
/// The price board: as many pages as all items of the catalogue need, and some.
pub const PRICE_BOARD: Template =
    Template { source: include_str!("../sheets/price-board.typ"), pages_max: 30 };

/// The yearly report: as many pages as all that it may list needs.
pub const YEARLY_REPORT: Template =
    Template { source: include_str!("../sheets/yearly-report.typ"), pages_max: 80 };

const AT_ONCE: core::ops::RangeInclusive<usize> = 1..=16;
const WAITING: core::ops::RangeInclusive<usize> = 1..=1_000;
const FOLDERS_MAX: usize = 8;

/// `[sheets]`: what is printed.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SheetsConfig {
    /// Folders with fonts for rare characters.
    pub fonts_in: Vec<PathBuf>,
    /// Sheets that are printed at once.
    pub at_once: usize,
    /// Sheets that may wait for that.
    pub waiting_max: usize,
}

/// Why nothing was printed.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// As many wait as may.
    #[error("too many sheets wait to be printed")]
    Busy,
    /// It cannot be printed.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// Printing came to no end.
    #[error("printing was broken off")]
    Broken,
}

/// Prints sheets. Cheap to clone.
#[derive(Clone)]
pub struct Printing {
    printer: Arc<OnceLock<Printer>>,
    fonts_in: Vec<PathBuf>,
    /// One for each sheet that is printed or waits.
    let_in: Arc<Semaphore>,
    at_once: Arc<Semaphore>,
}

impl Printing {
    /// With these limits. The fonts are read when the first sheet is printed.
    ///
    /// # Errors
    /// What is wrong with the configuration, in words.
    pub fn open(config: &SheetsConfig) -> Result<Self, String> {
        let SheetsConfig { fonts_in, at_once, waiting_max } = config;
        if !AT_ONCE.contains(at_once) || !WAITING.contains(waiting_max) || fonts_in.len() > FOLDERS_MAX {
            return Err(
                "sheets: at_once is 1 to 16, waiting_max 1 to 1000, fonts_in has at most 8".to_owned()
            );
        }
        Ok(Self {
            printer: Arc::default(),
            fonts_in: fonts_in.clone(),
            let_in: Arc::new(Semaphore::new(at_once + waiting_max)),
            at_once: Arc::new(Semaphore::new(*at_once)),
        })
    }

    /// The sheet with this data (JSON) as a PDF.
    ///
    /// # Errors
    /// [`PrintError`].
    pub async fn pdf(&self, template: Template, data: Vec<u8>) -> Result<Vec<u8>, PrintError> {
        let let_in = Arc::clone(&self.let_in).try_acquire_owned().map_err(|_| PrintError::Busy)?;
        let turn = Arc::clone(&self.at_once).acquire_owned().await.map_err(|_| PrintError::Broken)?;
        let (printer, fonts_in) = (Arc::clone(&self.printer), self.fonts_in.clone());
        let printed = tokio::task::spawn_blocking(move || {
            // Held until it is printed, even if whoever asked has gone.
            let _held = (let_in, turn);
            printer.get_or_init(|| Printer::new(fonts_in)).render_json(template, data)
        });
        Ok(printed.await.map_err(|_| PrintError::Broken)??)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_comes_when_enough_wait_is_refused_at_once() {
        let config = SheetsConfig { fonts_in: Vec::new(), at_once: 1, waiting_max: 1 };
        let printing = Printing::open(&config).unwrap();
        let _all = Arc::clone(&printing.let_in).acquire_many_owned(2).await.unwrap();
        let refused = printing.pdf(CERTIFICATE, Vec::new()).await;
        assert!(matches!(refused, Err(PrintError::Busy)), "{refused:?}");
    }
}

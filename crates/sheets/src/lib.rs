//! Printed sheets (certificates, price boards, reports): a template and data in, PDF out.
//!
//! A [`Template`] is Typst source that reads its data with `json("/data.json")` and shares what all sheets look like
//! with `#import "/house.typ": *`. It reads nothing else: no files, no packages, no clock, so the same data make
//! the same bytes. What people typed in is data and never becomes markup.
//!
//! The fonts that come along have GB 2312. A rarer character is looked for in fonts of the machine; where none
//! has it, nothing is printed ([`SheetError::MissingGlyphs`]): a box in a name on a certificate is worse than none.
//!
//! Rendering takes milliseconds to a second of one core and blocks: callers keep it off their async threads.

mod fonts;
mod world;

use std::path::PathBuf;

use serde::Serialize;
use typst::diag::{Severity, SourceDiagnostic, Warned};
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use fonts::{Fonts, Machine, missing_on};
use world::Job;

/// Longer data is not printed.
const DATA_BYTES_MAX: usize = 1024 * 1024;
/// Compilations for which intermediate results are kept: the fonts' and the templates' are used by the next one.
const KEEP_RESULTS: usize = 3;

/// What a sheet looks like.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// Its source.
    pub source: &'static str,
    /// More pages are not printed.
    pub pages_max: usize,
}

impl Template {
    /// All sources of its look. With the data they make the sheet, to the byte.
    #[must_use]
    pub fn sources(&self) -> [&'static str; 2] {
        [world::HOUSE, self.source]
    }
}

/// Why nothing was printed.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The data is no JSON.
    #[error("the data of a sheet cannot be written as JSON")]
    Data(#[from] serde_json::Error),
    /// The data is too long.
    #[error("the data of a sheet has {0} bytes: at most {DATA_BYTES_MAX}")]
    TooMuch(usize),
    /// More pages than it may have.
    #[error("the sheet has {pages} pages: at most {max}")]
    TooLong {
        /// It would have so many.
        pages: usize,
        /// It may have so many.
        max: usize,
    },
    /// No font has these characters.
    #[error("no font has these characters: {0}")]
    MissingGlyphs(String),
    /// The template does not go with the data.
    #[error("the template cannot be typeset: {0}")]
    Template(String),
}

/// Prints sheets. Dear to make, so one is shared by all.
pub struct Printer {
    fonts: Fonts,
    machine: Machine,
}

impl Printer {
    /// With the fonts that come along, and those in these folders for rare characters.
    #[must_use]
    pub fn new(fonts_in: Vec<PathBuf>) -> Self {
        Self { fonts: Fonts::embedded(), machine: Machine::new(fonts_in) }
    }

    /// The sheet with this data as a PDF.
    ///
    /// # Errors
    /// [`SheetError`] says what it cannot print.
    pub fn render(&self, template: Template, data: &impl Serialize) -> Result<Vec<u8>, SheetError> {
        self.render_json(template, serde_json::to_vec(data)?)
    }

    /// The same with data that was written as JSON already.
    ///
    /// # Errors
    /// [`SheetError`] says what it cannot print.
    pub fn render_json(&self, template: Template, data: Vec<u8>) -> Result<Vec<u8>, SheetError> {
        if data.len() > DATA_BYTES_MAX {
            return Err(SheetError::TooMuch(data.len()));
        }
        let printed = self.print(template, data);
        typst::comemo::evict(KEEP_RESULTS);
        printed
    }

    fn print(&self, template: Template, data: Vec<u8>) -> Result<Vec<u8>, SheetError> {
        let job = Job::new(template.source, data);
        let mut document = typeset(&job.with(&self.fonts))?;
        let missing = missing_on(&document);
        if !missing.is_empty() {
            let more = self.machine.having(&missing);
            document = typeset(&job.with(&self.fonts.and(more)))?;
            let still = missing_on(&document);
            if !still.is_empty() {
                return Err(SheetError::MissingGlyphs(still.into_iter().collect()));
            }
        }
        let pages = document.pages().len();
        if pages > template.pages_max {
            return Err(SheetError::TooLong { pages, max: template.pages_max });
        }
        let options =
            PdfOptions { creator: Smart::Custom(Some("81890".to_owned())), ..PdfOptions::default() };
        typst_pdf::pdf(&document, &options).map_err(|errors| refused(&errors))
    }
}

fn typeset(world: &world::Typeset<'_>) -> Result<PagedDocument, SheetError> {
    let Warned { output, warnings: _ } = typst::compile::<PagedDocument>(world);
    output.map_err(|errors| refused(&errors))
}

fn refused(errors: &[SourceDiagnostic]) -> SheetError {
    let told = errors.iter().filter(|error| error.severity == Severity::Error);
    let told: Vec<_> = told.map(|error| error.message.as_str()).collect();
    SheetError::Template(told.join("; "))
}

#[cfg(test)]
mod tests;

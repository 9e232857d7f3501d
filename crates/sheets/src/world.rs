//! What a template sees: its own source, what all sheets share, its data. Nothing else.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};

use crate::fonts::Fonts;

pub(crate) const HOUSE: &str = include_str!("../templates/house.typ");

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// A sheet to be typeset.
pub(crate) struct Job {
    main: Source,
    house: Source,
    data: (FileId, Bytes),
}

impl Job {
    pub(crate) fn new(source: &'static str, data: Vec<u8>) -> Self {
        Self {
            main: Source::new(at("main.typ"), source.to_owned()),
            house: Source::new(at("house.typ"), HOUSE.to_owned()),
            data: (at("data.json"), Bytes::new(data)),
        }
    }

    pub(crate) fn with<'a>(&'a self, fonts: &'a Fonts) -> Typeset<'a> {
        Typeset { job: self, fonts }
    }
}

/// A sheet with the fonts to typeset it in.
pub(crate) struct Typeset<'a> {
    job: &'a Job,
    fonts: &'a Fonts,
}

#[expect(clippy::expect_used, reason = "three names of our own, and every sheet that is printed makes them")]
fn at(path: &'static str) -> FileId {
    let path = VirtualPath::new(path).expect("a path of ours");
    FileId::new(RootedPath::new(VirtualRoot::Project, path))
}

impl World for Typeset<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.job.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let known = [&self.job.main, &self.job.house].into_iter().find(|source| source.id() == id);
        known.cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let (data, bytes) = &self.job.data;
        if *data == id { Ok(bytes.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index)
    }

    /// Sheets are dated by their data.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

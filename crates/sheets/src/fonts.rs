//! The fonts that come along, those of the machine for rare characters, and what is missing on a page.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use typst::foundations::Bytes;
use typst::layout::{Frame, FrameItem};
use typst::text::{Coverage, Font, FontBook};
use typst::utils::LazyHash;
use typst_layout::PagedDocument;

const EMBEDDED: [&[u8]; 3] = [
    include_bytes!("../fonts/NotoSansSC-Regular.ttf"),
    include_bytes!("../fonts/NotoSansSC-Bold.ttf"),
    include_bytes!("../fonts/NotoSerifSC-Bold-headings.ttf"),
];

/// Font files of the machine that are looked into.
const FILES_MAX: usize = 400;
/// Folders below the ones given that are looked into.
const DEPTH_MAX: usize = 5;
/// Larger files are left out.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Fonts to typeset with.
pub(crate) struct Fonts {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

impl Fonts {
    pub(crate) fn embedded() -> Self {
        Self::of(EMBEDDED.into_iter().flat_map(|data| Font::iter(Bytes::new(data))).collect())
    }

    fn of(fonts: Vec<Font>) -> Self {
        Self { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
    }

    pub(crate) fn and(&self, more: Vec<Font>) -> Self {
        Self::of(self.fonts.iter().cloned().chain(more).collect())
    }

    pub(crate) fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    pub(crate) fn get(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }
}

/// The fonts of the machine. Looked through when a character is missing for the first time; what is kept then is
/// which file has which characters.
pub(crate) struct Machine {
    folders: Vec<PathBuf>,
    found: OnceLock<Vec<Found>>,
}

struct Found {
    file: PathBuf,
    index: u32,
    has: Coverage,
}

impl Machine {
    pub(crate) fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders, found: OnceLock::new() }
    }

    /// Fonts that together have as many of these as there are.
    pub(crate) fn having(&self, wanted: &BTreeSet<char>) -> Vec<Font> {
        let found = self.found.get_or_init(|| self.look());
        let mut wanted = wanted.clone();
        let mut fonts = Vec::new();
        for Found { file, index, has } in found {
            let before = wanted.len();
            wanted.retain(|&one| !has.contains(u32::from(one)));
            if wanted.len() < before {
                fonts.extend(read(file).and_then(|data| Font::new(data, *index)));
            }
        }
        fonts
    }

    fn look(&self) -> Vec<Found> {
        let mut files = Vec::new();
        self.folders.iter().for_each(|folder| collect(folder, DEPTH_MAX, &mut files));
        files.sort();
        let fonts = |file: &PathBuf| -> Vec<Found> {
            let all = read(file).into_iter().flat_map(Font::iter);
            let found = |font: Font| Found {
                file: file.clone(),
                index: font.index(),
                has: font.info().coverage.clone(),
            };
            all.map(found).collect()
        };
        files.iter().flat_map(fonts).collect()
    }
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if files.len() >= FILES_MAX {
            return;
        }
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        match ending.as_deref() {
            Some("ttf" | "otf" | "ttc" | "otc") => files.push(path),
            _ if depth > 0 && path.is_dir() => collect(&path, depth - 1, files),
            _ => {}
        }
    }
}

fn read(file: &Path) -> Option<Bytes> {
    let small = fs::metadata(file).is_ok_and(|about| about.is_file() && about.len() <= FILE_BYTES_MAX);
    if small { fs::read(file).ok().map(Bytes::new) } else { None }
}

/// The characters that would be printed as boxes.
pub(crate) fn missing_on(document: &PagedDocument) -> BTreeSet<char> {
    let mut missing = BTreeSet::new();
    document.pages().iter().for_each(|page| look_over(&page.frame, &mut missing));
    missing
}

fn look_over(frame: &Frame, missing: &mut BTreeSet<char>) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => look_over(&group.frame, missing),
            FrameItem::Text(text) => {
                let boxes = text.glyphs.iter().filter(|glyph| glyph.id == 0);
                missing.extend(boxes.filter_map(|glyph| text.text.get(glyph.range())).flat_map(str::chars));
            }
            FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
        }
    }
}

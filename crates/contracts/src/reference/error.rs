use core::fmt;

/// What an entry of the reference data is, as errors name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A service category.
    Category,
    /// A service item.
    Item,
    /// A qualification in the list at the top of the catalogue.
    Qualification,
    /// A question within a category.
    Question,
    /// A city.
    City,
    /// A district or county.
    District,
    /// A street or town.
    Area,
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Category => "category",
            Self::Item => "item",
            Self::Qualification => "qualification",
            Self::Question => "question",
            Self::City => "city",
            Self::District => "district",
            Self::Area => "area",
        })
    }
}

/// The reference data contradicts itself. Each text names the file, the entry and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    /// Not the JSON that the file should hold: the source has line and column.
    #[error("{file} has another form than the platform reads")]
    Malformed {
        /// The data file.
        file: &'static str,
        /// Where and what.
        #[source]
        source: serde_json::Error,
    },
    /// A code that must name one entry names two.
    #[error("{file}: {what} {code} stands twice: give each its own code")]
    Duplicate {
        /// The data file.
        file: &'static str,
        /// What the code names.
        what: Word,
        /// The code.
        code: String,
    },
    /// An entry without the entries that make it useful.
    #[error("{file}: {what} {code} has no {lacks}: add one or take it out")]
    Empty {
        /// The data file.
        file: &'static str,
        /// What the entry is.
        what: Word,
        /// Its code.
        code: String,
        /// What it has none of.
        lacks: Word,
    },
    /// A name or text that people would see as nothing.
    #[error("{file}: {what} {code} has a blank text: fill it in")]
    Blank {
        /// The data file.
        file: &'static str,
        /// What the entry is.
        what: Word,
        /// Its code.
        code: String,
    },
    /// A category demands a qualification that nothing describes.
    #[error("{file}: category {category} demands {qualification}: describe it in the list of qualifications")]
    UnknownQualification {
        /// The data file.
        file: &'static str,
        /// The category that demands it.
        category: String,
        /// The qualification that is missing.
        qualification: String,
    },
    /// A place whose code says that it lies elsewhere.
    #[error(
        "{file}: {what} {code} is listed in {parent}, but its code places it elsewhere: correct or move it"
    )]
    Misplaced {
        /// The data file.
        file: &'static str,
        /// What the place is.
        what: Word,
        /// Its code.
        code: u32,
        /// The code of the place that lists it.
        parent: u32,
    },
}

pub(super) fn duplicate(file: &'static str, what: Word, code: impl fmt::Display) -> ReferenceError {
    ReferenceError::Duplicate { file, what, code: code.to_string() }
}

pub(super) fn empty(file: &'static str, what: Word, code: impl fmt::Display, lacks: Word) -> ReferenceError {
    ReferenceError::Empty { file, what, code: code.to_string(), lacks }
}

/// Refuses a blank among the texts of one entry.
pub(super) fn require_texts(
    file: &'static str,
    what: Word,
    code: impl fmt::Display,
    texts: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<(), ReferenceError> {
    if texts.into_iter().any(|text| text.as_ref().trim().is_empty()) {
        return Err(ReferenceError::Blank { file, what, code: code.to_string() });
    }
    Ok(())
}

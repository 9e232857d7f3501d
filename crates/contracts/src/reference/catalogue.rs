use std::collections::{BTreeMap, BTreeSet};

use kernel::{CategoryCode, ItemCode, QualificationCode, QuestionCode, Risk, Urgency};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Source;
use super::error::{self, ReferenceError, Word};

/// A text in the two languages of the pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Chinese, shown first.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A proof that a merchant must hold, or its workers (资质).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Qualification {
    /// Its code.
    pub code: QualificationCode,
    /// What it is called.
    pub names: Bilingual,
}

/// What the citizen is asked, so that the merchant comes prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its code, unique within the category.
    pub code: QuestionCode,
    /// As it is asked.
    pub text: Bilingual,
}

/// What a citizen asks for (服务项目).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Item {
    /// Its code, unique in the whole catalogue.
    pub code: ItemCode,
    /// The category it belongs to.
    pub category: CategoryCode,
    /// What it is called.
    pub names: Bilingual,
    /// What else callers say for it (俗称), to be found by; may be empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// How soon it must be settled.
    pub urgency: Urgency,
    /// Whether it is done in the citizen's home, so that a worker with a green code is needed.
    pub enters_home: bool,
    /// That of its category: the unit in which newcomers are held back.
    pub risk: Risk,
}

/// A service category (服务大类): the unit of admission, commitment and ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Category {
    /// Its code.
    pub code: CategoryCode,
    /// What it is called.
    pub names: Bilingual,
    /// How soon most of its items must be settled; an item may differ.
    pub urgency: Urgency,
    /// Whether any of its items is done in the citizen's home: a merchant then needs a worker with a green
    /// code.
    pub enters_home: bool,
    /// How much can go wrong for a person.
    pub risk: Risk,
    /// What a merchant must prove before it serves the category; may be empty.
    pub qualifications: Vec<Qualification>,
    /// What the citizen is asked, in this order.
    pub questions: Vec<Question>,
    /// What belongs to it, never empty.
    pub items: Vec<Item>,
}

/// The catalogue as the file has it: qualifications described once, items that say only how they differ.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogueFile {
    qualifications: Vec<Qualification>,
    categories: Vec<CategoryEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryEntry {
    code: CategoryCode,
    names: Bilingual,
    urgency: Urgency,
    enters_home: bool,
    risk: Risk,
    qualifications: Vec<QualificationCode>,
    questions: Vec<Question>,
    items: Vec<ItemEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemEntry {
    code: ItemCode,
    names: Bilingual,
    #[serde(default)]
    aliases: Vec<String>,
    urgency: Option<Urgency>,
    enters_home: Option<bool>,
}

type CategoryIndex = BTreeMap<CategoryCode, usize>;
type ItemIndex = BTreeMap<ItemCode, (usize, usize)>;

/// Reads the catalogue and fills in what items leave to their category.
pub(super) fn parse((file, text): Source) -> Result<Vec<Category>, ReferenceError> {
    let read: CatalogueFile =
        serde_json::from_str(text).map_err(|source| ReferenceError::Malformed { file, source })?;
    let qualifications = described(file, read.qualifications)?;
    read.categories.into_iter().map(|entry| resolve(file, &qualifications, entry)).collect()
}

/// Where each code stands. That an index holds each code once is what makes the codes unique.
pub(super) fn index(
    file: &'static str,
    categories: &[Category],
) -> Result<(CategoryIndex, ItemIndex), ReferenceError> {
    let (mut category_at, mut item_at) = (CategoryIndex::new(), ItemIndex::new());
    for (at, category) in categories.iter().enumerate() {
        if category_at.insert(category.code.clone(), at).is_some() {
            return Err(error::duplicate(file, Word::Category, &category.code));
        }
        for (within, item) in category.items.iter().enumerate() {
            if item_at.insert(item.code.clone(), (at, within)).is_some() {
                return Err(error::duplicate(file, Word::Item, &item.code));
            }
        }
    }
    Ok((category_at, item_at))
}

fn described(
    file: &'static str,
    listed: Vec<Qualification>,
) -> Result<BTreeMap<QualificationCode, Qualification>, ReferenceError> {
    let mut by_code = BTreeMap::new();
    for qualification in listed {
        require_both(file, Word::Qualification, &qualification.code, &qualification.names)?;
        if let Some(earlier) = by_code.insert(qualification.code.clone(), qualification) {
            return Err(error::duplicate(file, Word::Qualification, earlier.code));
        }
    }
    Ok(by_code)
}

fn resolve(
    file: &'static str,
    described: &BTreeMap<QualificationCode, Qualification>,
    entry: CategoryEntry,
) -> Result<Category, ReferenceError> {
    check_entry(file, &entry)?;
    let CategoryEntry { code, names, urgency, enters_home, risk, qualifications, questions, items } = entry;
    let unknown = |qualification: &QualificationCode| ReferenceError::UnknownQualification {
        file,
        category: code.to_string(),
        qualification: qualification.to_string(),
    };
    let qualifications = qualifications
        .iter()
        .map(|demanded| described.get(demanded).cloned().ok_or_else(|| unknown(demanded)))
        .collect::<Result<_, _>>()?;
    let items: Vec<Item> = items
        .into_iter()
        .map(|item| Item {
            code: item.code,
            category: code.clone(),
            names: item.names,
            aliases: item.aliases,
            urgency: item.urgency.unwrap_or(urgency),
            enters_home: item.enters_home.unwrap_or(enters_home),
            risk,
        })
        .collect();
    let enters_home = items.iter().any(|item| item.enters_home);
    Ok(Category { code, names, urgency, enters_home, risk, qualifications, questions, items })
}

fn check_entry(file: &'static str, entry: &CategoryEntry) -> Result<(), ReferenceError> {
    require_both(file, Word::Category, &entry.code, &entry.names)?;
    if entry.items.is_empty() {
        return Err(error::empty(file, Word::Category, &entry.code, Word::Item));
    }
    for item in &entry.items {
        require_both(file, Word::Item, &item.code, &item.names)?;
        error::require_texts(file, Word::Item, &item.code, &item.aliases)?;
    }
    let mut asked = BTreeSet::new();
    for question in &entry.questions {
        let code = format!("{} of {}", question.code, entry.code);
        require_both(file, Word::Question, &code, &question.text)?;
        if !asked.insert(&question.code) {
            return Err(error::duplicate(file, Word::Question, code));
        }
    }
    Ok(())
}

fn require_both(
    file: &'static str,
    what: Word,
    code: impl core::fmt::Display,
    text: &Bilingual,
) -> Result<(), ReferenceError> {
    error::require_texts(file, what, code, [&text.zh, &text.en])
}

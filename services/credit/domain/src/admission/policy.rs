//! What admission demands, as data: rules with a version, and a row for each category.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{CategoryCode, ItemCode, QualificationCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::denied::{Denied, Faults};
use crate::rules::RuleProblem;
use crate::words::Words;

const DAYS_MAX: u16 = 3_650;

/// A clause of the commitment (承诺条款): what a breach of it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitmentClause {
    /// By which it is cited, such as `price-as-posted`.
    pub code: String,
    /// Whether it is one of the promises on the price board (三项承诺).
    #[serde(default)]
    pub promise: bool,
    /// What is promised, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// The standards it rests on, by number.
    #[serde(default)]
    pub cites: Vec<String>,
}

/// The integrated service commitment (集成服务承诺) as it is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitmentText {
    /// Counts the versions.
    pub version: u32,
    /// Its heading.
    pub title: String,
    /// Its clauses.
    pub clauses: Vec<CommitmentClause>,
}

/// The rules of admission (准入规则), a versioned document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdmissionRules {
    /// Counts the versions.
    pub version: u32,
    /// Where the numbers come from.
    pub source: String,
    /// How long an admission is made public before it is decided, in days.
    pub publicity_days: u16,
    /// How long a signed commitment is in force, in days.
    pub commitment_days: u16,
    /// How many days before an expiry the merchant is told, the earliest first.
    pub notice_days: Vec<u16>,
    /// Papers of the merchant that are demanded wherever homes are entered, beside the category's own.
    pub home_entry_papers: Vec<QualificationCode>,
    /// What is signed.
    pub commitment: CommitmentText,
}

impl AdmissionRules {
    /// Checks that the document can be put in force.
    ///
    /// # Errors
    /// All that is wrong with it, each pointing into the document.
    pub fn validate(&self) -> Result<(), Vec<RuleProblem>> {
        let mut found = Vec::new();
        let mut unless = |holds: bool, pointer: &str, zh: &str, en: &str| {
            if !holds {
                found.push(RuleProblem { pointer: pointer.to_owned(), problem: Words::new(zh, en) });
            }
        };
        unless(self.version >= 1, "/version", "版本号从 1 起", "versions count from 1");
        unless(
            (1..=DAYS_MAX).contains(&self.publicity_days),
            "/publicity_days",
            "应在 1 至 3650 之间",
            "must be 1 to 3650",
        );
        unless(
            (1..=DAYS_MAX).contains(&self.commitment_days),
            "/commitment_days",
            "应在 1 至 3650 之间",
            "must be 1 to 3650",
        );
        let falling = self.notice_days.is_sorted_by(|earlier, later| earlier > later);
        let positive = self.notice_days.iter().all(|days| (1..=DAYS_MAX).contains(days));
        unless(
            falling && positive,
            "/notice_days",
            "应是提前的天数，各在 1 至 3650 之间，由早到晚",
            "must be days before, each 1 to 3650, the earliest first",
        );
        let codes: BTreeSet<&str> =
            self.commitment.clauses.iter().map(|clause| clause.code.as_str()).collect();
        unless(
            !codes.is_empty() && codes.len() == self.commitment.clauses.len(),
            "/commitment/clauses",
            "每个条款一次，至少一条",
            "must name each clause once, and at least one",
        );
        unless(self.commitment.version >= 1, "/commitment/version", "版本号从 1 起", "versions count from 1");
        if found.is_empty() { Ok(()) } else { Err(found) }
    }
}

/// What is demanded for one category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryPolicy {
    /// What it is called, in Chinese.
    pub name: String,
    /// Whether homes are entered.
    pub enters_home: bool,
    /// The qualifications demanded.
    pub qualifications: Vec<QualificationCode>,
    /// The items of which a price list must speak.
    pub items: Vec<ItemCode>,
}

/// The policy (准入政策): the rules, and a row for each category that admits anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmissionPolicy {
    /// The rules.
    pub rules: AdmissionRules,
    /// By category.
    pub rows: BTreeMap<CategoryCode, CategoryPolicy>,
}

impl AdmissionPolicy {
    /// Whether the catalogue has the category.
    #[must_use]
    pub fn knows(&self, category: &CategoryCode) -> bool {
        self.rows.contains_key(category)
    }

    /// Goes on only if the catalogue has the category.
    ///
    /// # Errors
    /// [`Denied::Invalid`] that points at `#/category`.
    pub fn has(&self, category: &CategoryCode) -> Result<(), Denied> {
        let mut faults = Faults::default();
        faults.category(category, self, "#/category");
        faults.none()
    }

    /// The row of the category.
    ///
    /// # Errors
    /// [`Denied::NoPolicy`]: what is not ruled is not allowed.
    pub fn row(&self, category: &CategoryCode) -> Result<&CategoryPolicy, Denied> {
        self.rows.get(category).ok_or_else(|| Denied::NoPolicy(category.clone()))
    }

    /// The papers that the category demands: its qualifications, and the insurance where homes are entered.
    ///
    /// # Errors
    /// [`Denied::NoPolicy`].
    pub fn papers(&self, category: &CategoryCode) -> Result<Vec<QualificationCode>, Denied> {
        let row = self.row(category)?;
        let home: &[QualificationCode] = if row.enters_home { &self.rules.home_entry_papers } else { &[] };
        let mut papers = row.qualifications.clone();
        papers.extend(home.iter().filter(|paper| !row.qualifications.contains(paper)).cloned());
        Ok(papers)
    }

    /// The text that is signed for the category: the same words give the same bytes, for good.
    ///
    /// # Errors
    /// [`Denied::NoPolicy`].
    pub fn commitment_text(&self, category: &CategoryCode) -> Result<String, Denied> {
        let row = self.row(category)?;
        let CommitmentText { version, title, clauses } = &self.rules.commitment;
        let mut text = format!("{title}\n第{version}版\n服务类别：{}（{category}）\n", row.name);
        for (number, clause) in (1_u32..).zip(clauses) {
            text.push_str(&format!("{number}. {}", clause.zh));
            if !clause.cites.is_empty() {
                text.push_str(&format!("（{}）", clause.cites.join("，")));
            }
            text.push('\n');
        }
        Ok(text)
    }

    /// The SHA-256 of that text, as 64 hex digits.
    ///
    /// # Errors
    /// [`Denied::NoPolicy`].
    pub fn commitment_hash(&self, category: &CategoryCode) -> Result<String, Denied> {
        let digest = Sha256::digest(self.commitment_text(category)?.as_bytes());
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Every item of the catalogue.
    #[must_use]
    pub fn items(&self) -> BTreeSet<ItemCode> {
        self.rows.values().flat_map(|row| row.items.iter().cloned()).collect()
    }
}

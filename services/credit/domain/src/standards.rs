//! The standards library (标准库): what a commitment cites and a verified breach is a breach of. Numbers and
//! titles stand here, and the clauses that are cited; the texts themselves belong to their issuers.
//!
//! A standard is never deleted: one that was superseded or withdrawn stays, and so does each version of its
//! entry, so that a breach of last year can be read by the clause of last year.

use core::fmt;
use core::str::FromStr;

use kernel::{Actor, CategoryCode, City, Step, Timestamp, Version};
use serde::{Deserialize, Serialize};

use crate::admission::AdmissionPolicy;
use crate::denied::{Denied, Faults};

const NUMBER_CHARS_MAX: usize = 60;
const TITLE_CHARS_MAX: usize = 200;
const CLAUSE_CHARS_MAX: usize = 1_000;
const CLAUSES_MAX: usize = 200;
const CATEGORIES_MAX: usize = 100;

/// Whose standard it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StandardKind {
    /// Of the state (国家标准): GB and GB/T.
    National,
    /// Of an industry (行业标准).
    Industry,
    /// Of a province or city (地方标准): DB.
    Local,
    /// Of an association (团体标准): T.
    Group,
    /// Of one enterprise (企业标准): Q.
    Enterprise,
}

impl StandardKind {
    /// All five.
    pub const ALL: [Self; 5] = [Self::National, Self::Industry, Self::Local, Self::Group, Self::Enterprise];

    /// The one form in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::National => "national",
            Self::Industry => "industry",
            Self::Local => "local",
            Self::Group => "group",
            Self::Enterprise => "enterprise",
        }
    }
}

impl fmt::Display for StandardKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is no number of a standard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a standard's number: expected 3 to 60 characters such as DB33/T 2396-2021")]
pub struct StandardNumberError;

/// The number by which a standard is cited (标准编号), such as `DB33/T 2396-2021`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StandardNumber(String);

impl StandardNumber {
    /// Checks the form.
    ///
    /// # Errors
    /// [`StandardNumberError`] unless it has 3 to 60 characters of letters, digits, space and `/.-—`, with a
    /// digit among them.
    pub fn try_new(text: &str) -> Result<Self, StandardNumberError> {
        let text = text.trim();
        let fits = (3..=NUMBER_CHARS_MAX).contains(&text.chars().count())
            && text.bytes().any(|byte| byte.is_ascii_digit())
            && text.chars().all(|one| one.is_alphanumeric() || matches!(one, ' ' | '/' | '.' | '-' | '—'));
        if fits { Ok(Self(text.to_owned())) } else { Err(StandardNumberError) }
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as a part of an address: everything but letters and digits becomes one hyphen.
    #[must_use]
    pub fn slug(&self) -> String {
        let words = self.0.split(|one: char| !one.is_alphanumeric()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join("-")
    }
}

impl fmt::Display for StandardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for StandardNumber {
    type Err = StandardNumberError;

    fn from_str(text: &str) -> Result<Self, StandardNumberError> {
        Self::try_new(text)
    }
}

impl TryFrom<String> for StandardNumber {
    type Error = StandardNumberError;

    fn try_from(text: String) -> Result<Self, StandardNumberError> {
        Self::try_new(&text)
    }
}

impl From<StandardNumber> for String {
    fn from(number: StandardNumber) -> Self {
        number.0
    }
}

/// A clause that can be cited (条款).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its number within the standard, such as `5.2`.
    pub number: String,
    /// What it demands, in short.
    pub text: String,
}

/// What the library says about a standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandardDraft {
    /// Its number.
    pub number: StandardNumber,
    /// Whose it is.
    pub kind: StandardKind,
    /// Its title; none where only the number is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who issued it; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Since when it is in force; none where only the fact is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Timestamp>,
    /// The first moment at which it no longer is; none while no end is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// The categories it is about; all when empty.
    #[serde(default)]
    pub categories: Vec<CategoryCode>,
    /// The clauses that are cited.
    #[serde(default)]
    pub clauses: Vec<Clause>,
}

/// A standard in the library of a city (标准).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standard {
    /// The city whose library it is in.
    pub city: City,
    /// What is said about it.
    #[serde(flatten)]
    pub says: StandardDraft,
    /// The standard that it takes the place of.
    pub supersedes: Option<StandardNumber>,
    /// The standard that took its place.
    pub superseded_by: Option<StandardNumber>,
    /// Counts the changes of this entry.
    pub version: Version,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Who changed it.
    pub changed_by: Actor,
}

/// A standard that took the place of another: both entries, to be kept together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Superseded {
    /// The old one, which stays.
    pub old: Standard,
    /// The new one.
    pub new: Standard,
}

impl Standard {
    /// Takes a standard into the library. The same entry once more changes nothing.
    ///
    /// # Errors
    /// [`Denied`] when it does not fit, or another entry has its number.
    pub fn publish(
        city: City,
        says: StandardDraft,
        known: Option<&Self>,
        policy: &AdmissionPolicy,
        by: Actor,
        now: Timestamp,
    ) -> Result<Step<Self>, Denied> {
        check(&says, policy)?;
        match known {
            Some(known) if known.says == says => Ok(Step::AlreadyDone(known.clone())),
            Some(_) => Err(Denied::Exists("a standard of this number")),
            None => Ok(Step::Done(Self {
                city,
                says,
                supersedes: None,
                superseded_by: None,
                version: Version(1),
                changed_at: now,
                changed_by: by,
            })),
        }
    }

    /// Says something else about it: a clause more, an end of validity. The number stays.
    ///
    /// # Errors
    /// [`Denied`] when it does not fit, or the standard was superseded.
    pub fn amend(
        &self,
        says: StandardDraft,
        policy: &AdmissionPolicy,
        by: Actor,
        now: Timestamp,
    ) -> Result<Step<Self>, Denied> {
        check(&says, policy)?;
        if says == self.says {
            return Ok(Step::AlreadyDone(self.clone()));
        }
        let mut faults = Faults::default();
        faults.unless(
            says.number == self.says.number,
            "#/number",
            "标准编号不得更改",
            "the number of a standard stays",
        );
        faults.none()?;
        self.not_superseded()?;
        let changed =
            Self { says, version: self.version.next(), changed_at: now, changed_by: by, ..self.clone() };
        Ok(Step::Done(changed))
    }

    /// Puts another in its place: this one stays in the library, and is in force until the new one is. Where the new one
    /// does not say since when, that is now: what was done before falls under this one.
    ///
    /// # Errors
    /// [`Denied`] when the new one does not fit or is there already, or this one was superseded by another.
    pub fn supersede(
        &self,
        mut says: StandardDraft,
        known: Option<&Self>,
        policy: &AdmissionPolicy,
        by: Actor,
        now: Timestamp,
    ) -> Result<Step<Superseded>, Denied> {
        if let Some(known) = known
            && self.superseded_by.as_ref() == Some(&says.number)
        {
            says.valid_from = says.valid_from.or(known.says.valid_from);
            if known.says == says {
                return Ok(Step::AlreadyDone(Superseded { old: self.clone(), new: known.clone() }));
            }
        }
        self.not_superseded()?;
        let from = *says.valid_from.get_or_insert(now);
        let mut faults = Faults::default();
        faults.unless(
            says.number != self.says.number,
            "#/number",
            "标准不能代替自身",
            "a standard does not supersede itself",
        );
        faults.none()?;
        let published = match Self::publish(self.city, says, known, policy, by, now)? {
            Step::Done(published) => published,
            Step::AlreadyDone(_) => return Err(Denied::Exists("a standard of this number")),
        };
        let new = Self { supersedes: Some(self.says.number.clone()), ..published };
        let mut old = self.clone();
        old.superseded_by = Some(new.says.number.clone());
        old.says.valid_until = Some(old.says.valid_until.map_or(from, |until| until.min(from)));
        old.version = old.version.next();
        (old.changed_at, old.changed_by) = (now, by);
        Ok(Step::Done(Superseded { old, new }))
    }

    /// Whether it is in force at this moment.
    #[must_use]
    pub fn in_force(&self, now: Timestamp) -> bool {
        self.says.valid_from.is_none_or(|from| from <= now)
            && self.says.valid_until.is_none_or(|until| now < until)
    }

    /// Whether work of this category falls under it.
    #[must_use]
    pub fn concerns(&self, category: &CategoryCode) -> bool {
        self.says.categories.is_empty() || self.says.categories.contains(category)
    }

    fn not_superseded(&self) -> Result<(), Denied> {
        match self.superseded_by {
            Some(_) => Err(Denied::State { what: "the standard", state: "superseded" }),
            None => Ok(()),
        }
    }
}

fn check(says: &StandardDraft, policy: &AdmissionPolicy) -> Result<(), Denied> {
    let mut faults = Faults::default();
    if let Some(title) = &says.title {
        faults.text(title, TITLE_CHARS_MAX, "#/title");
    }
    if let Some(issuer) = &says.issuer {
        faults.text(issuer, TITLE_CHARS_MAX, "#/issuer");
    }
    if let (Some(from), Some(until)) = (says.valid_from, says.valid_until) {
        faults.unless(from < until, "#/valid_until", "须晚于实施日期", "must be after valid_from");
    }
    faults.unless(
        says.categories.len() <= CATEGORIES_MAX,
        "#/categories",
        "服务类别最多 100 个",
        "at most 100 categories",
    );
    for (place, category) in says.categories.iter().take(CATEGORIES_MAX).enumerate() {
        faults.category(category, policy, format!("#/categories/{place}"));
    }
    faults.unless(says.clauses.len() <= CLAUSES_MAX, "#/clauses", "条款最多 200 条", "at most 200 clauses");
    for (place, clause) in says.clauses.iter().take(CLAUSES_MAX).enumerate() {
        faults.text(&clause.number, NUMBER_CHARS_MAX, format!("#/clauses/{place}/number"));
        faults.text(&clause.text, CLAUSE_CHARS_MAX, format!("#/clauses/{place}/text"));
        let first = says.clauses.iter().position(|other| other.number == clause.number) == Some(place);
        faults.unless(
            first,
            format!("#/clauses/{place}/number"),
            "每个条款只能出现一次",
            "each clause stands once",
        );
    }
    faults.none()
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;
    use crate::admission::CategoryPolicy;

    const NOW: Timestamp = Timestamp::from_micros(1_795_420_800_000_000);

    fn policy() -> AdmissionPolicy {
        let rules = serde_json::from_str(include_str!("../../data/admission.v1.json")).unwrap();
        let row = CategoryPolicy {
            name: "保洁服务".to_owned(),
            enters_home: true,
            qualifications: Vec::new(),
            items: Vec::new(),
        };
        AdmissionPolicy { rules, rows: [(CategoryCode::try_new("cleaning").unwrap(), row)].into() }
    }

    fn draft(number: &str) -> StandardDraft {
        StandardDraft {
            number: number.parse().unwrap(),
            kind: StandardKind::Local,
            title: Some("家政服务".to_owned()),
            issuer: None,
            valid_from: None,
            valid_until: None,
            categories: Vec::new(),
            clauses: vec![Clause { number: "5.2".to_owned(), text: "明码标价".to_owned() }],
        }
    }

    fn published(number: &str) -> Standard {
        let city = City::try_new(330_200).unwrap();
        Standard::publish(city, draft(number), None, &policy(), Actor::Platform, NOW).unwrap().done().unwrap()
    }

    #[test]
    fn a_number_is_part_of_an_address_as_its_words() {
        let number: StandardNumber = "DB33/T 2396-2021".parse().unwrap();
        assert_eq!(number.slug(), "DB33-T-2396-2021");
        for unfit in ["", "GB", "no digits", "<b>1</b>"] {
            assert!(unfit.parse::<StandardNumber>().is_err(), "{unfit}");
        }
    }

    #[test]
    fn a_superseded_standard_stays_and_ends_where_the_new_one_begins() {
        let old = published("DB3302/T 1-2020");
        let begins = NOW.after(Duration::from_secs(3_600));
        let says = StandardDraft { valid_from: Some(begins), ..draft("DB3302/T 1-2026") };
        let both =
            old.supersede(says.clone(), None, &policy(), Actor::Platform, NOW).unwrap().done().unwrap();
        assert_eq!(
            (both.old.says.valid_until, both.new.supersedes.clone()),
            (Some(begins), Some(old.says.number.clone()))
        );
        for (moment, in_force) in [(NOW, (true, false)), (begins, (false, true))] {
            assert_eq!((both.old.in_force(moment), both.new.in_force(moment)), in_force);
        }
        let again = both.old.supersede(says, Some(&both.new), &policy(), Actor::Platform, NOW).unwrap();
        assert!(again.is_already_done());
        let undated = || StandardDraft { valid_from: None, ..draft("DB3302/T 1-2026") };
        let at_once =
            old.supersede(undated(), None, &policy(), Actor::Platform, begins).unwrap().done().unwrap();
        for (moment, in_force) in [(NOW, (true, false)), (begins, (false, true))] {
            assert_eq!((at_once.old.in_force(moment), at_once.new.in_force(moment)), in_force);
        }
        let later = begins.after(Duration::from_secs(1));
        let again = at_once.old.supersede(undated(), Some(&at_once.new), &policy(), Actor::Platform, later);
        assert!(again.unwrap().is_already_done());
        let third = both.old.supersede(draft("DB3302/T 1-2027"), None, &policy(), Actor::Platform, NOW);
        assert_eq!(third, Err(Denied::State { what: "the standard", state: "superseded" }));
    }

    #[test]
    fn the_same_entry_twice_is_one_and_another_of_the_same_number_is_refused() {
        let known = published("DB3302/T 1-2020");
        let publish =
            |says| Standard::publish(known.city, says, Some(&known), &policy(), Actor::Platform, NOW);
        assert!(publish(draft("DB3302/T 1-2020")).unwrap().is_already_done());
        let other = StandardDraft { title: None, ..draft("DB3302/T 1-2020") };
        assert_eq!(publish(other), Err(Denied::Exists("a standard of this number")));
    }

    #[test]
    fn a_category_that_the_catalogue_does_not_have_is_pointed_at_whoever_says_it_and_when() {
        let codes = ["cleaning", "gossip"].map(|code| CategoryCode::try_new(code).unwrap());
        let about = |number: &str, codes: &[CategoryCode]| StandardDraft {
            categories: codes.to_vec(),
            ..draft(number)
        };
        let known = published("DB3302/T 1-2020");
        let (same, other) = (about("DB3302/T 1-2020", &codes), about("DB3302/T 1-2026", &codes));
        let refused = [
            Standard::publish(known.city, other.clone(), None, &policy(), Actor::Platform, NOW).map(drop),
            known.amend(same, &policy(), Actor::Platform, NOW).map(drop),
            known.supersede(other, None, &policy(), Actor::Platform, NOW).map(drop),
        ];
        for refused in refused {
            let Err(Denied::Invalid(unfit)) = refused else { panic!("{refused:?}") };
            let pointers: Vec<_> = unfit.iter().map(|one| one.pointer.as_str()).collect();
            assert_eq!(pointers, ["#/categories/1"]);
        }
        let fits = about("DB3302/T 1-2026", &codes[..1]);
        assert!(Standard::publish(known.city, fits, None, &policy(), Actor::Platform, NOW).is_ok());
    }

    #[test]
    fn what_does_not_fit_is_pointed_at() {
        let clause = Clause { number: "5.2".to_owned(), text: String::new() };
        let says = StandardDraft { clauses: vec![clause.clone(), clause], ..draft("DB3302/T 1-2020") };
        let Err(Denied::Invalid(problems)) =
            published("DB3302/T 1-2020").amend(says, &policy(), Actor::Platform, NOW)
        else {
            panic!("it was taken");
        };
        let pointers: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(pointers, ["#/clauses/0/text", "#/clauses/1/text", "#/clauses/1/number"]);
    }
}

//! Why something around admission - standards, prices, papers, applications - is not carried out.

use kernel::{CategoryCode, Timestamp};

use crate::admission::{AdmissionPolicy, Check};

/// Something that does not fit (不符之处), in the words of both languages: whoever finds it gives both.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {en}")]
pub struct Unfit {
    /// JSON pointer to its place.
    pub pointer: String,
    /// What would be right, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

/// Why a command is not carried out. Each has its own type of problem for clients.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// What was sent does not fit; all that is wrong, each with its place.
    #[error("what was sent does not fit: {}", told(.0))]
    Invalid(Vec<Unfit>),
    /// There is one already, and it is another.
    #[error("there is {0} already")]
    Exists(&'static str),
    /// It is over: nothing can be done with it any more.
    #[error("{what} is {state}: this cannot be done with it")]
    State {
        /// What.
        what: &'static str,
        /// As it is.
        state: &'static str,
    },
    /// The policy has no row for the category: without one nobody is let in.
    #[error("the admission policy has no row for category {0}")]
    NoPolicy(CategoryCode),
    /// Blocking checks that are not passed.
    #[error("{} of the blocking checks are not passed", .0.len())]
    ChecksOpen(Vec<Check>),
    /// The publicity period is not over.
    #[error("the publicity period runs until {0}")]
    PublicityRuns(Timestamp),
    /// The city takes nobody over, or not any more.
    #[error(
        "no merchant is taken over{}: let it apply, or set admission.take_over_until",
        .0.map(|until| format!(" since {until}")).unwrap_or_default()
    )]
    TakeOverClosed(Option<Timestamp>),
    /// The public said something that nobody has answered.
    #[error("{0} statements of the public are not answered")]
    RemarksOpen(usize),
    /// The public says so much that nobody could answer it.
    #[error("no more than {0} statements about an application are taken within an hour")]
    RemarksBusy(usize),
    /// Whoever investigated does not decide.
    #[error("whoever investigated does not decide: another person must")]
    SamePerson,
    /// Nobody is honoured beside an open finding or a running measure.
    #[error("a merchant with an open finding or a running measure is not honoured")]
    OpenFinding,
    /// Another text or another version than the one in force was signed.
    #[error("the commitment in force has another version or another text")]
    OtherText,
    /// As many as are kept.
    #[error("at most {max} {what} are kept")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        max: usize,
    },
}

fn told(problems: &[Unfit]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Collects what is wrong with something that was sent.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Unfit>);

impl Faults {
    /// Notes what would be right, in Chinese and in English, unless it holds.
    pub(crate) fn unless(&mut self, holds: bool, pointer: impl Into<String>, zh: &str, en: &str) {
        if !holds {
            self.0.push(Unfit { pointer: pointer.into(), zh: zh.to_owned(), en: en.to_owned() });
        }
    }

    /// Notes the problem unless the text has 1 to `max` characters, none of them for control.
    pub(crate) fn text(&mut self, text: &str, max: usize, pointer: impl Into<String>) {
        let fits = !text.trim().is_empty()
            && text.chars().count() <= max
            && !text.chars().any(|character| character.is_control() && character != '\n');
        let zh = format!("须为 1 至 {max} 个字，不含控制字符");
        let en = format!("must have 1 to {max} characters, none of them for control");
        self.unless(fits, pointer, &zh, &en);
    }

    /// Notes the problem unless the catalogue has the category.
    pub(crate) fn category(
        &mut self,
        category: &CategoryCode,
        policy: &AdmissionPolicy,
        pointer: impl Into<String>,
    ) {
        let known = policy.knows(category);
        self.unless(known, pointer, "服务目录中没有此类别", "the catalogue has no such category");
    }

    /// Goes on only if nothing is wrong.
    pub(crate) fn none(self) -> Result<(), Denied> {
        if self.0.is_empty() { Ok(()) } else { Err(Denied::Invalid(self.0)) }
    }
}

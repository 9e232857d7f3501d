//! The ladder of platform measures (平台措施), and how each one holds a merchant back while it is in force.
//!
//! These are measures of this platform among its own merchants. They are never the state's list of the seriously
//! dishonest (严重失信主体名单), which needs a legal basis.

use kernel::{Grade, ProceedingId, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::merchant::Status;
use crate::rules::Rules;

/// The text is none of the words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not one of {0}")]
pub struct WordError(pub &'static str);

macro_rules! words {
    ($name:ident, $all:literal, [$($variant:ident = $word:literal),* $(,)?]) => {
        impl $name {
            /// All of them, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The one form in storage and on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::process::WordError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().copied().find(|word| word.as_str() == text);
                found.ok_or($crate::process::WordError($all))
            }
        }
    };
}
pub(crate) use words;

/// A step of the ladder, lightest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Told what to mind (提醒).
    Remind,
    /// Warned (警告).
    Warning,
    /// Ordered to put it right by a date, with proof (责令整改).
    Rectification,
    /// No preferred dispatch (暂停优先派单): the grade in force is capped.
    PreferenceSuspension,
    /// No work at all for a time (暂停派单).
    Suspension,
    /// Affiliation ends, with a ban (终止加盟).
    Removal,
}

words!(
    Measure,
    "remind, warning, rectification, preference_suspension, suspension, removal",
    [
        Remind = "remind",
        Warning = "warning",
        Rectification = "rectification",
        PreferenceSuspension = "preference_suspension",
        Suspension = "suspension",
        Removal = "removal",
    ]
);

/// What no merchant may ever do (红线): whoever crosses it is graded D and no longer affiliated, at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RedLine {
    /// 行贿.
    Bribery,
    /// 隐瞒.
    Concealment,
    /// 弄虚作假.
    Fraud,
}

words!(
    RedLine,
    "bribery, concealment, fraud",
    [Bribery = "bribery", Concealment = "concealment", Fraud = "fraud",]
);

/// What a proceeding holds against a merchant now. It stands in the merchant's row, so that every command which
/// computes a grade sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Restraint {
    /// The proceeding that it came from; ends with it.
    pub proceeding: ProceedingId,
    /// What it does.
    pub hold: Hold,
}

/// How a restraint holds back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "hold", content = "class", rename_all = "snake_case")]
pub enum Hold {
    /// A finding that is no breach case of feedback's: caps the grade as a breach of this class does.
    Finding(Severity),
    /// No preferred dispatch.
    Preference,
    /// No work.
    Suspended,
    /// No longer a member.
    Removed,
}

impl Hold {
    /// The best grade that it leaves.
    #[must_use]
    pub fn cap(self, rules: &Rules) -> Grade {
        match self {
            Self::Finding(class) => rules.finding_cap(class),
            Self::Preference => rules.process.preference_cap,
            Self::Suspended => Grade::AAA,
            Self::Removed => Grade::D,
        }
    }

    /// The best status that it leaves.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::Finding(_) | Self::Preference => Status::Affiliated,
            Self::Suspended => Status::Suspended,
            Self::Removed => Status::Removed,
        }
    }
}

//! The ledger (信用台账): one hash-chained list of entries per merchant. Entries are appended, never edited;
//! a correction is a compensating entry, and so is the end of an entry whose time is over: the merchant's tally
//! is the plain sum of all entries, with no clock in it. What counted at another moment: [`crate::past`].
//!
//! Chain: the hash of entry *n* is SHA-256 over the hash of entry *n - 1* and the canonical bytes of entry
//! *n* (all its fields, integers big-endian, texts with their length in front). The first entry follows
//! 32 zero bytes. The merchant's own row keeps the [`Tip`], so that a cut-off tail shows as well.

use core::fmt;
use core::str::FromStr;

use kernel::{
    ActivityId, ApplicationId, CallbackId, CaseId, CategoryCode, EntryId, HonourId, MerchantId, ObjectionId,
    ProceedingId, Timestamp, VolunteerReportId,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::tally::Tally;

/// What made an entry, or a new version of a merchant's standing. Each cause has one effect per merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Cause {
    /// The merchant's ledger was opened.
    Opening,
    /// A call-back was finished (回访).
    Followup(CallbackId),
    /// A breach was verified (失信核实).
    Breach(CaseId),
    /// An entry was reversed by a compensating one (冲正).
    Reversal(EntryId),
    /// The yearly evaluation (年度评价) of this year, made in the February after it: social evaluation is set
    /// to the measured service quality.
    Evaluation(u16),
    /// The measured quality was put right, because this entry behind it was reversed.
    Quality(EntryId),
    /// An entry's time was over (到期): it is taken back, and stops counting.
    Expiry(EntryId),
    /// The papers of its workers changed; makes no ledger entry.
    Workers,
    /// Its own papers or commitments changed or ended; makes no ledger entry.
    Papers,
    /// It was admitted again, an entry without points; or to more categories, which makes none.
    Admission(ApplicationId),
    /// It ended its affiliation itself; makes no ledger entry.
    Leaving,
    /// A measure of a proceeding came in force or ended (平台措施).
    Sanction(ProceedingId),
    /// The fact behind this entry was repaired (信用修复): its points are given back.
    Repair(EntryId),
    /// The merchant objects, or its objection was decided (异议); makes no ledger entry.
    Objection(ObjectionId),
    /// It took part in a credit-building activity (信用建设活动).
    Activity(ActivityId),
    /// It was honoured (示范引领).
    Honour(HonourId),
    /// The volunteer centre reported what it did (志愿服务).
    Volunteering(VolunteerReportId),
    /// The volunteering of a year was counted anew, because this report was withdrawn.
    Recount(VolunteerReportId),
    /// This entry should have given other points: the difference (更正).
    Correction(EntryId),
    /// The last yearly evaluation was computed anew, because this objection was upheld (重新评定).
    Reassessment(ObjectionId),
}

impl Cause {
    /// The kinds that make entries of a ledger, each by its [`word`](Self::word).
    pub const OF_ENTRIES: [&'static str; 16] = [
        "opening",
        "followup",
        "breach_verified",
        "reversal",
        "evaluation",
        "quality",
        "expiry",
        "admission",
        "sanction",
        "repair",
        "activity",
        "honour",
        "volunteering",
        "recount",
        "correction",
        "reassessment",
    ];

    /// The kind in one word, for people and for the bus.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Followup(_) => "followup",
            Self::Breach(_) => "breach_verified",
            Self::Reversal(_) => "reversal",
            Self::Evaluation(_) => "evaluation",
            Self::Quality(_) => "quality",
            Self::Expiry(_) => "expiry",
            Self::Workers => "workers",
            Self::Papers => "papers",
            Self::Admission(_) => "admission",
            Self::Leaving => "leaving",
            Self::Sanction(_) => "sanction",
            Self::Repair(_) => "repair",
            Self::Objection(_) => "objection",
            Self::Activity(_) => "activity",
            Self::Honour(_) => "honour",
            Self::Volunteering(_) => "volunteering",
            Self::Recount(_) => "recount",
            Self::Correction(_) => "correction",
            Self::Reassessment(_) => "reassessment",
        }
    }
}

/// The kind, and after a colon the id: as stored, and as hashed.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.word();
        match self {
            Self::Opening | Self::Workers | Self::Papers | Self::Leaving => f.write_str(word),
            Self::Admission(id) => write!(f, "{word}:{id}"),
            Self::Followup(id) => write!(f, "{word}:{id}"),
            Self::Breach(id) => write!(f, "{word}:{id}"),
            Self::Reversal(id)
            | Self::Quality(id)
            | Self::Expiry(id)
            | Self::Repair(id)
            | Self::Correction(id) => write!(f, "{word}:{id}"),
            Self::Evaluation(year) => write!(f, "{word}:{year}"),
            Self::Sanction(id) => write!(f, "{word}:{id}"),
            Self::Objection(id) | Self::Reassessment(id) => write!(f, "{word}:{id}"),
            Self::Activity(id) => write!(f, "{word}:{id}"),
            Self::Honour(id) => write!(f, "{word}:{id}"),
            Self::Volunteering(id) | Self::Recount(id) => write!(f, "{word}:{id}"),
        }
    }
}

/// The text names no cause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a cause: expected a kind and its id such as breach_verified:0198c5c0-0000-7000-8000-000000000001"
)]
pub struct CauseError;

impl FromStr for Cause {
    type Err = CauseError;

    fn from_str(text: &str) -> Result<Self, CauseError> {
        match text.split_once(':') {
            None if text == "opening" => Ok(Self::Opening),
            None if text == "workers" => Ok(Self::Workers),
            None if text == "papers" => Ok(Self::Papers),
            None if text == "leaving" => Ok(Self::Leaving),
            Some(("admission", id)) => id.parse().map(Self::Admission).map_err(|_| CauseError),
            Some(("followup", id)) => id.parse().map(Self::Followup).map_err(|_| CauseError),
            Some(("breach_verified", id)) => id.parse().map(Self::Breach).map_err(|_| CauseError),
            Some(("reversal", id)) => id.parse().map(Self::Reversal).map_err(|_| CauseError),
            Some(("quality", id)) => id.parse().map(Self::Quality).map_err(|_| CauseError),
            Some(("expiry", id)) => id.parse().map(Self::Expiry).map_err(|_| CauseError),
            Some(("evaluation", year)) => year.parse().map(Self::Evaluation).map_err(|_| CauseError),
            Some(("sanction", id)) => id.parse().map(Self::Sanction).map_err(|_| CauseError),
            Some(("repair", id)) => id.parse().map(Self::Repair).map_err(|_| CauseError),
            Some(("objection", id)) => id.parse().map(Self::Objection).map_err(|_| CauseError),
            Some(("activity", id)) => id.parse().map(Self::Activity).map_err(|_| CauseError),
            Some(("honour", id)) => id.parse().map(Self::Honour).map_err(|_| CauseError),
            Some(("volunteering", id)) => id.parse().map(Self::Volunteering).map_err(|_| CauseError),
            Some(("correction", id)) => id.parse().map(Self::Correction).map_err(|_| CauseError),
            Some(("reassessment", id)) => id.parse().map(Self::Reassessment).map_err(|_| CauseError),
            Some(("recount", id)) => id.parse().map(Self::Recount).map_err(|_| CauseError),
            _ => Err(CauseError),
        }
    }
}

impl TryFrom<String> for Cause {
    type Error = CauseError;

    fn try_from(text: String) -> Result<Self, CauseError> {
        text.parse()
    }
}

impl From<Cause> for String {
    fn from(cause: Cause) -> Self {
        cause.to_string()
    }
}

/// A SHA-256 hash of the chain; 64 hex digits as text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EntryHash([u8; 32]);

impl EntryHash {
    /// What the first entry follows.
    pub const START: Self = Self([0; 32]);

    /// From the 32 bytes, as stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn bytes(self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Display for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is no hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an entry hash: expected 64 hex digits")]
pub struct HashError;

impl FromStr for EntryHash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(HashError);
        }
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digits = core::str::from_utf8(digits).map_err(|_| HashError)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| HashError)?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for EntryHash {
    type Error = HashError;

    fn try_from(text: String) -> Result<Self, HashError> {
        text.parse()
    }
}

impl From<EntryHash> for String {
    fn from(hash: EntryHash) -> Self {
        hash.to_string()
    }
}

/// What an entry says, before it takes its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The entry's id.
    pub id: EntryId,
    /// Points and evidence added; negative where they are taken.
    pub tally: Tally,
    /// The category it concerns; none when it concerns the merchant as a whole.
    pub category: Option<CategoryCode>,
    /// What made it.
    pub cause: Cause,
    /// The rule that set the points: a JSON pointer into the rules of `rules_version`.
    pub rule: String,
    /// The version of the rules.
    pub rules_version: u32,
    /// The clause of the commitment that was broken, where one was.
    pub clause: Option<String>,
    /// Since when it counts: when the fact happened.
    pub valid_from: Timestamp,
    /// The first moment at which it no longer counts, where its rule says so. What takes it back then is an
    /// entry of its own ([`Cause::Expiry`]).
    pub valid_until: Option<Timestamp>,
    /// When the ledger learned of it.
    pub recorded_at: Timestamp,
}

impl Posting {
    /// Whether its time is over at this moment.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.valid_until.is_some_and(|until| until <= now)
    }
}

/// A posting in its place. Never edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Whose.
    pub merchant: MerchantId,
    /// Its place: 1 for the first, without gaps.
    pub seq: u64,
    /// What it says.
    #[serde(flatten)]
    pub posting: Posting,
    /// The hash of the entry before it.
    pub prev: EntryHash,
    /// Its own.
    pub hash: EntryHash,
}

impl Entry {
    /// The hash that this entry must carry: over its predecessor's and all its own fields.
    #[must_use]
    pub fn computed_hash(&self) -> EntryHash {
        let mut hasher = Sha256::new();
        hasher.update(self.prev.0);
        hasher.update(self.canonical_bytes());
        EntryHash(hasher.finalize().into())
    }

    /// All fields but the hashes in one fixed form; the form's name in front, so that a later form cannot be
    /// taken for this one.
    #[must_use]
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let Posting {
            id,
            tally,
            category,
            cause,
            rule,
            rules_version,
            clause,
            valid_from,
            valid_until,
            recorded_at,
        } = &self.posting;
        let Tally { points, evidence } = tally;
        let mut bytes = Vec::with_capacity(320);
        text(&mut bytes, "81890.credit.entry.1");
        bytes.extend(self.merchant.uuid().as_bytes());
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(id.uuid().as_bytes());
        for number in [
            points.social_evaluation,
            points.credit_activities,
            points.credit_record,
            points.demonstration,
            evidence.satisfied,
            evidence.unsatisfied,
            evidence.verified_orders,
            valid_from.as_micros(),
            recorded_at.as_micros(),
        ] {
            bytes.extend(number.to_be_bytes());
        }
        bytes.extend(rules_version.to_be_bytes());
        text(&mut bytes, category.as_ref().map_or("", CategoryCode::as_str));
        text(&mut bytes, &cause.to_string());
        text(&mut bytes, rule);
        bytes.push(u8::from(clause.is_some()));
        text(&mut bytes, clause.as_deref().unwrap_or_default());
        bytes.push(u8::from(valid_until.is_some()));
        bytes.extend(valid_until.unwrap_or_default().as_micros().to_be_bytes());
        bytes
    }
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_be_bytes());
    bytes.extend(text.as_bytes());
}

/// The end of a merchant's chain: what the next entry follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Tip {
    /// The place of the last entry; 0 when there is none.
    pub seq: u64,
    /// Its hash.
    pub hash: EntryHash,
}

impl Tip {
    /// Of a ledger without entries.
    pub const START: Self = Self { seq: 0, hash: EntryHash::START };

    /// Puts a posting in its place behind this tip.
    #[must_use]
    pub fn append(self, merchant: MerchantId, posting: Posting) -> Entry {
        let seq = self.seq.saturating_add(1);
        let mut entry = Entry { merchant, seq, posting, prev: self.hash, hash: EntryHash::START };
        entry.hash = entry.computed_hash();
        entry
    }

    /// The tip after this entry, if it is the one that follows. For ledgers too long to hold at once.
    ///
    /// # Errors
    /// [`Broken`] when the entry is another merchant's, in the wrong place, or was edited.
    pub fn follow(self, merchant: MerchantId, entry: &Entry) -> Result<Self, Broken> {
        let expected = self.seq.saturating_add(1);
        let fault = if entry.merchant != merchant {
            Some(Fault::OtherMerchant)
        } else if entry.seq != expected {
            Some(Fault::Place { found: entry.seq })
        } else if entry.prev != self.hash {
            Some(Fault::Link)
        } else if entry.hash != entry.computed_hash() {
            Some(Fault::Content)
        } else {
            None
        };
        match fault {
            Some(fault) => Err(Broken { seq: expected, fault }),
            None => Ok(Self { seq: entry.seq, hash: entry.hash }),
        }
    }
}

/// The chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the ledger is broken at entry {seq}")]
pub struct Broken {
    /// The place of the first entry that does not hold.
    pub seq: u64,
    /// What is wrong with it.
    #[source]
    pub fault: Fault,
}

/// What is wrong with the first entry that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It belongs to another merchant.
    #[error("it belongs to another merchant")]
    OtherMerchant,
    /// An entry is missing, doubled or moved.
    #[error("entry {found} stands in its place")]
    Place {
        /// The place that the entry found there claims.
        found: u64,
    },
    /// It follows another entry than the one before it.
    #[error("it does not follow the entry before it")]
    Link,
    /// It was edited after it was written.
    #[error("its content is not what was hashed")]
    Content,
}

/// Checks a merchant's whole chain, first entry first, and gives its tip: compare it with the one kept in the
/// merchant's row, which shows a tail that was cut off.
///
/// # Errors
/// [`Broken`] with the first entry that does not hold.
pub fn verify_chain(merchant: MerchantId, entries: &[Entry]) -> Result<Tip, Broken> {
    entries.iter().try_fold(Tip::START, |tip, entry| tip.follow(merchant, entry))
}

/// What the entries add up to (I3).
pub fn fold<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Tally {
    entries.into_iter().map(|entry| entry.posting.tally).sum()
}

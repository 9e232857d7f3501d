//! The publicity board (公示栏): grades, rewards, sanctions, removals and standards, each between its dates.
//! Public, and so nothing personal: a company's name, what was decided and why.

use core::ops::Range;
use core::time::Duration;

use kernel::{CaseId, CategoryCode, City, District, Grade, MerchantId, NoticeId, Severity, Step, Timestamp};

use crate::admission::CommitmentClause;
use crate::commands::VerifiedBreach;
use crate::merchant::{Merchant, Status};
use crate::process::{Measure, Moment, ProcessRefusal, words};
use crate::standards::{Clause, StandardNumber};

/// Characters of a title, at most.
const TITLE_CHARS_MAX: usize = 120;
/// Characters of a text, at most.
const TEXT_CHARS_MAX: usize = 2_000;
/// The longest that a notice stands.
const STANDS_MAX: Duration = Duration::from_secs(3 * 366 * 86_400);

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// Grades (等级公示).
    Grade,
    /// A reward or an honour (表彰奖励).
    Reward,
    /// A verified breach of a class that is published (失信公示).
    Finding,
    /// A platform measure (平台措施).
    Sanction,
    /// A removal with its ban (终止加盟).
    Removal,
    /// A standard (服务标准).
    Standard,
    /// An admission that is open to objections (准入公示).
    Admission,
    /// Anything else (公告).
    Announcement,
}

words!(
    NoticeKind,
    "grade, reward, finding, sanction, removal, standard, admission, announcement",
    [
        Grade = "grade",
        Reward = "reward",
        Finding = "finding",
        Sanction = "sanction",
        Removal = "removal",
        Standard = "standard",
        Admission = "admission",
        Announcement = "announcement",
    ]
);

impl NoticeKind {
    /// Whether a person puts it up alone; in the others more than one person had a part, and they follow from that only.
    #[must_use]
    pub const fn is_written(self) -> bool {
        match self {
            Self::Standard | Self::Announcement => true,
            Self::Grade | Self::Reward | Self::Finding | Self::Sanction | Self::Removal | Self::Admission => {
                false
            }
        }
    }
}

impl NoticeKind {
    /// Whether it speaks for a merchant: then how the merchant stands now is shown beside it.
    #[must_use]
    pub const fn praises(self) -> bool {
        match self {
            Self::Grade | Self::Reward => true,
            Self::Finding
            | Self::Sanction
            | Self::Removal
            | Self::Standard
            | Self::Admission
            | Self::Announcement => false,
        }
    }
}

/// What the notice of a breach follows from.
#[must_use]
pub fn finding_source(case: CaseId) -> String {
    format!("finding:{case}")
}

/// Where a notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BoardState {
    /// Its day has not come.
    Scheduled,
    /// On the board.
    Published,
    /// Taken down.
    Removed,
}

words!(
    BoardState,
    "scheduled, published, removed",
    [Scheduled = "scheduled", Published = "published", Removed = "removed",]
);

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardNotice {
    /// The notice.
    pub id: NoticeId,
    /// The city.
    pub city: City,
    /// What it is about.
    pub kind: NoticeKind,
    /// What it follows from, such as `sanction:<id>`: one notice for each. None when a person wrote it.
    pub source: Option<String>,
    /// The merchant that it concerns, and its published name.
    pub merchant: Option<(MerchantId, String)>,
    /// The category that it concerns.
    pub category: Option<CategoryCode>,
    /// The district that it concerns.
    pub district: Option<District>,
    /// In a line; names no person.
    pub title: String,
    /// In full; names no person.
    pub text: String,
    /// The same in English, where it is written by rule and so in both.
    pub text_en: Option<String>,
    /// The measure, where it is one.
    pub measure: Option<Measure>,
    /// The class of the finding behind it.
    pub class: Option<Severity>,
    /// The grade, where it is about one.
    pub grade: Option<Grade>,
    /// From when it stands.
    pub publish_at: Timestamp,
    /// Until when; for good when absent.
    pub remove_at: Option<Timestamp>,
    /// When it was taken down before its time: what it told is no longer so.
    pub withdrawn_at: Option<Timestamp>,
    /// Whether what it follows from is contested now (异议中、复核中): a breach by an objection, a measure by an appeal.
    pub contested: bool,
}

/// The clause that a breach is one of, in words and with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseWords {
    /// In Chinese, to stand after “breach of”.
    pub zh: String,
    /// The same in English; standards are quoted as they are.
    pub en: String,
}

impl ClauseWords {
    /// A clause of the commitment, with the standards that it rests on.
    #[must_use]
    pub fn of_commitment(CommitmentClause { zh, en, cites, .. }: &CommitmentClause) -> Self {
        let (zh, en) = (zh.trim_end_matches('。'), en.trim_end_matches('.'));
        let by = |before: &str, between: &str, after: &str| match cites.as_slice() {
            [] => String::new(),
            some => format!("{before}{}{after}", some.join(between)),
        };
        Self {
            zh: format!("服务承诺“{zh}”{}", by("（依据 ", "、", "）")),
            en: format!("the service commitment: “{en}”{}", by(" (by ", ", ", ")")),
        }
    }

    /// A clause of a standard.
    #[must_use]
    pub fn of_standard(standard: &StandardNumber, Clause { number, text }: &Clause) -> Self {
        let text = text.trim_end_matches('。');
        Self {
            zh: format!("{standard} 第 {number} 条“{text}”"),
            en: format!("{standard}, clause {number}: “{text}”"),
        }
    }
}

impl BoardNotice {
    /// What the board shows of a verified breach: nothing where its class is not published. It is announced when
    /// the time is over in which its merchant may answer, and stands for the shortest time of its class, as no
    /// decision sets a longer one. A proceeding about it decides anew: what that imposes is shown in its place.
    #[must_use]
    pub fn of_breach(
        id: NoticeId,
        merchant: &Merchant,
        fact: &VerifiedBreach,
        clause: Option<&ClauseWords>,
        at: Moment<'_>,
    ) -> Option<Self> {
        let span = Self::breach_span(merchant, fact.severity, at)?;
        let (class, class_en) = match fact.severity {
            Severity::Minor => ("轻微", "minor"),
            Severity::General => ("一般", "general"),
            Severity::Serious => ("严重", "serious"),
        };
        let (of, of_en) = clause.map(|it| (format!("，违反{}", it.zh), format!(" of {}", it.en))).unzip();
        Some(Self {
            id,
            city: merchant.profile.city,
            kind: NoticeKind::Finding,
            source: Some(finding_source(fact.case)),
            merchant: Some((merchant.profile.id, merchant.profile.name.clone())),
            category: Some(fact.category.clone()),
            district: Some(merchant.profile.home.district()),
            title: merchant.profile.name.clone(),
            text: format!("经核实的{class}失信{}", of.unwrap_or_default()),
            text_en: Some(format!("A verified {class_en} breach{}", of_en.unwrap_or_default())),
            measure: None,
            class: Some(fact.severity),
            grade: None,
            publish_at: span.start,
            remove_at: Some(span.end),
            withdrawn_at: None,
            contested: false,
        })
    }

    /// For how long the board shows a breach of this severity that is verified now: [`of_breach`](Self::of_breach).
    #[must_use]
    pub fn breach_span(merchant: &Merchant, severity: Severity, at: Moment<'_>) -> Option<Range<Timestamp>> {
        let rule = at.rules.class(severity);
        let is_shown = rule.published && merchant.status.is_in();
        is_shown.then(|| at.given(at.rules.reply_working_days)..at.after_months(rule.months_min))
    }

    /// The same notice of a merchant's yearly grade, as the merchant's status leaves it: it is good while the
    /// merchant is with us, and again when it comes back because its removal was reversed. Nothing when it is so.
    #[must_use]
    pub fn following(&self, status: Status, now: Timestamp) -> Option<Self> {
        let withdrawn_at = if status.is_in() { None } else { self.withdrawn_at.or(Some(now)) };
        (withdrawn_at != self.withdrawn_at).then(|| Self { withdrawn_at, ..self.clone() })
    }

    /// Checks what a person wrote.
    ///
    /// # Errors
    /// [`ProcessRefusal`] when it is of a kind that follows from decisions alone, says nothing or too much, or
    /// its dates do not fit.
    pub fn try_written(self, now: Timestamp) -> Result<Self, ProcessRefusal> {
        if !self.kind.is_written() {
            return Err(ProcessRefusal::FollowsFromDecision);
        }
        for (field, text, max) in
            [("title", &self.title, TITLE_CHARS_MAX), ("text", &self.text, TEXT_CHARS_MAX)]
        {
            if text.trim().is_empty() {
                return Err(ProcessRefusal::TextMissing(field));
            }
            if text.chars().count() > max {
                return Err(ProcessRefusal::TextTooLong { field, max });
            }
        }
        match self.remove_at {
            Some(until) if until <= self.publish_at || until <= now => {
                Err(ProcessRefusal::TooEarly(self.publish_at.max(now)))
            }
            Some(until) if until.since(self.publish_at) > STANDS_MAX => {
                Err(ProcessRefusal::TooLate(self.publish_at.after(STANDS_MAX)))
            }
            Some(_) | None => Ok(self),
        }
    }

    /// Takes it down before its time. Nothing when it is down.
    ///
    /// # Errors
    /// When it follows from a decision.
    pub fn withdraw(&self, now: Timestamp) -> Result<Step<Self, ()>, ProcessRefusal> {
        if !self.kind.is_written() || self.source.is_some() {
            return Err(ProcessRefusal::FollowsFromDecision);
        }
        if self.withdrawn_at.is_some() {
            return Ok(Step::AlreadyDone(()));
        }
        Ok(Step::Done(Self { withdrawn_at: Some(now), ..self.clone() }))
    }

    /// Where it stands at this moment.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> BoardState {
        if self.withdrawn_at.is_some() || self.remove_at.is_some_and(|until| until <= now) {
            BoardState::Removed
        } else if self.publish_at <= now {
            BoardState::Published
        } else {
            BoardState::Scheduled
        }
    }

    /// When that changes next by itself.
    #[must_use]
    pub fn turns_at(&self, now: Timestamp) -> Option<Timestamp> {
        match self.state(now) {
            BoardState::Scheduled => Some(self.publish_at),
            BoardState::Published => self.remove_at,
            BoardState::Removed => None,
        }
    }
}

//! What a merchant is told (告知送达): each step of due process that concerns it, and what ends soon. Whatever is told is
//! written in the transaction of the step itself, so that no step is without its word.
//!
//! A deadline runs from the step, whether or not the merchant has acknowledged the word: that it did is proof of
//! service, and nothing more.

use core::fmt;

use kernel::{
    ApplicationId, CaseId, CategoryCode, City, EvaluationId, Grade, HonourId, MerchantId, NoticeId,
    ObjectionId, ProceedingId, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::admission::{ExpiryNotice, Subject};
use crate::process::{Measure, words};

/// What happened, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewsKind {
    /// It is admitted, to these categories (准予加盟).
    Admitted,
    /// A paper or a commitment ends soon (到期提醒).
    Expiry,
    /// What these categories rest on is not there any more, and they are suspended with it (类别暂停).
    CategorySuspended,
    /// A paper was found not to be what it says (资质退回).
    PaperRefused,
    /// A breach was verified: the grade fell at once (失信核实).
    BreachRecorded,
    /// It is suspended before the notice, because it cannot wait (紧急暂停).
    Suspended,
    /// That suspension ended: lifted, out of time, or decided on with nothing that goes on stopping work (暂停结束).
    SuspensionOver,
    /// What it is about and what may come of it (事先告知).
    Noticed,
    /// A hearing is called, or called for another date (听证通知).
    HearingCalled,
    /// A measure is imposed, and in force (处理决定).
    Imposed,
    /// Nothing comes of it (不予处理).
    Dropped,
    /// Whether what was ordered is put right (整改核查).
    ProofJudged,
    /// The ruling on its appeal (复核决定).
    AppealDecided,
    /// The decision on its application for repair (修复决定).
    RepairDecided,
    /// The measure is over (措施终止).
    Ended,
    /// The decision on its objection (异议处理).
    ObjectionDecided,
    /// Its grade of the year is announced, and may be objected to (年度评价公示).
    EvaluationPublished,
    /// An honour of it is doubted; it counts until that is decided (荣誉存疑).
    HonourQuestioned,
    /// The doubt did not hold: the honour stays (荣誉保留).
    HonourKept,
    /// The honour is taken back, and its points with it (荣誉撤销).
    HonourRevoked,
}

words!(
    NewsKind,
    "a kind of news",
    [
        Admitted = "admitted",
        Expiry = "expiry",
        CategorySuspended = "category_suspended",
        PaperRefused = "paper_refused",
        BreachRecorded = "breach_recorded",
        Suspended = "suspended",
        SuspensionOver = "suspension_over",
        Noticed = "noticed",
        HearingCalled = "hearing_called",
        Imposed = "imposed",
        Dropped = "dropped",
        ProofJudged = "proof_judged",
        AppealDecided = "appeal_decided",
        RepairDecided = "repair_decided",
        Ended = "ended",
        ObjectionDecided = "objection_decided",
        EvaluationPublished = "evaluation_published",
        HonourQuestioned = "honour_questioned",
        HonourKept = "honour_kept",
        HonourRevoked = "honour_revoked",
    ]
);

/// What it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A paper or a commitment of its file.
    File(Subject),
    /// Its application.
    Application(ApplicationId),
    /// A breach case.
    Case(CaseId),
    /// A proceeding.
    Proceeding(ProceedingId),
    /// An objection.
    Objection(ObjectionId),
    /// A yearly evaluation.
    Evaluation(EvaluationId),
    /// An honour.
    Honour(HonourId),
}

/// Such as `paper:electrician` or `proceeding:<id>`.
impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(subject) => subject.fmt(f),
            Self::Application(id) => write!(f, "application:{id}"),
            Self::Case(id) => write!(f, "case:{id}"),
            Self::Proceeding(id) => write!(f, "proceeding:{id}"),
            Self::Objection(id) => write!(f, "objection:{id}"),
            Self::Evaluation(id) => write!(f, "evaluation:{id}"),
            Self::Honour(id) => write!(f, "honour:{id}"),
        }
    }
}

/// One thing that a merchant is told. Nothing in it is personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// What happened.
    pub kind: NewsKind,
    /// What it is about, as [`About`] writes itself.
    pub subject: String,
    /// Until when the merchant may answer: reply, appeal, prove, object. The first instant that is too late.
    pub act_by: Option<Timestamp>,
    /// When what is told takes place or is over: the hearing, the end of a measure, of a paper.
    pub date: Option<Timestamp>,
    /// The measure that was announced or imposed.
    pub measure: Option<Measure>,
    /// Whether what the merchant asked for is granted.
    pub granted: Option<bool>,
    /// The grade that is announced.
    pub grade: Option<Grade>,
    /// Why; names nobody.
    pub reason: Option<String>,
    /// Of something that ends: the word of so many days before.
    pub days_before: Option<u16>,
    /// The categories that are suspended, or will be then, or that it is admitted to.
    pub categories: Vec<CategoryCode>,
}

impl News {
    /// That this happened, with nothing else said.
    #[must_use]
    pub fn of(kind: NewsKind, about: &About) -> Self {
        Self {
            kind,
            subject: about.to_string(),
            act_by: None,
            date: None,
            measure: None,
            granted: None,
            grade: None,
            reason: None,
            days_before: None,
            categories: Vec::new(),
        }
    }

    /// The proceeding that it tells of, if it does.
    #[must_use]
    pub fn proceeding(&self) -> Option<ProceedingId> {
        self.subject.strip_prefix("proceeding:")?.parse().ok()
    }

    /// The yearly evaluation that it tells of, if it does.
    #[must_use]
    pub fn evaluation(&self) -> Option<EvaluationId> {
        self.subject.strip_prefix("evaluation:")?.parse().ok()
    }
}

impl From<&ExpiryNotice> for News {
    fn from(notice: &ExpiryNotice) -> Self {
        let ExpiryNotice { subject, expires_at, days_before, categories } = notice;
        Self {
            date: Some(*expires_at),
            days_before: Some(*days_before),
            categories: categories.clone(),
            ..Self::of(NewsKind::Expiry, &About::File(subject.clone()))
        }
    }
}

/// A word that a merchant was told (告知书).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MerchantNotice {
    /// The notice; a later one is greater.
    pub id: NoticeId,
    /// The city.
    pub city: City,
    /// Who was told.
    pub merchant: MerchantId,
    /// What.
    pub news: News,
    /// When: from here the time to answer runs.
    pub told_at: Timestamp,
    /// When its account acknowledged it (签收), if it did.
    pub acknowledged_at: Option<Timestamp>,
}

//! A merchant's file (企业档案): its registration, its papers, its signed commitments. What it may serve at a moment,
//! and of what it must be told ahead, are pure functions of the file, the policy and the moment.

use core::time::Duration;
use std::collections::BTreeMap;

use kernel::{
    Actor, ActorId, ApplicationId, CategoryCode, City, MerchantId, QualificationCode, Step, Timestamp,
    Version,
};
use serde::{Deserialize, Serialize};

use super::ban::Registration;
use super::notice::{ExpiryNotice, Subject};
use super::policy::AdmissionPolicy;
use crate::denied::{Denied, Faults};
use crate::merchant::Commitment;

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3_600);
/// Papers kept in a file; those that expired or were refused leave first, and stay in the log.
const PAPERS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 100;
const EVIDENCE_CHARS_MAX: usize = 500;

/// Where a merchant came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "origin", rename_all = "snake_case")]
pub enum Origin {
    /// It applies here, or applied.
    Application {
        /// By which application first.
        application: ApplicationId,
    },
    /// It was affiliated before this file was kept: its commitments were taken over as they stood, and its papers
    /// were checked elsewhere.
    TakenOver,
}

/// What an officer found about a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// Nobody has looked yet: it counts for nothing.
    Waiting,
    /// It is what it says.
    Verified {
        /// Who looked.
        by: ActorId,
        /// When.
        at: Timestamp,
        /// What was seen: where the copy lies, which register was asked.
        evidence: String,
    },
    /// It is not.
    Refused {
        /// Who looked.
        by: ActorId,
        /// When.
        at: Timestamp,
        /// Why.
        reason: String,
    },
}

/// A qualification or an insurance of the merchant (资质, 保险).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Counts the papers of the file.
    pub id: u32,
    /// Which proof it is.
    pub code: QualificationCode,
    /// The number on it.
    pub number: String,
    /// Who issued it.
    pub issuer: String,
    /// The first moment at which it is no longer good.
    pub valid_until: Timestamp,
    /// Who handed it in.
    pub filed_by: Actor,
    /// When.
    pub filed_at: Timestamp,
    /// What was found.
    pub verdict: Verdict,
}

impl Paper {
    /// Whether it was verified and is in date.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        matches!(self.verdict, Verdict::Verified { .. }) && now < self.valid_until
    }
}

/// A paper as it is handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPaper {
    /// Which proof it is.
    pub code: QualificationCode,
    /// The number on it.
    pub number: String,
    /// Who issued it.
    pub issuer: String,
    /// The first moment at which it is no longer good.
    pub valid_until: Timestamp,
}

/// A signed commitment (签署的承诺): which text, by whom, when, until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// For which category.
    pub category: CategoryCode,
    /// The version of the text.
    pub version: u32,
    /// Its SHA-256.
    pub text_hash: String,
    /// Who signed.
    pub signer: Actor,
    /// When.
    pub signed_at: Timestamp,
    /// The first moment at which it is no longer in force.
    pub until: Timestamp,
}

/// How a category of the merchant stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryState {
    /// The category.
    pub category: CategoryCode,
    /// Until when it may be served; none while it is suspended.
    pub until: Option<Timestamp>,
    /// What is missing or has expired, while it is suspended.
    pub missing: Vec<Subject>,
}

/// A merchant's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// The city.
    pub city: City,
    /// The merchant.
    pub merchant: MerchantId,
    /// Counts the changes.
    pub version: Version,
    /// Where it came from.
    #[serde(flatten)]
    pub origin: Origin,
    /// Who it is before the law; none where it was taken over without.
    pub registration: Option<Registration>,
    /// The categories it was admitted to, whether they are suspended or not.
    pub granted: Vec<CategoryCode>,
    /// Commitments that were taken over.
    pub taken_over: Vec<Commitment>,
    /// Its papers.
    pub papers: Vec<Paper>,
    /// The last signature of each category.
    pub signatures: Vec<Signature>,
    /// Of what it was told last, by what ends: when that ends, and the days before.
    pub told: BTreeMap<Subject, (Timestamp, u16)>,
    /// How many papers were ever handed in.
    pub papers_filed: u32,
}

impl Dossier {
    /// The file of a merchant that applies.
    #[must_use]
    pub fn opened(
        city: City,
        merchant: MerchantId,
        application: ApplicationId,
        registration: Registration,
    ) -> Self {
        Self {
            city,
            merchant,
            version: Version(1),
            origin: Origin::Application { application },
            registration: Some(registration),
            granted: Vec::new(),
            taken_over: Vec::new(),
            papers: Vec::new(),
            signatures: Vec::new(),
            told: BTreeMap::new(),
            papers_filed: 0,
        }
    }

    /// The file of a merchant that was affiliated elsewhere, and is taken over with its commitments.
    #[must_use]
    pub fn taken_over(
        city: City,
        merchant: MerchantId,
        registration: Option<Registration>,
        commitments: Vec<Commitment>,
    ) -> Self {
        Self {
            city,
            merchant,
            version: Version(1),
            origin: Origin::TakenOver,
            registration,
            granted: commitments.iter().map(|made| made.category.clone()).collect(),
            taken_over: commitments,
            papers: Vec::new(),
            signatures: Vec::new(),
            told: BTreeMap::new(),
            papers_filed: 0,
        }
    }

    /// Hands in a paper. The same paper again is the first one.
    ///
    /// # Errors
    /// [`Denied`] when it does not fit, or the file is full of papers in date.
    pub fn file_paper(
        &self,
        new: NewPaper,
        by: Actor,
        now: Timestamp,
    ) -> Result<Step<(Self, u32), u32>, Denied> {
        let NewPaper { code, number, issuer, valid_until } = new;
        let same = |paper: &&Paper| {
            paper.code == code
                && paper.number == number
                && paper.valid_until == valid_until
                && !matches!(paper.verdict, Verdict::Refused { .. })
        };
        if let Some(known) = self.papers.iter().find(same) {
            return Ok(Step::AlreadyDone(known.id));
        }
        let mut faults = Faults::default();
        faults.text(&number, TEXT_CHARS_MAX, "#/number");
        faults.text(&issuer, TEXT_CHARS_MAX, "#/issuer");
        faults.unless(now < valid_until, "#/valid_until", "must lie ahead: the paper has expired");
        faults.none()?;
        let mut next = self.touched();
        if next.papers.len() >= PAPERS_MAX {
            next.papers
                .retain(|paper| now < paper.valid_until && !matches!(paper.verdict, Verdict::Refused { .. }));
        }
        if next.papers.len() >= PAPERS_MAX {
            return Err(Denied::TooMany { what: "papers", max: PAPERS_MAX });
        }
        next.papers_filed = next.papers_filed.saturating_add(1);
        let id = next.papers_filed;
        let verdict = Verdict::Waiting;
        next.papers.push(Paper {
            id,
            code,
            number,
            issuer,
            valid_until,
            filed_by: by,
            filed_at: now,
            verdict,
        });
        Ok(Step::Done((next, id)))
    }

    /// An officer says what a paper is worth: verified with its evidence, or refused with a reason. The first
    /// verdict stands. None when there is no such paper.
    ///
    /// # Errors
    /// [`Denied`] when nothing is said, or the officer handed the paper in.
    pub fn judge_paper(
        &self,
        id: u32,
        good: bool,
        said: &str,
        by: ActorId,
        now: Timestamp,
    ) -> Result<Option<Step<Self, ()>>, Denied> {
        let Some(paper) = self.papers.iter().find(|paper| paper.id == id) else { return Ok(None) };
        if paper.verdict != Verdict::Waiting {
            return Ok(Some(Step::AlreadyDone(())));
        }
        if paper.filed_by == (Actor::Staff { id: by }) {
            return Err(Denied::SamePerson);
        }
        let mut faults = Faults::default();
        faults.text(said, EVIDENCE_CHARS_MAX, if good { "#/evidence" } else { "#/reason" });
        faults.none()?;
        let said = said.to_owned();
        let verdict = if good {
            Verdict::Verified { by, at: now, evidence: said }
        } else {
            Verdict::Refused { by, at: now, reason: said }
        };
        let mut next = self.touched();
        for paper in next.papers.iter_mut().filter(|paper| paper.id == id) {
            paper.verdict = verdict.clone();
        }
        Ok(Some(Step::Done(next)))
    }

    /// Signs the commitment of a category: the version and the hash say which text was in front of the signer.
    /// Signing again what was signed within a day is the first signature; later it renews.
    ///
    /// # Errors
    /// [`Denied`] without a policy for the category, or for another text than the one in force.
    pub fn sign(
        &self,
        category: CategoryCode,
        version: u32,
        text_hash: &str,
        signer: Actor,
        policy: &AdmissionPolicy,
        now: Timestamp,
    ) -> Result<Step<Self, ()>, Denied> {
        let in_force = policy.commitment_hash(&category)?;
        if version != policy.rules.commitment.version || text_hash != in_force {
            return Err(Denied::OtherText);
        }
        let signed = self.signatures.iter().find(|signed| signed.category == category);
        if signed.is_some_and(|signed| signed.text_hash == in_force && now < signed.signed_at.after(DAY)) {
            return Ok(Step::AlreadyDone(()));
        }
        let mut next = self.touched();
        next.signatures.retain(|signed| signed.category != category);
        next.signatures.push(Signature {
            category,
            version,
            text_hash: in_force,
            signer,
            signed_at: now,
            until: now.after(DAY * u32::from(policy.rules.commitment_days)),
        });
        Ok(Step::Done(next))
    }

    /// What the merchant may serve at this moment, each until the first of its papers and commitments ends.
    #[must_use]
    pub fn serving(&self, policy: &AdmissionPolicy, now: Timestamp) -> Vec<Commitment> {
        let states = self.categories(policy, now).into_iter();
        let serves = states.filter_map(|state| {
            Some(Commitment { category: state.category, commitment_until: state.until? })
        });
        serves.collect()
    }

    /// How each category of the merchant stands.
    #[must_use]
    pub fn categories(&self, policy: &AdmissionPolicy, now: Timestamp) -> Vec<CategoryState> {
        let state = |category: &CategoryCode| {
            let lasting = self.rests_on(category, policy, now);
            let missing: Vec<Subject> = lasting
                .iter()
                .filter(|(_, until)| until.is_none_or(|until| until <= now))
                .map(|(subject, _)| subject.clone())
                .collect();
            let until =
                if missing.is_empty() { lasting.iter().filter_map(|(_, until)| *until).min() } else { None };
            CategoryState { category: category.clone(), until, missing }
        };
        self.granted.iter().map(state).collect()
    }

    /// What a category rests on, and until when each of it lasts. A commitment that was taken over carries its
    /// category alone until it ends; then the policy asks for everything.
    fn rests_on(
        &self,
        category: &CategoryCode,
        policy: &AdmissionPolicy,
        now: Timestamp,
    ) -> Vec<(Subject, Option<Timestamp>)> {
        let commitment = Subject::Commitment(category.clone());
        let taken_over = self.taken_over.iter().find(|made| made.category == *category);
        let signed =
            self.signatures.iter().find(|signed| signed.category == *category).map(|signed| signed.until);
        // Without a row nothing is allowed: the commitment then has no end that could be named.
        let ruled = policy.papers(category).map(|papers| {
            let paper = |code: QualificationCode| {
                let until = self.good_until(&code);
                (Subject::Paper(code), until)
            };
            papers.into_iter().map(paper).chain([(commitment.clone(), signed)]).collect::<Vec<_>>()
        });
        let ruled = ruled.unwrap_or_else(|_| vec![(commitment.clone(), None)]);
        let lasts = ruled.iter().all(|(_, until)| until.is_some_and(|until| now < until));
        match taken_over {
            Some(made) if !lasts && now < made.commitment_until => {
                vec![(commitment, Some(made.commitment_until))]
            }
            _ => ruled,
        }
    }

    /// Until when there is a verified paper of this kind; may lie in the past.
    #[must_use]
    pub fn good_until(&self, code: &QualificationCode) -> Option<Timestamp> {
        let verified =
            |paper: &&Paper| paper.code == *code && matches!(paper.verdict, Verdict::Verified { .. });
        self.papers.iter().filter(verified).map(|paper| paper.valid_until).max()
    }

    /// What ends in a category that is served, with the categories that hang on it.
    fn endings(
        &self,
        policy: &AdmissionPolicy,
        now: Timestamp,
    ) -> BTreeMap<Subject, (Timestamp, Vec<CategoryCode>)> {
        let mut endings: BTreeMap<Subject, (Timestamp, Vec<CategoryCode>)> = BTreeMap::new();
        for category in &self.granted {
            for (subject, until) in self.rests_on(category, policy, now) {
                if let Some(until) = until.filter(|until| now < *until) {
                    endings.entry(subject).or_insert((until, Vec::new())).1.push(category.clone());
                }
            }
        }
        endings
    }

    /// The notices that are due, each once: of several that are due at once, the one nearest to the end.
    #[must_use]
    pub fn notices_due(&self, policy: &AdmissionPolicy, now: Timestamp) -> Vec<ExpiryNotice> {
        let due = |(subject, (expires_at, categories)): (Subject, (Timestamp, Vec<CategoryCode>))| {
            let days = policy.rules.notice_days.iter().copied();
            let days_before = days.filter(|days| expires_at.before(DAY * u32::from(*days)) <= now).min()?;
            let told = self.told.get(&subject);
            let told = told.is_some_and(|(ends, days)| *ends == expires_at && *days <= days_before);
            (!told).then_some(ExpiryNotice { subject, expires_at, days_before, categories })
        };
        self.endings(policy, now).into_iter().filter_map(due).collect()
    }

    /// The file after its notices were given.
    #[must_use]
    pub fn told(&self, notices: &[ExpiryNotice]) -> Self {
        let mut next = self.touched();
        for notice in notices {
            next.told.insert(notice.subject.clone(), (notice.expires_at, notice.days_before));
        }
        next
    }

    /// The next moment at which somebody must look at the file: a notice falls due, or something ends.
    #[must_use]
    pub fn next_due(&self, policy: &AdmissionPolicy, now: Timestamp) -> Option<Timestamp> {
        if !self.notices_due(policy, now).is_empty() {
            return Some(now);
        }
        let moments = self.endings(policy, now).into_values().flat_map(|(until, _)| {
            let notices =
                policy.rules.notice_days.iter().map(move |days| until.before(DAY * u32::from(*days)));
            notices.chain([until])
        });
        moments.filter(|moment| now < *moment).min()
    }

    pub(crate) fn touched(&self) -> Self {
        Self { version: self.version.next(), ..self.clone() }
    }
}

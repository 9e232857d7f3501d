//! Papers of a merchant (资质, 保险): handed in by it, worth something once an officer has verified them.

use kernel::{Actor, ActorId, QualificationCode, Step, Timestamp};
use serde::{Deserialize, Serialize};

use super::dossier::Dossier;
use crate::denied::{Denied, Faults};

/// Papers kept in a file; those that expired or were refused leave first, and stay in the log.
const PAPERS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 100;
const EVIDENCE_CHARS_MAX: usize = 500;

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

impl Dossier {
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
        faults.unless(
            now < valid_until,
            "#/valid_until",
            "须在此刻之后：证件已过期",
            "must lie ahead: the paper has expired",
        );
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

    /// Until when there is a verified paper of this kind; may lie in the past.
    #[must_use]
    pub fn good_until(&self, code: &QualificationCode) -> Option<Timestamp> {
        let verified =
            |paper: &&Paper| paper.code == *code && matches!(paper.verdict, Verdict::Verified { .. });
        self.papers.iter().filter(verified).map(|paper| paper.valid_until).max()
    }
}

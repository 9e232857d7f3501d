//! Notices that a paper is about to expire: some days before, each once.

use core::time::Duration;

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

use super::commands::Terms;
use super::safety::Papers;
use super::worker::Worker;

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// A paper that expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// The medical exam (健康体检).
    Exam,
    /// The liability insurance (责任保险).
    Insurance,
}

/// A paper is about to expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Notice {
    /// Which.
    pub paper: Paper,
    /// When.
    pub expires_at: Timestamp,
    /// How many days before it is to be said.
    pub days: u16,
}

impl Notice {
    fn due_at(self) -> Timestamp {
        self.expires_at.before(DAY * u32::from(self.days))
    }
}

/// All notices of these papers, in no order.
fn all(papers: Papers, terms: &Terms) -> impl Iterator<Item = Notice> + '_ {
    let until = [(Paper::Exam, papers.exam_until), (Paper::Insurance, papers.insurance_until)];
    until.into_iter().filter_map(|(paper, until)| Some((paper, until?))).flat_map(
        move |(paper, expires_at)| {
            terms.notice_days.iter().map(move |&days| Notice { paper, expires_at, days })
        },
    )
}

/// When the first notice after this moment is due.
pub(crate) fn next(papers: Papers, terms: &Terms, after: Timestamp) -> Option<Timestamp> {
    all(papers, terms).map(Notice::due_at).filter(|due_at| *due_at > after).min()
}

impl Worker {
    /// What is to be said now of papers about to expire, and the worker with the next notice set; none when
    /// nothing is due. Where several notices of one paper fell due together, only the most urgent is said, and
    /// none of a paper that has expired meanwhile.
    #[must_use]
    pub fn notices(&self, terms: &Terms, now: Timestamp) -> Option<(Self, Vec<Notice>)> {
        let from = self.notice_at.filter(|due_at| *due_at <= now)?;
        let due = |notice: &Notice| (from..=now).contains(&notice.due_at()) && now < notice.expires_at;
        let urgent = [Paper::Exam, Paper::Insurance].into_iter().filter_map(|paper| {
            let of_paper = all(self.papers, terms).filter(|notice| notice.paper == paper);
            of_paper.filter(due).min_by_key(|notice| notice.days)
        });
        let said = urgent.collect();
        Some((Self { notice_at: next(self.papers, terms, now), ..self.clone() }, said))
    }
}

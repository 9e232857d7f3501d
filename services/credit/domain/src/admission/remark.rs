//! What the public says while an application is public (公示期意见): anybody, by name or without, once and bounded.
//! Nobody is admitted before an officer has answered all of it.

use core::time::Duration;

use kernel::{ActorId, Step, Timestamp};
use serde::{Deserialize, Serialize};

use super::application::{Application, ApplicationState};
use super::ban::masked;
use crate::denied::{Denied, Faults};

const NAME_CHARS_MAX: usize = 60;
const TEXT_CHARS_MAX: usize = 1_000;
/// Statements about one application. What comes after goes to the officers by other ways.
const REMARKS_MAX: usize = 200;
/// Of them within an hour, whoever says them: the public has no accounts by which to be told apart.
const REMARKS_PER_HOUR: usize = 20;
const HOUR: Duration = Duration::from_secs(3_600);

/// A statement as it is handed in.
#[derive(Clone, PartialEq, Eq)]
pub struct NewRemark {
    /// Who says it; anonymous when none. Personal: a first character is kept.
    pub name: Option<String>,
    /// What is said.
    pub text: String,
}

impl core::fmt::Debug for NewRemark {
    /// Without name and text: what people say is theirs.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("NewRemark").finish_non_exhaustive()
    }
}

/// A statement of the public.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Counts the statements about the application.
    pub id: u32,
    /// Of who said it the first character of the name; none when it is anonymous.
    pub name: Option<String>,
    /// What is said.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// What an officer found.
    pub answer: Option<Answer>,
}

impl core::fmt::Debug for Remark {
    /// Without name and text: what people say is theirs.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { id, at, answer, .. } = self;
        f.debug_struct("Remark")
            .field("id", id)
            .field("at", at)
            .field("answer", answer)
            .finish_non_exhaustive()
    }
}

/// What an officer found about a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Who looked into it.
    pub by: ActorId,
    /// When.
    pub at: Timestamp,
    /// What was found.
    pub found: String,
}

impl Application {
    /// Somebody of the public says something. The same words again are the first statement.
    ///
    /// # Errors
    /// [`Denied`] unless it is public, when it does not fit, or as much was said as is kept.
    pub fn remark(&self, new: NewRemark, now: Timestamp) -> Result<Step<Self, ()>, Denied> {
        let ApplicationState::Publicity { until, .. } = self.state else { return Err(self.not_now()) };
        if until <= now {
            return Err(Denied::State { what: "the publicity period", state: "over" });
        }
        let NewRemark { name, text } = new;
        let mut faults = Faults::default();
        if let Some(name) = &name {
            faults.text(name, NAME_CHARS_MAX, "#/name");
        }
        faults.text(&text, TEXT_CHARS_MAX, "#/text");
        faults.none()?;
        let name = name.as_deref().map(masked);
        if self.remarks.iter().any(|said| said.text == text && said.name == name) {
            return Ok(Step::AlreadyDone(()));
        }
        if self.remarks.len() >= REMARKS_MAX {
            return Err(Denied::TooMany { what: "statements about an application", max: REMARKS_MAX });
        }
        if self.remarks.iter().filter(|said| now < said.at.after(HOUR)).count() >= REMARKS_PER_HOUR {
            return Err(Denied::RemarksBusy(REMARKS_PER_HOUR));
        }
        // The version stays: what others say in the meantime must not keep an officer from a step. That it is answered
        // is asked for at the admission.
        let mut next = self.clone();
        let id = self.remarks.last().map_or(1, |last| last.id.saturating_add(1));
        next.remarks.push(Remark { id, name, text, at: now, answer: None });
        Ok(Step::Done(next))
    }

    /// An officer answers a statement: what was looked into, and what was found. The first answer stands. None when there
    /// is no such statement.
    ///
    /// # Errors
    /// [`Denied`] when the application is over, or nothing is said.
    pub fn answer_remark(
        &self,
        id: u32,
        found: &str,
        officer: ActorId,
        now: Timestamp,
    ) -> Result<Option<Step<Self, ()>>, Denied> {
        let Some(remark) = self.remarks.iter().find(|remark| remark.id == id) else { return Ok(None) };
        if remark.answer.is_some() {
            return Ok(Some(Step::AlreadyDone(())));
        }
        if !self.state.is_open() {
            return Err(self.not_now());
        }
        let mut faults = Faults::default();
        faults.text(found, TEXT_CHARS_MAX, "#/found");
        faults.none()?;
        let mut next = self.handled(officer);
        for remark in next.remarks.iter_mut().filter(|remark| remark.id == id) {
            remark.answer = Some(Answer { by: officer, at: now, found: found.to_owned() });
        }
        Ok(Some(Step::Done(next)))
    }

    /// Goes on only if every statement is answered.
    pub(super) fn remarks_answered(&self) -> Result<(), Denied> {
        match self.remarks.iter().filter(|remark| remark.answer.is_none()).count() {
            0 => Ok(()),
            open => Err(Denied::RemarksOpen(open)),
        }
    }
}

//! The life of a version of the rules (评价规则): drafted, simulated over the real ledger, approved by a second
//! person, in force from a date on.
//!
//! ```text
//! drafted --(a simulation of this edition ended)--> simulated --(approved by another person)--> approved
//!    ^                                                  |
//!    +---------------------- edited --------------------+        drafted, simulated --> withdrawn
//! ```
//!
//! An approved version is never changed: ledger entries name it. It gets its number and its first moment when it
//! is approved, so that the versions in force follow each other whatever order they were drafted in.

use kernel::{ActorId, ModelId, Step, Timestamp, Version};

use crate::rules::{RuleProblem, Rules};

/// Versions that there can be: each stays readable for good.
pub const VERSIONS_MAX: u32 = 1_000;
/// Characters of the note.
pub const NOTE_CHARS_MAX: usize = 500;
/// People who may work on one draft.
const AUTHORS_MAX: usize = 20;

/// A version of the rules with its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Its id, from the draft on.
    pub id: ModelId,
    /// Counts all changes.
    pub version: Version,
    /// Counts the changes of the document: a simulation is one of an edition.
    pub edition: u32,
    /// What it is for, in a sentence.
    pub note: String,
    /// The rules, always valid. Number and first moment hold once it is approved.
    pub document: Rules,
    /// Who worked on the document, the first first. Empty for what was released with the platform.
    pub authors: Vec<ActorId>,
    /// Where it stands.
    pub state: ModelState,
    /// When it was first drafted.
    pub drafted_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// Where a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelState {
    /// Being written.
    Drafted,
    /// This edition was run over the real ledger.
    Simulated,
    /// In force from its date on, until the next one's.
    Approved {
        /// By whom; none for what was released with the platform.
        by: Option<ActorId>,
    },
    /// Given up.
    Withdrawn,
}

impl ModelState {
    /// All words for it in storage and on the wire.
    pub const WORDS: [&'static str; 4] = ["drafted", "simulated", "approved", "withdrawn"];

    /// The one word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Simulated => "simulated",
            Self::Approved { .. } => "approved",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Why nothing is done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelRefusal {
    /// The document cannot be put in force.
    #[error("the document cannot be put in force")]
    Invalid(Vec<RuleProblem>),
    /// The note is empty or too long.
    #[error("the note must have 1 to {NOTE_CHARS_MAX} characters")]
    Note,
    /// It is approved or withdrawn.
    #[error("it is {0}, and stays as it is")]
    Closed(&'static str),
    /// No simulation of this edition has ended.
    #[error("this edition was not run over the ledger yet")]
    NotSimulated,
    /// Whoever wrote it does not approve it.
    #[error("whoever worked on the draft cannot approve it")]
    SamePerson,
    /// It would come in force in the past, or before the version before it.
    #[error("it must come in force later than now and than the version before it, which does on {0}")]
    TooEarly(Timestamp),
    /// Too many people worked on it, or there are too many versions.
    #[error("there are too many of them")]
    TooMany,
}

/// What somebody writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it is for.
    pub note: String,
    /// The rules; number and first moment are replaced at the approval.
    pub document: Rules,
}

impl Draft {
    fn check(&self) -> Result<(), ModelRefusal> {
        if !(1..=NOTE_CHARS_MAX).contains(&self.note.chars().count()) {
            return Err(ModelRefusal::Note);
        }
        self.document.validate().map_err(ModelRefusal::Invalid)
    }
}

/// Begins a draft.
///
/// # Errors
/// [`ModelRefusal`] when it cannot be put in force.
pub fn draft(id: ModelId, draft: Draft, by: ActorId, now: Timestamp) -> Result<Model, ModelRefusal> {
    draft.check()?;
    Ok(Model {
        id,
        version: Version(1),
        edition: 1,
        note: draft.note,
        document: draft.document,
        authors: vec![by],
        state: ModelState::Drafted,
        drafted_at: now,
        changed_at: now,
    })
}

/// What was released with the platform: in force as its document says.
#[must_use]
pub fn released(id: ModelId, document: Rules) -> Model {
    Model {
        id,
        version: Version(1),
        edition: 1,
        note: document.source.clone(),
        authors: Vec::new(),
        state: ModelState::Approved { by: None },
        drafted_at: document.in_force_from,
        changed_at: document.in_force_from,
        document,
    }
}

/// Writes the draft anew; what was simulated before says nothing about it.
///
/// # Errors
/// [`ModelRefusal`] when it cannot be put in force, or is no draft any more.
pub fn edit(model: &Model, draft: Draft, by: ActorId, now: Timestamp) -> Result<Model, ModelRefusal> {
    open(model)?;
    draft.check()?;
    let mut next = changed(model, ModelState::Drafted, now);
    if !next.authors.contains(&by) {
        if next.authors.len() >= AUTHORS_MAX {
            return Err(ModelRefusal::TooMany);
        }
        next.authors.push(by);
    }
    next.edition = next.edition.saturating_add(1);
    next.note = draft.note;
    next.document = draft.document;
    Ok(next)
}

/// A simulation of an edition came to its end; says nothing of a draft that was edited meanwhile.
#[must_use]
pub fn simulated(model: &Model, edition: u32, now: Timestamp) -> Option<Model> {
    let fits = model.state == ModelState::Drafted && model.edition == edition;
    fits.then(|| changed(model, ModelState::Simulated, now))
}

/// The second person approves it: it follows the `last` version, and is in force `from` then on. Already done
/// gives it as it was approved.
///
/// # Errors
/// [`ModelRefusal`].
pub fn approve(
    model: &Model,
    last: &Rules,
    by: ActorId,
    from: Timestamp,
    now: Timestamp,
) -> Result<Step<Model>, ModelRefusal> {
    match model.state {
        ModelState::Approved { .. } => return Ok(Step::AlreadyDone(model.clone())),
        ModelState::Withdrawn => return Err(ModelRefusal::Closed(model.state.word())),
        ModelState::Drafted => return Err(ModelRefusal::NotSimulated),
        ModelState::Simulated => {}
    }
    if model.authors.contains(&by) {
        return Err(ModelRefusal::SamePerson);
    }
    if from <= now || from <= last.in_force_from {
        return Err(ModelRefusal::TooEarly(last.in_force_from));
    }
    if last.version >= VERSIONS_MAX {
        return Err(ModelRefusal::TooMany);
    }
    let mut next = changed(model, ModelState::Approved { by: Some(by) }, now);
    next.document.version = last.version.saturating_add(1);
    next.document.in_force_from = from;
    // The rules may ask for more than when it was drafted.
    next.document.validate().map_err(ModelRefusal::Invalid)?;
    Ok(Step::Done(next))
}

/// Gives the draft up.
///
/// # Errors
/// [`ModelRefusal::Closed`] when it is approved.
pub fn withdraw(model: &Model, now: Timestamp) -> Result<Step<Model>, ModelRefusal> {
    if model.state == ModelState::Withdrawn {
        return Ok(Step::AlreadyDone(model.clone()));
    }
    open(model)?;
    Ok(Step::Done(changed(model, ModelState::Withdrawn, now)))
}

fn open(model: &Model) -> Result<(), ModelRefusal> {
    match model.state {
        ModelState::Drafted | ModelState::Simulated => Ok(()),
        closed @ (ModelState::Approved { .. } | ModelState::Withdrawn) => {
            Err(ModelRefusal::Closed(closed.word()))
        }
    }
}

fn changed(model: &Model, state: ModelState, now: Timestamp) -> Model {
    Model { version: model.version.next(), state, changed_at: now, ..model.clone() }
}

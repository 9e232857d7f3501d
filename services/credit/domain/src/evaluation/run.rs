//! One run of the evaluation over a city: page by page until it is computed, then published by another person, then in
//! effect at one moment.
//!
//! ```text
//! running --> computed --> published --> in effect       (the yearly one)
//!    |           |   \--> running again, with what is known by then
//!    |           +--> told as overdue, when nobody publishes it in time
//!    +--> failed --> running again
//! running --> computed                                   (a preview, as of any date: changes no grade)
//! ```

use core::time::Duration;

use kernel::{ActorId, City, Day, EvaluationId, Grade, MerchantId, Step, Timestamp, Version};
use serde::{Deserialize, Serialize};

use super::{Assessed, Digest, EvaluationRules, Peers, begins_at, year_end};
use crate::calendar::{Calendar, Whose};
use crate::merchant::Merchant;

/// Merchants of one run: their grades take effect in one transaction.
pub const MERCHANTS_MAX: u32 = 5_000;
/// Entries besides call-backs that a report names, the last ones of its year; the ledger itself has all.
pub const ENTRIES_NAMED_MAX: usize = 500;
/// Lines of call-backs by month and category that a report has, those of the last months.
pub const CALLBACK_LINES_MAX: usize = 500;
/// A run knows what was recorded so long before it began. Whatever was under way then is committed or gone, so a
/// second run finds the same entries.
pub const KNOWN_BEHIND: Duration = Duration::from_secs(15);

/// The year whose evaluation was the last to begin, whether or not there was anybody to evaluate.
#[must_use]
pub fn year_due(now: Timestamp) -> Option<u16> {
    let this = u16::try_from(now.in_city().day.year()).ok()?;
    let begun = |year: &u16| begins_at(*year).is_some_and(|at| at <= now);
    [this.checked_sub(1), this.checked_sub(2)].into_iter().flatten().find(begun)
}

/// What is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "year", rename_all = "snake_case")]
pub enum Scope {
    /// A year, for good (年度评价).
    Yearly(u16),
    /// A moment, to look at (试评).
    Preview,
}

impl Scope {
    /// All words for it in storage and on the wire.
    pub const WORDS: [&'static str; 2] = ["yearly", "preview"];

    /// The one word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yearly(_) => "yearly",
            Self::Preview => "preview",
        }
    }

    /// The year, of a yearly one.
    #[must_use]
    pub const fn year(self) -> Option<u16> {
        match self {
            Self::Yearly(year) => Some(year),
            Self::Preview => None,
        }
    }
}

/// What is run, and what it looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Over whose ledgers.
    pub city: City,
    /// What is evaluated.
    pub scope: Scope,
    /// The moment that is evaluated.
    pub as_of: Timestamp,
    /// What was recorded later is not known to it.
    pub known_at: Timestamp,
    /// By which version of the rules.
    pub rules_version: u32,
    /// Who began it; nobody when the day did.
    pub by: Option<ActorId>,
}

impl Order {
    /// The evaluation of a year.
    ///
    /// # Errors
    /// Before its day.
    pub fn yearly(
        city: City,
        year: u16,
        rules_version: u32,
        by: Option<ActorId>,
        now: Timestamp,
    ) -> Result<Self, EvaluationRefusal> {
        let ends = year_end(year).zip(begins_at(year));
        let Some((as_of, begins)) = ends else { return Err(EvaluationRefusal::TooEarly(Timestamp::EPOCH)) };
        if now < begins {
            return Err(EvaluationRefusal::TooEarly(begins));
        }
        let known_at = now.before(KNOWN_BEHIND);
        Ok(Self { city, scope: Scope::Yearly(year), as_of, known_at, rules_version, by })
    }

    /// A look at any moment of the past; at what is known now, when none is named.
    ///
    /// # Errors
    /// When the moment has not come, or came a moment ago.
    pub fn preview(
        city: City,
        as_of: Option<Timestamp>,
        rules_version: u32,
        by: ActorId,
        now: Timestamp,
    ) -> Result<Self, EvaluationRefusal> {
        let known_at = now.before(KNOWN_BEHIND);
        let as_of = as_of.unwrap_or(known_at);
        if as_of > known_at {
            return Err(EvaluationRefusal::Future(known_at));
        }
        Ok(Self { city, scope: Scope::Preview, as_of, known_at, rules_version, by: Some(by) })
    }
}

/// Merchants that went from one grade to another, or stayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Before.
    pub from: Grade,
    /// After.
    pub to: Grade,
    /// How many.
    pub merchants: u32,
}

/// Counts one more.
fn count(moves: &mut Vec<Move>, from: Grade, to: Grade) {
    match moves.iter_mut().find(|known| (known.from, known.to) == (from, to)) {
        Some(known) => known.merchants = known.merchants.saturating_add(1),
        None => moves.push(Move { from, to, merchants: 1 }),
    }
}

/// How far a run is, and what it has found so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// The last merchant that was looked at.
    pub after: Option<MerchantId>,
    /// Merchants looked at so far.
    pub merchants: u32,
    /// Of how many, as they were counted when it began.
    pub of: u32,
    /// Entries read so far.
    pub entries: u64,
    /// Merchants that were evaluated and were with us when they were looked at: the others came later or anew, or are out.
    pub evaluated: u32,
    /// Over all results so far, of whoever is out as well: it depends on the ledgers alone.
    pub digest: Digest,
    /// From the grade in force when the merchant was looked at, to the one found, of those counted as evaluated.
    pub moves: Vec<Move>,
    /// Distributions, of the same.
    pub peers: Peers,
}

impl Progress {
    /// Of a run that is about to look at so many merchants.
    #[must_use]
    pub fn starting(of: u32) -> Self {
        Self { of, ..Self::default() }
    }

    /// Counts a merchant with so many entries, and what was found, if it was evaluated. Of whoever is out a result is
    /// kept, as a removal may be reversed, but the year is not about it.
    pub fn count(&mut self, merchant: &Merchant, entries: u64, found: Option<&Assessed>) {
        let (id, in_force) = (merchant.profile.id, merchant.credit.grade);
        self.after = Some(id);
        self.merchants = self.merchants.saturating_add(1);
        self.of = self.of.max(self.merchants);
        self.entries = self.entries.saturating_add(entries);
        let Some(found) = found else { return };
        self.digest = self.digest.then(id, found);
        if merchant.status.is_in() {
            self.evaluated = self.evaluated.saturating_add(1);
            self.peers.count(found);
            count(&mut self.moves, in_force, found.grade);
        }
    }
}

/// What a run did, once its grades are in effect.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Merchants whose year was evaluated.
    pub merchants: u32,
    /// Those graded better than before.
    pub raised: u32,
    /// Those graded worse.
    pub lowered: u32,
    /// Those computed anew, because something was recorded since.
    pub recomputed: u32,
    /// Those that are no longer affiliated, or were admitted anew: their year changes nothing.
    pub left_out: u32,
    /// From which grade to which.
    pub moves: Vec<Move>,
}

impl Summary {
    /// Counts a merchant whose grade took effect.
    pub fn count(&mut self, from: Grade, to: Grade, recomputed: bool) {
        self.merchants = self.merchants.saturating_add(1);
        self.raised = self.raised.saturating_add(u32::from(to > from));
        self.lowered = self.lowered.saturating_add(u32::from(to < from));
        self.recomputed = self.recomputed.saturating_add(u32::from(recomputed));
        count(&mut self.moves, from, to);
    }
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum EvaluationState {
    /// Waiting for its next page.
    Running,
    /// All merchants were looked at.
    Computed {
        /// When.
        at: Timestamp,
        /// Until when somebody is to publish it; none for a preview.
        publish_by: Option<Timestamp>,
        /// Whether it was told that nobody did.
        told: bool,
    },
    /// Merchants may object (公示异议期).
    Published {
        /// When it was computed.
        computed_at: Timestamp,
        /// Since when.
        at: Timestamp,
        /// Who published it.
        by: ActorId,
        /// Until when they may object: from then on the grades are in effect.
        effective_at: Timestamp,
    },
    /// The grades are in effect.
    InEffect {
        /// When it was computed.
        computed_at: Timestamp,
        /// When it was published.
        published_at: Timestamp,
        /// Who published it.
        by: ActorId,
        /// When the time for objections ended: they take effect soon after.
        objections_ended_at: Timestamp,
        /// Since when: one moment for all.
        at: Timestamp,
        /// What it did.
        summary: Summary,
    },
    /// It cannot come to an end.
    Failed {
        /// Why.
        reason: String,
    },
}

impl EvaluationState {
    /// All words for it in storage and on the wire.
    pub const WORDS: [&'static str; 5] = ["running", "computed", "published", "in_effect", "failed"];
    /// Those in which everybody sees it: see [`Evaluation::is_public`].
    pub const PUBLIC: [&'static str; 2] = ["published", "in_effect"];

    /// The one word for it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Computed { .. } => "computed",
            Self::Published { .. } => "published",
            Self::InEffect { .. } => "in_effect",
            Self::Failed { .. } => "failed",
        }
    }
}

/// Why nothing is done with a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationRefusal {
    /// The year is not evaluated yet.
    #[error("the evaluation of that year begins at {0}")]
    TooEarly(Timestamp),
    /// There is nobody to evaluate: a year is left to whoever opens ledgers of it, a preview would show nothing.
    #[error("no merchant of the city had a ledger by the end of {0}")]
    Nobody(Day),
    /// The moment has not come.
    #[error("only what is past can be looked at: until {0}")]
    Future(Timestamp),
    /// Its state does not allow it.
    #[error("it cannot be done while the evaluation is {0}")]
    NotNow(&'static str),
    /// A preview changes no grade.
    #[error("a preview is never published")]
    Preview,
    /// One at a time.
    #[error("a preview of this city is under way: wait for its end")]
    Busy,
    /// Who began it does not publish it.
    #[error("who began the run does not publish it: another person has to")]
    SamePerson,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Its id.
    pub id: EvaluationId,
    /// What is run.
    pub order: Order,
    /// How far it is.
    pub progress: Progress,
    /// Where it stands.
    pub state: EvaluationState,
    /// Counts what people and time did to it; pages do not count.
    pub version: Version,
}

impl Evaluation {
    /// A new one, over so many merchants.
    #[must_use]
    pub fn begin(id: EvaluationId, order: Order, merchants: u32) -> Self {
        let progress = Progress::starting(merchants);
        Self { id, order, progress, state: EvaluationState::Running, version: Version(1) }
    }

    /// All merchants were looked at.
    #[must_use]
    pub fn computed(&self, rules: &EvaluationRules, now: Timestamp) -> Self {
        let days = Duration::from_secs(u64::from(rules.publish_within_days) * 86_400);
        let publish_by = self.order.scope.year().map(|_| now.after(days));
        self.with(EvaluationState::Computed { at: now, publish_by, told: false })
    }

    /// It cannot come to an end.
    #[must_use]
    pub fn failed(&self, reason: &str) -> Self {
        self.with(EvaluationState::Failed { reason: reason.to_owned() })
    }

    /// Another person publishes it: merchants may object from now on, and then the grades take effect.
    ///
    /// # Errors
    /// [`EvaluationRefusal`].
    pub fn publish(
        &self,
        by: ActorId,
        rules: &EvaluationRules,
        calendar: &Calendar,
        now: Timestamp,
    ) -> Result<Step<Self, ()>, EvaluationRefusal> {
        if self.order.scope == Scope::Preview {
            return Err(EvaluationRefusal::Preview);
        }
        if self.order.by == Some(by) {
            return Err(EvaluationRefusal::SamePerson);
        }
        match self.state {
            EvaluationState::Published { .. } | EvaluationState::InEffect { .. } => Ok(Step::AlreadyDone(())),
            EvaluationState::Running | EvaluationState::Failed { .. } => {
                Err(EvaluationRefusal::NotNow(self.state.word()))
            }
            EvaluationState::Computed { at: computed_at, .. } => {
                let effective_at =
                    calendar.add_working_days(now, rules.objection_working_days, Whose::Merchants);
                let state = EvaluationState::Published { computed_at, at: now, by, effective_at };
                Ok(Step::Done(self.with(state)))
            }
        }
    }

    /// Somebody has it computed anew, with what is known by now and by the rules of now: whoever that is began it.
    /// While it runs, it is running.
    ///
    /// # Errors
    /// Once it is published, and for a preview: another one is begun instead.
    pub fn anew(
        &self,
        by: ActorId,
        rules_version: u32,
        merchants: u32,
        now: Timestamp,
    ) -> Result<Step<Self, ()>, EvaluationRefusal> {
        if self.order.scope == Scope::Preview {
            return Err(EvaluationRefusal::Preview);
        }
        match self.state {
            EvaluationState::Running => Ok(Step::AlreadyDone(())),
            EvaluationState::Published { .. } | EvaluationState::InEffect { .. } => {
                Err(EvaluationRefusal::NotNow(self.state.word()))
            }
            EvaluationState::Computed { .. } | EvaluationState::Failed { .. } => {
                let known_at = now.before(KNOWN_BEHIND);
                let order = Order { known_at, rules_version, by: Some(by), ..self.order };
                let progress = Progress::starting(merchants);
                Ok(Step::Done(Self { order, progress, ..self.with(EvaluationState::Running) }))
            }
        }
    }

    /// Nobody published it in time, and nobody was told so yet.
    #[must_use]
    pub fn overdue(&self, now: Timestamp) -> Option<Self> {
        match self.state {
            EvaluationState::Computed { at, publish_by: Some(by), told: false } if by <= now => {
                let state = EvaluationState::Computed { at, publish_by: Some(by), told: true };
                // A version for people is not moved by a note to ourselves.
                Some(Self { state, ..self.clone() })
            }
            _ => None,
        }
    }

    /// Whether its grades are to take effect.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        matches!(self.state, EvaluationState::Published { effective_at, .. } if effective_at <= now)
    }

    /// Its grades took effect; nothing unless it was published.
    #[must_use]
    pub fn in_effect(&self, summary: Summary, now: Timestamp) -> Option<Self> {
        let EvaluationState::Published { computed_at, at: published_at, by, effective_at } = self.state
        else {
            return None;
        };
        Some(self.with(EvaluationState::InEffect {
            computed_at,
            published_at,
            by,
            objections_ended_at: effective_at,
            at: now,
            summary,
        }))
    }

    /// When it has something to do next by itself.
    #[must_use]
    pub const fn turns_at(&self) -> Option<Timestamp> {
        match self.state {
            // One that began earlier goes first, and so do grades whose time had come.
            EvaluationState::Running => Some(self.order.known_at),
            EvaluationState::Computed { publish_by, told: false, .. } => publish_by,
            EvaluationState::Published { effective_at, .. } => Some(effective_at),
            EvaluationState::Computed { .. }
            | EvaluationState::InEffect { .. }
            | EvaluationState::Failed { .. } => None,
        }
    }

    /// Since when its grades are in effect, or will be; none before its publication.
    #[must_use]
    pub const fn effective_at(&self) -> Option<Timestamp> {
        match self.state {
            EvaluationState::Published { effective_at: at, .. } | EvaluationState::InEffect { at, .. } => {
                Some(at)
            }
            EvaluationState::Running | EvaluationState::Computed { .. } | EvaluationState::Failed { .. } => {
                None
            }
        }
    }

    /// The last day in the city on which merchants may object, or could; none before its publication.
    #[must_use]
    pub fn objections_until(&self) -> Option<Day> {
        match self.state {
            EvaluationState::Published { effective_at: end, .. }
            | EvaluationState::InEffect { objections_ended_at: end, .. } => Some(end.last_day()),
            EvaluationState::Running | EvaluationState::Computed { .. } | EvaluationState::Failed { .. } => {
                None
            }
        }
    }

    /// Whether merchants see what it found for them: from its publication on.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        matches!(self.state, EvaluationState::Published { .. } | EvaluationState::InEffect { .. })
    }

    fn with(&self, state: EvaluationState) -> Self {
        Self { state, version: self.version.next(), ..self.clone() }
    }
}

/// The outcome of a command that may reach its aggregate twice: retried, redelivered or replayed.
///
/// "Already done" is a value and not an error, so that a second try can be answered with the first result
/// and nobody can forget to look.
#[must_use = "a step that was already done must be answered with its first result"]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<T, First = T> {
    /// Done now: carry this out.
    Done(T),
    /// Done before: the first result stands, and nothing is to be carried out.
    AlreadyDone(First),
}

impl<T, First> Step<T, First> {
    /// What is to be carried out, if anything.
    pub fn done(self) -> Option<T> {
        match self {
            Self::Done(now) => Some(now),
            Self::AlreadyDone(_) => None,
        }
    }

    /// Whether the first result stands.
    #[must_use]
    pub const fn is_already_done(&self) -> bool {
        matches!(self, Self::AlreadyDone(_))
    }

    /// Turns what is to be carried out into something else.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Step<U, First> {
        match self {
            Self::Done(now) => Step::Done(change(now)),
            Self::AlreadyDone(first) => Step::AlreadyDone(first),
        }
    }
}

use kernel::{Actor, ActorId};
use serde::{Deserialize, Serialize};

/// Handlers kept per request: all that an honest request can have, many times over.
const HANDLERS_MAX: usize = 64;

/// The people who handled a request (经办人), as the events about it named them. They neither call the citizen
/// about it nor rule on it (I8).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Handlers(Vec<ActorId>);

impl Handlers {
    /// Notes who took part. Only staff can be called to judge, so only staff is kept. When there are too many
    /// to keep, nobody is let through any more: see [`Handlers::may_judge`].
    pub fn note(&mut self, actor: Actor) {
        if let Actor::Staff { id } = actor
            && !self.0.contains(&id)
            && self.0.len() < HANDLERS_MAX
        {
            self.0.push(id);
        }
    }

    /// The same, in passing.
    #[must_use]
    pub fn with(mut self, actor: Actor) -> Self {
        self.note(actor);
        self
    }

    /// Whether this person had no part in it. With a full list nobody may: a doubt must not be settled in
    /// favour of the one it is about.
    #[must_use]
    pub fn may_judge(&self, person: ActorId) -> bool {
        self.0.len() < HANDLERS_MAX && !self.0.contains(&person)
    }

    /// All that are known.
    pub fn iter(&self) -> impl Iterator<Item = ActorId> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Actor> for Handlers {
    fn from_iter<I: IntoIterator<Item = Actor>>(actors: I) -> Self {
        actors.into_iter().fold(Self::default(), Self::with)
    }
}

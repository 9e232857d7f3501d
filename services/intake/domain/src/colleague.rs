//! What colleagues call one another (同事): an account of the staff and the name that its token gave, kept for whoever
//! reads what the account did.

use kernel::{ActorId, City, PersonalText, Timestamp};

const NAME_CHARS_MAX: usize = 40;

/// An account as its token presents it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The account.
    pub id: ActorId,
    /// The one city that it works for; none where it works for all.
    pub city: Option<City>,
    /// What the issuer calls the person.
    pub name: Option<PersonalText>,
}

/// Somebody of the staff, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// The account.
    pub id: ActorId,
    /// The one city that it works for; none where it works for all.
    pub city: Option<City>,
    /// What colleagues call the person: 1 to 40 characters.
    pub name: PersonalText,
    /// Since when it is this name.
    pub named_at: Timestamp,
    /// The last sign-in.
    pub seen_at: Timestamp,
}

impl Colleague {
    /// Who signs in now, `known` by an earlier sign-in or not. The last name is the one that holds; nobody, where the
    /// issuer gives none (any more).
    #[must_use]
    pub fn signed_in(known: Option<&Self>, sign_in: &SignIn, now: Timestamp) -> Option<Self> {
        let &SignIn { id, city, ref name } = sign_in;
        let name = shown(name.as_ref()?)?;
        let named_at = known.filter(|known| known.name == name).map_or(now, |known| known.named_at);
        Some(Self { id, city, name, named_at, seen_at: now })
    }

    /// Whether those who work in the city read the name: it works there too, or everywhere.
    #[must_use]
    pub fn works_in(&self, city: City) -> bool {
        self.city.is_none_or(|own| own == city)
    }
}

/// The name on one line, without what cannot be seen; none where nothing is left.
fn shown(name: &PersonalText) -> Option<PersonalText> {
    let visible = |c: &char| !c.is_control();
    let name: String = name.in_the_clear().trim().chars().filter(visible).take(NAME_CHARS_MAX).collect();
    let name = name.trim();
    (!name.is_empty()).then(|| PersonalText::new(name.to_owned()))
}

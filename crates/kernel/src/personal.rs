use core::fmt;

/// Words that may hold personal data: a name, an address, what a citizen said (个人信息).
///
/// They are shown by calling [`PersonalText::in_the_clear`] and in no other way: there is no `Display`, `Debug`
/// tells the length alone, and the missing `Serialize` keeps them off the bus.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PersonalText(String);

impl PersonalText {
    /// Wraps the words.
    #[must_use]
    pub const fn new(words: String) -> Self {
        Self(words)
    }

    /// The words themselves: for those who need them for the case, whose reading is audited.
    #[must_use]
    pub fn in_the_clear(&self) -> &str {
        &self.0
    }

    /// How many characters they have.
    #[must_use]
    pub fn chars(&self) -> usize {
        self.0.chars().count()
    }
}

impl From<String> for PersonalText {
    fn from(words: String) -> Self {
        Self(words)
    }
}

impl fmt::Debug for PersonalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} characters>", self.chars())
    }
}

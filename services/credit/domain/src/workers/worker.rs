//! A worker: state only. What changes it is in [`super::commands`].

use core::fmt;
use core::str::FromStr;

use kernel::{Actor, City, MerchantId, Timestamp, Version, WorkerId};
use serde::{Deserialize, Serialize};

use super::safety::{Colour, Papers};

/// A worker of a merchant (家政从业人员).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// The worker.
    pub id: WorkerId,
    /// The city of its merchants.
    pub city: City,
    /// The number on the card in force.
    pub card: CardNumber,
    /// The name as shown to citizens: masked. The whole name is not kept.
    pub masked_name: String,
    /// Where the photo on the card stands, if there is one.
    pub photo: Option<String>,
    /// What the colour depends on.
    pub papers: Papers,
    /// By whom the worker is enrolled, or was last.
    pub enrolment: Enrolment,
    /// The move to another merchant that is under way, if one is.
    pub transfer: Option<Transfer>,
    /// The skill stars in force.
    pub stars: Option<StarAward>,
    /// When the next notice of an expiring paper is due.
    pub notice_at: Option<Timestamp>,
    /// Counts the changes: +1 with each, and one [`Record`] each.
    pub version: Version,
}

impl Worker {
    /// The merchant that enrols the worker now: one at a time, by the form of this type.
    #[must_use]
    pub fn employer(&self) -> Option<MerchantId> {
        self.enrolment.left_at.is_none().then_some(self.enrolment.merchant)
    }

    /// The safety colour at this moment.
    #[must_use]
    pub fn colour(&self, now: Timestamp) -> Colour {
        self.papers.colour(now)
    }
}

/// One merchant's hold on a worker (在册登记).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Enrolment {
    /// The merchant.
    pub merchant: MerchantId,
    /// Since when.
    pub since: Timestamp,
    /// When the worker left it; none while it lasts.
    pub left_at: Option<Timestamp>,
}

/// A move to another merchant (转会) that was asked for: it takes place once the present merchant consents, and
/// without its word when the notice has run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Transfer {
    /// The merchant that asked, and so consents.
    pub to: MerchantId,
    /// When.
    pub asked_at: Timestamp,
    /// When the notice has run.
    pub due_at: Timestamp,
}

/// The number on a worker's card (证件号): the city and seven digits, such as `330200-0000001`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CardNumber {
    city: City,
    number: u32,
}

impl CardNumber {
    const LAST: u32 = 9_999_999;

    /// The n-th card of the city.
    ///
    /// # Errors
    /// [`CardNumberError`] when it has no seven digits.
    pub const fn try_new(city: City, number: u32) -> Result<Self, CardNumberError> {
        if number <= Self::LAST { Ok(Self { city, number }) } else { Err(CardNumberError) }
    }

    /// The city that issued it.
    #[must_use]
    pub const fn city(self) -> City {
        self.city
    }

    /// The number to be given out after this one.
    ///
    /// # Errors
    /// [`CardNumberError`] when all have been.
    pub const fn next(self) -> Result<Self, CardNumberError> {
        Self::try_new(self.city, self.number.saturating_add(1))
    }
}

impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:07}", self.city, self.number)
    }
}

/// The text is no card number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a card number: expected the city's code, a hyphen and seven digits")]
pub struct CardNumberError;

impl FromStr for CardNumber {
    type Err = CardNumberError;

    fn from_str(text: &str) -> Result<Self, CardNumberError> {
        let (city, number) = text.split_once('-').ok_or(CardNumberError)?;
        if number.len() != 7 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CardNumberError);
        }
        let city = city.parse().map_err(|_| CardNumberError)?;
        Self::try_new(city, number.parse().map_err(|_| CardNumberError)?)
    }
}

impl TryFrom<String> for CardNumber {
    type Error = CardNumberError;

    fn try_from(text: String) -> Result<Self, CardNumberError> {
        text.parse()
    }
}

impl From<CardNumber> for String {
    fn from(card: CardNumber) -> Self {
        card.to_string()
    }
}

/// Skill stars (技能星级), 1 to 5. No grade and no colour: there is no way from one scale to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Stars(u8);

/// There are 1 to 5 stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("skill stars are 1 to 5")]
pub struct StarsError;

impl Stars {
    /// How many.
    #[must_use]
    pub const fn count(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Stars {
    type Error = StarsError;

    fn try_from(count: u8) -> Result<Self, StarsError> {
        if (1..=5).contains(&count) { Ok(Self(count)) } else { Err(StarsError) }
    }
}

impl From<Stars> for u8 {
    fn from(stars: Stars) -> Self {
        stars.0
    }
}

/// Stars as they were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StarAward {
    /// How many.
    pub stars: Stars,
    /// The number of the training or exam they rest on.
    pub training: String,
    /// Who gave them.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// How a training or exam ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrainingResult {
    /// Attended; there was nothing to pass.
    Attended,
    /// Passed.
    Passed,
    /// Not passed.
    Failed,
}

/// A training or exam (培训, 考核).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Training {
    /// The number of its certificate or protocol: the same number is the same training.
    pub number: String,
    /// What was taught or examined.
    pub title: String,
    /// Who taught or examined.
    pub provider: String,
    /// How it ended.
    pub result: TrainingResult,
    /// When it ended.
    pub finished_at: Timestamp,
}

/// Why a transfer took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grounds {
    /// Both merchants agreed.
    Consent,
    /// The notice had run.
    Notice,
}

/// What can happen to a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happening {
    /// A merchant enrolled the worker.
    Enrolled {
        /// Which.
        merchant: MerchantId,
    },
    /// The worker left.
    Left {
        /// Whom.
        merchant: MerchantId,
    },
    /// Another merchant asked for the worker.
    TransferAsked {
        /// Which.
        to: MerchantId,
        /// When it may take place without consent.
        due_at: Timestamp,
    },
    /// It was not to be.
    TransferWithdrawn {
        /// Who had asked.
        to: MerchantId,
    },
    /// The worker moved.
    Transferred {
        /// From.
        from: MerchantId,
        /// To.
        to: MerchantId,
        /// Why it might.
        grounds: Grounds,
    },
    /// The papers were looked at, and are these.
    PapersReviewed {
        /// From now on.
        papers: Papers,
    },
    /// A training or exam was recorded.
    Trained {
        /// Which.
        training: Training,
    },
    /// Skill stars were given.
    StarsAwarded {
        /// How many.
        stars: Stars,
        /// The number of the training or exam they rest on.
        training: String,
    },
    /// A new card took the place of the one before.
    CardReissued {
        /// No longer good.
        before: CardNumber,
        /// From now on.
        card: CardNumber,
    },
}

/// One entry of a worker's record (履历): appended, never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whose.
    pub worker: WorkerId,
    /// The worker's version after it.
    pub version: Version,
    /// What happened.
    pub happening: Happening,
    /// By whom.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// A name as citizens see it: the first character and a star for each other, two at most.
#[must_use]
pub fn mask(name: &str) -> String {
    let mut characters = name.trim().chars();
    let first: String = characters.next().into_iter().collect();
    let stars = "*".repeat(characters.count().min(2));
    format!("{first}{stars}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_number_reads_back_from_its_text() {
        let city = City::try_new(330_200).unwrap();
        let card = CardNumber::try_new(city, 42).unwrap();
        assert_eq!((card.to_string().as_str(), card.to_string().parse()), ("330200-0000042", Ok(card)));
        assert_eq!(CardNumber::try_new(city, CardNumber::LAST).unwrap().next(), Err(CardNumberError));
        for wrong in ["", "330200-42", "330200_0000042", "3302-0000042", "330200-000004x", "330200-00000420"]
        {
            assert_eq!(wrong.parse::<CardNumber>(), Err(CardNumberError), "{wrong}");
        }
    }

    #[test]
    fn stars_are_one_to_five() {
        assert!((1..=5).all(|count| Stars::try_from(count).is_ok_and(|stars| stars.count() == count)));
        assert!([0, 6, 255].into_iter().all(|count| Stars::try_from(count) == Err(StarsError)));
    }

    #[test]
    fn i7_a_masked_name_shows_its_first_character_alone() {
        for (name, masked) in
            [("王小明", "王**"), ("李雷", "李*"), (" 欧阳娜娜子 ", "欧**"), ("赵", "赵"), ("", "")]
        {
            assert_eq!(mask(name), masked);
        }
    }
}

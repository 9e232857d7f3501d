//! The code that names an organisation for life (GB 32100-2015), with its check digit.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// The characters of a code, each worth its place: digits and capitals without I, O, S, V and Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const LENGTH: usize = 18;
/// The first eight: registering department, kind of organisation, six digits of the registering district.
const AREA: core::ops::Range<usize> = 2..8;

/// The text is no unified social credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SocialCreditCodeError {
    /// Too short or too long.
    #[error("a unified social credit code has 18 characters")]
    Length,
    /// A character that does not stand there.
    #[error("character {0} of the unified social credit code does not fit its place")]
    Character(usize),
    /// A slip of the pen: the last character does not follow from the others.
    #[error("the check character of the unified social credit code does not fit")]
    CheckCharacter,
}

/// A unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, the last of them a check.
///
/// That it is well formed says nothing about whether the organisation exists: that is for the registry to say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
#[serde(try_from = "String", into = "String")]
pub struct SocialCreditCode([u8; LENGTH]);

impl SocialCreditCode {
    /// Checks length, characters and check character. Small letters are taken for capitals.
    ///
    /// # Errors
    /// [`SocialCreditCodeError`] with what does not fit.
    pub fn try_new(text: &str) -> Result<Self, SocialCreditCodeError> {
        let upper = text.trim().to_ascii_uppercase();
        let code: [u8; LENGTH] = upper.as_bytes().try_into().map_err(|_| SocialCreditCodeError::Length)?;
        for (place, byte) in code.iter().enumerate() {
            let fits = if AREA.contains(&place) { byte.is_ascii_digit() } else { value(*byte).is_some() };
            if !fits {
                return Err(SocialCreditCodeError::Character(place + 1));
            }
        }
        let [body @ .., check] = &code;
        if check_character(body) == Some(*check) {
            Ok(Self(code))
        } else {
            Err(SocialCreditCodeError::CheckCharacter)
        }
    }

    /// Completes the first 17 characters with their check character: for samples, whose organisations do not
    /// exist.
    ///
    /// # Errors
    /// [`SocialCreditCodeError`] with what does not fit.
    pub fn complete(body: &str) -> Result<Self, SocialCreditCodeError> {
        let check = check_character(body.as_bytes()).map_or('0', char::from);
        Self::try_new(&format!("{body}{check}"))
    }

    /// As it is written on the licence.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only characters of the alphabet get in.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// What a character is worth; none if it is not of the alphabet.
fn value(byte: u8) -> Option<u32> {
    ALPHABET.iter().position(|&known| known == byte).and_then(|place| u32::try_from(place).ok())
}

/// C18 = 31 - MOD(sum of C(i) * 3^(i-1) mod 31, 31), where 31 is written as 0.
fn check_character(body: &[u8]) -> Option<u8> {
    let mut weight = 1;
    let mut sum = 0;
    for byte in body {
        sum = (sum + value(*byte)? * weight) % 31;
        weight = weight * 3 % 31;
    }
    let place = usize::try_from((31 - sum) % 31).ok()?;
    ALPHABET.get(place).copied()
}

impl fmt::Display for SocialCreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SocialCreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SocialCreditCode {
    type Err = SocialCreditCodeError;

    fn from_str(text: &str) -> Result<Self, SocialCreditCodeError> {
        Self::try_new(text)
    }
}

impl TryFrom<String> for SocialCreditCode {
    type Error = SocialCreditCodeError;

    fn try_from(text: String) -> Result<Self, SocialCreditCodeError> {
        Self::try_new(&text)
    }
}

impl From<SocialCreditCode> for String {
    fn from(code: SocialCreditCode) -> Self {
        code.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_codes_are_taken_and_a_wrong_check_character_is_not() {
        // The worked example that goes round with the standard's formula, and two companies' published codes.
        for code in ["91350100M000100Y43", "91110108551385082Q", "91110000802100433B"] {
            assert_eq!(SocialCreditCode::try_new(code).map(|code| code.to_string()), Ok(code.to_owned()));
        }
        let refused = SocialCreditCode::try_new("91350100M000100Y4Y");
        assert_eq!(refused, Err(SocialCreditCodeError::CheckCharacter));
        assert_eq!(
            SocialCreditCode::try_new("91350100m000100y43"),
            SocialCreditCode::try_new("91350100M000100Y43")
        );
    }

    #[test]
    fn what_does_not_fit_is_named() {
        assert_eq!(SocialCreditCode::try_new("9135"), Err(SocialCreditCodeError::Length));
        assert_eq!(
            SocialCreditCode::try_new("91350100M000100Y4Z"),
            Err(SocialCreditCodeError::Character(18))
        );
        assert_eq!(SocialCreditCode::try_new("9135A100M000100Y43"), Err(SocialCreditCodeError::Character(5)));
        assert_eq!(SocialCreditCode::try_new("一二三四五六"), Err(SocialCreditCodeError::Character(1)));
    }

    proptest! {
        #[test]
        fn no_single_wrong_character_and_no_swap_of_neighbours_goes_unseen(
            area in "[0-9]{6}", rest in "[0-9A-HJ-NP-RTUWXY]{9}", place in 0_usize..18, other in 0_usize..31,
        ) {
            let code = SocialCreditCode::complete(&format!("91{area}{rest}")).unwrap();
            prop_assert_eq!(code.as_str().parse(), Ok(code));
            let mut wrong = code.as_str().as_bytes().to_vec();
            wrong[place] = ALPHABET[other];
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(SocialCreditCode::try_new(&wrong).is_ok(), wrong == code.as_str());
            let mut swapped = code.as_str().as_bytes().to_vec();
            swapped.swap(place.min(16), place.min(16) + 1);
            let swapped = String::from_utf8(swapped).unwrap();
            prop_assert_eq!(SocialCreditCode::try_new(&swapped).is_ok(), swapped == code.as_str());
        }
    }
}

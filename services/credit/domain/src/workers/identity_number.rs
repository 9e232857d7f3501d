use core::fmt;
use core::str::FromStr;

use kernel::PersonalText;

/// The text is no citizen identity number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identity number: expected 17 digits and the check character of GB 11643")]
pub struct IdentityNumberError;

/// A citizen identity number (公民身份号码, GB 11643): what tells two persons apart, so that nobody holds two cards.
/// Personal: stored, compared, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityNumber(PersonalText);

/// Weights of the 17 digits, ISO 7064 MOD 11-2.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character of each remainder.
const CHECKS: &[u8; 11] = b"10X98765432";

impl IdentityNumber {
    /// The number itself, for storage alone.
    #[must_use]
    pub fn in_the_clear(&self) -> &str {
        self.0.in_the_clear()
    }
}

impl FromStr for IdentityNumber {
    type Err = IdentityNumberError;

    fn from_str(text: &str) -> Result<Self, IdentityNumberError> {
        let text = text.to_ascii_uppercase();
        let (digits, check) = text.as_bytes().split_at_checked(17).ok_or(IdentityNumberError)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(IdentityNumberError);
        }
        let sum: u32 =
            digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        let expected = usize::try_from(sum % 11).ok().and_then(|rest| CHECKS.get(rest));
        if check.len() == 1 && check.first() == expected {
            Ok(Self(PersonalText::new(text)))
        } else {
            Err(IdentityNumberError)
        }
    }
}

impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_is_that_of_the_standard() {
        // The standard's own example, and one that ends in X.
        for good in ["11010519491231002X", "11010519491231002x", "440524188001010014"] {
            assert!(good.parse::<IdentityNumber>().is_ok(), "{good}");
        }
        for wrong in [
            "",
            "110105194912310021",
            "1101051949123100",
            "11010519491231002XX",
            "1101051949l231002X",
            "四四零",
        ] {
            assert_eq!(wrong.parse::<IdentityNumber>(), Err(IdentityNumberError), "{wrong}");
        }
    }

    #[test]
    fn i7_a_number_does_not_show_in_logs() {
        let number: IdentityNumber = "440524188001010014".parse().unwrap();
        assert_eq!(format!("{number:?}"), "<18 characters>");
    }
}

//! How to reach a citizen: personal data, shown masked everywhere but to those who need it for the case.

use core::fmt;

use kernel::PersonalText;

/// A phone number of mainland China (电话号码), digits only: a mobile number of 11 digits, or a fixed line with
/// its area code.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

/// The text is no phone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a phone number: expected a mobile number of 11 digits, or a fixed line with its area code")]
pub struct PhoneError;

impl Phone {
    /// Reads a number as people write it: blanks, hyphens and the country code 86 are taken off.
    ///
    /// # Errors
    /// [`PhoneError`] unless it is a mobile number or a fixed line with area code.
    pub fn try_new(text: &str) -> Result<Self, PhoneError> {
        let text = text.trim();
        let text = text.strip_prefix("+86").or_else(|| text.strip_prefix("0086")).unwrap_or(text);
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let fits = match digits.as_bytes() {
            [b'1', b'3'..=b'9', ..] => digits.len() == 11,
            [b'0', b'1'..=b'9', ..] => (10..=12).contains(&digits.len()),
            _ => false,
        };
        if fits && digits.bytes().all(|b| b.is_ascii_digit()) { Ok(Self(digits)) } else { Err(PhoneError) }
    }

    /// The digits: for those who need them for the case, whose reading is audited.
    #[must_use]
    pub fn in_the_clear(&self) -> &str {
        &self.0
    }

    /// As shown to everybody else, such as `138****1234`.
    #[must_use]
    pub fn masked(&self) -> String {
        let head: String = self.0.chars().take(3).collect();
        let tail: String = self.0.chars().skip(self.0.chars().count().saturating_sub(4)).collect();
        format!("{head}****{tail}")
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// A name as shown to those who need not know it: the first character, such as `王**`.
#[must_use]
pub fn mask_name(name: &PersonalText) -> String {
    name.in_the_clear().chars().next().map_or_else(String::new, |first| format!("{first}**"))
}

/// Name, number and address of the citizen who asked (联系方式). Its debug text is masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// What to call the citizen.
    pub name: PersonalText,
    /// The number to call.
    pub phone: Phone,
    /// Where to go, below the street; empty where nobody has to go anywhere.
    pub address: PersonalText,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, digits) in [
            ("13800001234", "13800001234"),
            (" +86 138-0000-1234 ", "13800001234"),
            ("0574-8765 4321", "057487654321"),
            ("010-87654321", "01087654321"),
        ] {
            assert_eq!(Phone::try_new(text).unwrap().in_the_clear(), digits);
        }
        for wrong in
            ["", "81890", "1380000123", "12800001234", "138000012345", "1380000123x", "00574123456", "一三八"]
        {
            assert_eq!(Phone::try_new(wrong), Err(PhoneError), "{wrong}");
        }
    }

    #[test]
    fn i7_a_contact_does_not_show_in_logs() {
        let contact = Contact {
            name: PersonalText::new("王小明".to_owned()),
            phone: Phone::try_new("13800001234").unwrap(),
            address: PersonalText::new("解放南路 9 号".to_owned()),
        };
        let shown = format!("{contact:?}");
        assert_eq!(contact.phone.masked(), "138****1234");
        assert_eq!(mask_name(&contact.name), "王**");
        for secret in ["王", "小明", "0000", "解放"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

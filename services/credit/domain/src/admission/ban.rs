//! Who a merchant is before the law, and the ban that follows it. A ban is matched by keys alone: identity
//! numbers are not kept anywhere.

use core::fmt;
use core::str::FromStr;

use kernel::{City, MerchantId, SocialCreditCode, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ledger::Cause;

/// Weights of the first 17 digits of a resident identity number (GB 11643, ISO 7064 MOD 11-2).
const RESIDENT_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const RESIDENT_CHECKS: [u8; 11] = *b"10X98765432";

/// What names a person or organisation for matching: the SHA-256 of the kind of document and its number. It is
/// no secret - numbers can be tried out - so it stays in these tables like the names beside it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MatchKey([u8; 32]);

impl MatchKey {
    fn of(kind: &str, number: &str) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"81890.credit.match.1\0");
        hasher.update(kind.as_bytes());
        hasher.update(b"\0");
        hasher.update(number.as_bytes());
        Self(hasher.finalize().into())
    }

    /// Of an organisation.
    #[must_use]
    pub fn of_code(code: SocialCreditCode) -> Self {
        Self::of("social_credit_code", code.as_str())
    }

    /// Of a merchant itself: for those whose code was never recorded.
    #[must_use]
    pub fn of_merchant(merchant: MerchantId) -> Self {
        Self::of("merchant", &merchant.to_string())
    }
}

impl fmt::Display for MatchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Tells nothing: a key must not end in a log.
impl fmt::Debug for MatchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<key>")
    }
}

impl From<MatchKey> for String {
    fn from(key: MatchKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for MatchKey {
    type Error = crate::ledger::HashError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse::<crate::ledger::EntryHash>().map(|hash| Self(hash.bytes()))
    }
}

/// The text is no document that names somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an identity document: expected resident:<18 characters>, organisation:<social credit code> or passport:<number>"
)]
pub struct IdentityError;

/// By what a person or an organisation is known (身份证件). Read, turned into a key, and forgotten: it can
/// neither be shown nor stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct IdentityDocument(MatchKey);

impl IdentityDocument {
    /// What it is matched by.
    #[must_use]
    pub const fn key(self) -> MatchKey {
        self.0
    }
}

/// `resident:`, `organisation:` or `passport:` and the number.
impl FromStr for IdentityDocument {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let (kind, number) = text.split_once(':').ok_or(IdentityError)?;
        let number = number.trim().to_ascii_uppercase();
        match kind {
            "resident" if is_resident_number(&number) => Ok(Self(MatchKey::of("resident", &number))),
            "organisation" => {
                let code = SocialCreditCode::try_new(&number).map_err(|_| IdentityError)?;
                Ok(Self(MatchKey::of_code(code)))
            }
            "passport" => {
                let fits =
                    (5..=20).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric());
                if fits { Ok(Self(MatchKey::of("passport", &number))) } else { Err(IdentityError) }
            }
            _ => Err(IdentityError),
        }
    }
}

fn is_resident_number(number: &str) -> bool {
    let [digits @ .., check] = number.as_bytes() else { return false };
    if digits.len() != RESIDENT_WEIGHTS.len() || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 =
        digits.iter().zip(RESIDENT_WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let place = usize::try_from(sum % 11).unwrap_or(usize::MAX);
    RESIDENT_CHECKS.get(place) == Some(check)
}

/// What somebody is to a merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolderRole {
    /// The legal representative (法定代表人), or the owner of an individual business.
    LegalRepresentative,
    /// Who controls it, by shares or otherwise (实际控制人).
    ControllingPerson,
}

/// Somebody behind a merchant. The number of the document is not kept, and of the name only what is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// What it is to the merchant.
    pub role: HolderRole,
    /// The first character of the name.
    pub masked_name: String,
    /// What it is matched by.
    pub key: MatchKey,
}

impl Holder {
    /// From name and document, of which only this much is kept.
    #[must_use]
    pub fn new(role: HolderRole, name: &str, document: IdentityDocument) -> Self {
        Self { role, masked_name: masked(name), key: document.key() }
    }
}

/// A name as it is kept: its first character.
pub(crate) fn masked(name: &str) -> String {
    let mut characters = name.trim().chars();
    let first = characters.next().map(String::from).unwrap_or_default();
    format!("{first}{}", "*".repeat(characters.count().clamp(1, 3)))
}

/// Who a merchant is before the law (登记信息).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The unified social credit code.
    pub code: SocialCreditCode,
    /// The legal representative and the controlling persons.
    pub holders: Vec<Holder>,
}

impl Registration {
    /// Everything by which a ban finds it.
    #[must_use]
    pub fn keys(&self) -> Vec<MatchKey> {
        let holders = self.holders.iter().map(|holder| holder.key);
        core::iter::once(MatchKey::of_code(self.code)).chain(holders).collect()
    }
}

/// A ban on re-admission (禁入). It follows the code, the legal representative and the controlling persons, so that
/// a new licence does not wash it off. A measure of this platform, not of the state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ban {
    /// The city whose platform bans.
    pub city: City,
    /// The merchant that was removed.
    pub merchant: MerchantId,
    /// Its code, where it was recorded.
    pub code: Option<MatchKey>,
    /// Its legal representative and controlling persons.
    pub persons: Vec<MatchKey>,
    /// Since when.
    pub from: Timestamp,
    /// The first moment at which it no longer holds.
    pub until: Timestamp,
    /// What it was given for.
    pub cause: Cause,
}

impl Ban {
    /// On everybody behind a merchant. Without a registration only the merchant itself can be known again.
    #[must_use]
    pub fn on(
        city: City,
        merchant: MerchantId,
        registration: Option<&Registration>,
        from: Timestamp,
        until: Timestamp,
        cause: Cause,
    ) -> Self {
        let persons = registration.map(|known| known.holders.iter().map(|holder| holder.key).collect());
        Self {
            city,
            merchant,
            code: registration.map(|known| MatchKey::of_code(known.code)),
            persons: persons.unwrap_or_default(),
            from,
            until,
            cause,
        }
    }

    /// All by which it finds somebody.
    #[must_use]
    pub fn keys(&self) -> Vec<MatchKey> {
        let merchant = core::iter::once(MatchKey::of_merchant(self.merchant));
        merchant.chain(self.code).chain(self.persons.iter().copied()).collect()
    }

    /// Whether it holds at this moment.
    #[must_use]
    pub fn runs(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }

    /// Whether it is on this merchant, or on anybody behind it, wherever it comes from.
    #[must_use]
    pub fn is_on(&self, merchant: MerchantId, registration: &Registration) -> bool {
        let keys = self.keys();
        let mut asked = registration.keys().into_iter().chain([MatchKey::of_merchant(merchant)]);
        asked.any(|key| keys.contains(&key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Option<MatchKey> {
        text.parse::<IdentityDocument>().ok().map(IdentityDocument::key)
    }

    #[test]
    fn a_document_is_the_same_however_it_is_written_and_a_slip_is_refused() {
        // The worked example of GB 11643.
        assert_eq!(key("resident:11010519491231002X"), key("resident:11010519491231002x"));
        assert!(key("resident:11010519491231002X").is_some());
        for unfit in [
            "resident:110105194912310021",
            "resident:1",
            "passport:12",
            "organisation:1",
            "11010519491231002X",
        ] {
            assert!(key(unfit).is_none(), "{unfit}");
        }
        let code = SocialCreditCode::try_new("91350100M000100Y43").unwrap();
        assert_eq!(key("organisation:91350100m000100y43"), Some(MatchKey::of_code(code)));
    }

    #[test]
    fn of_a_name_only_the_first_character_is_kept() {
        let document = "passport:E12345678".parse().unwrap();
        let holder = Holder::new(HolderRole::ControllingPerson, "欧阳明", document);
        assert_eq!(holder.masked_name, "欧**");
        assert!(!format!("{holder:?}").contains("E12345678"));
    }
}

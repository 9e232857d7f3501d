use core::fmt;
use core::time::Duration;

use kernel::Timestamp;

use super::envelope::{ReadError, opened, sealed};
use super::revocations::Revocations;
use super::statement::Statement;
use crate::keys::{KeyId, SecretKey, SignError, TrustList, Unproven};

/// In front of the text: what it is, and which form.
const PREFIX: &str = "NB1:";
/// Names the form in each signature.
const FORM: &[u8] = b"81890.certificate.1";
/// Longer texts are not looked at. A QR code has no more than 4,296 characters.
const TEXT_MAX: usize = 4_296;
/// So far may the clock of whoever verifies be behind ours.
const SKEW: Duration = Duration::from_secs(300);

/// What came of checking a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// All is well.
    Valid,
    /// It was good, and its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It was good, and is not any more.
    Revoked,
    /// No key that is trusted has the name it gives: the trust list may be too old.
    UnknownKey,
    /// It was not signed by the key that it names.
    Forged,
    /// It is signed and in date, but the list of revocations is missing or too old to vouch for it.
    RevocationsTooOld,
    /// It is no certificate at all.
    Unreadable,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Valid,
        Self::Expired,
        Self::NotYetValid,
        Self::Revoked,
        Self::UnknownKey,
        Self::Forged,
        Self::RevocationsTooOld,
        Self::Unreadable,
    ];

    /// The one form on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::Revoked => "revoked",
            Self::UnknownKey => "unknown_key",
            Self::Forged => "forged",
            Self::RevocationsTooOld => "revocations_too_old",
            Self::Unreadable => "unreadable",
        }
    }

    /// What the time alone says of it.
    pub(super) fn of_time(says: &Statement, now: Timestamp) -> Option<Self> {
        if now.after(SKEW) < says.valid_from {
            Some(Self::NotYetValid)
        } else if now >= says.valid_until {
            Some(Self::Expired)
        } else {
            None
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<ReadError> for Verdict {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unreadable => Self::Unreadable,
            ReadError::Unproven(Unproven::UnknownKey) => Self::UnknownKey,
            ReadError::Unproven(Unproven::Forged) => Self::Forged,
        }
    }
}

/// A certificate that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What came of it.
    pub verdict: Verdict,
    /// What it says; none unless a trusted key signed it.
    pub says: Option<Statement>,
    /// Whether the merchant objects to an entry behind the grade, as the list knows.
    pub contested: bool,
}

/// The text of a certificate's QR code.
///
/// # Errors
/// [`SignError`].
pub fn seal(says: &Statement, key: &SecretKey) -> Result<String, SignError> {
    Ok(format!("{PREFIX}{}", base45::encode(sealed(&says.to_value(), FORM, key)?)))
}

/// What a text says that one of these keys signed, and which: the signature alone.
///
/// # Errors
/// [`ReadError`].
pub fn read(text: &str, trust: &TrustList) -> Result<(Statement, KeyId), ReadError> {
    if text.len() > TEXT_MAX {
        return Err(ReadError::Unreadable);
    }
    let encoded = text.strip_prefix(PREFIX).ok_or(ReadError::Unreadable)?;
    let bytes = base45::decode(encoded).map_err(|_| ReadError::Unreadable)?;
    if base45::encode(&bytes) != encoded {
        return Err(ReadError::Unreadable);
    }
    let (value, key) = opened(&bytes, FORM, trust)?;
    Ok((Statement::from_value(value)?, key))
}

/// Checks a certificate with what a reader has at hand: the keys it trusts, the list of revocations of the
/// certificate's city that it fetched last, its clock.
#[must_use]
pub fn verify(text: &str, trust: &TrustList, revocations: Option<&Revocations>, now: Timestamp) -> Checked {
    let says = match read(text, trust) {
        Ok((says, _)) => says,
        Err(error) => return Checked { verdict: error.into(), says: None, contested: false },
    };
    let list = revocations.filter(|list| list.city == says.city());
    let contested = list.is_some_and(|list| list.contested.contains(&says.number));
    let verdict = Verdict::of_time(&says, now).unwrap_or_else(|| match list {
        // A revocation is for ever, however old the list is.
        Some(list) if list.revoked.contains(&says.number) => Verdict::Revoked,
        Some(list) if now < list.next_update => Verdict::Valid,
        Some(_) | None => Verdict::RevocationsTooOld,
    });
    Checked { verdict, says: Some(says), contested }
}

//! What is scanned at the door: the signed, short-lived code on the worker's phone, or the printed card.
//!
//! A phone's code is `81890:p:` and, in base64url without padding, 49 bytes and their signature (see [`crate::keys`]):
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | the form, 1 |
//! | 4 | the key: the first bytes of its public half's SHA-256 |
//! | 4 | the city |
//! | 16 | the worker |
//! | 8 | the end, exclusive, in seconds since 1970 |
//! | 16 | the nonce: good for one scan |
//!
//! Signed is a line that names the form, then these bytes; integers are big-endian. A printed card says
//! `81890:c:` and its number, signed by nobody: it identifies the card and proves nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{City, ScanId, Timestamp, WorkerId};

use super::worker::CardNumber;
use crate::keys::{KeyId, KeyRing, SecretKey, Signature};

const PHONE: &str = "81890:p:";
const CARD: &str = "81890:c:";
const FORM: u8 = 1;
/// The same in front of what lets somebody confirm the entry of one scan.
const ENTRY_CONTEXT: &[u8] = b"81890.entry-token.1\n";
/// A key's name and its signature.
const TOKEN_BYTES: usize = 4 + size_of::<Signature>();
/// In front of what is signed, so that no other signature of the same key can be taken for a code's.
const CONTEXT: &[u8] = b"81890.worker-code.1\n";
const CLAIMS_BYTES: usize = 49;
/// No code is longer; longer texts are not looked at.
const TEXT_MAX: usize = 256;

/// What a phone's code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Claims {
    /// The worker's city.
    pub city: City,
    /// The worker.
    pub worker: WorkerId,
    /// The first second at which it is no longer good, since 1970.
    pub expires_s: i64,
    /// Good for one scan.
    pub nonce: u128,
}

/// What somebody presents at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Presented {
    /// The phone, with a code that we signed and that is in date.
    Phone(Claims),
    /// The card, which anybody may have printed.
    Card(CardNumber),
}

/// Why a text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// It has neither form.
    #[error("not a worker's code")]
    Unreadable,
    /// It has the form, but no key of ours signed it.
    #[error("the code was not signed here")]
    Forged,
    /// We signed it, for an earlier time.
    #[error("the code has expired")]
    Expired(Claims),
}

/// The keys of worker codes: the first signs, all are accepted.
#[derive(Debug, Clone, Default)]
pub struct CodeRing(KeyRing);

impl CodeRing {
    /// Of these keys.
    #[must_use]
    pub fn new(keys: Vec<SecretKey>) -> Self {
        Self(KeyRing::new(keys, Vec::new()))
    }

    /// The code that says this; none without a key.
    #[must_use]
    pub fn sign(&self, claims: Claims) -> Option<String> {
        let key = self.0.signer()?;
        let mut bytes = claims.bytes(key.id());
        let signature = key.sign(&signed_part(&bytes)).ok()?;
        bytes.extend(signature);
        Some(format!("{PHONE}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// What is presented by this text at this moment.
    ///
    /// # Errors
    /// [`CodeError`] says what is wrong with it.
    pub fn read(&self, text: &str, now: Timestamp) -> Result<Presented, CodeError> {
        if text.len() > TEXT_MAX {
            return Err(CodeError::Unreadable);
        }
        if let Some(number) = text.strip_prefix(CARD) {
            return number.parse().map(Presented::Card).map_err(|_| CodeError::Unreadable);
        }
        let encoded = text.strip_prefix(PHONE).ok_or(CodeError::Unreadable)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| CodeError::Unreadable)?;
        let (said, signature) = bytes.split_at_checked(CLAIMS_BYTES).ok_or(CodeError::Unreadable)?;
        let signature = Signature::try_from(signature).map_err(|_| CodeError::Unreadable)?;
        let (key, claims) = Claims::read(said).ok_or(CodeError::Unreadable)?;
        let proven = self.0.trusted().prove(key, None, &signed_part(said), &signature);
        proven.map_err(|_| CodeError::Forged)?;
        if now.as_secs() < claims.expires_s {
            Ok(Presented::Phone(claims))
        } else {
            Err(CodeError::Expired(claims))
        }
    }
}

impl CodeRing {
    /// What lets whoever made this scan confirm its entry, and nobody else: signed, so that nothing has to be kept. It is
    /// as good as the scan is fresh. None without a key.
    #[must_use]
    pub fn entry_token(&self, city: City, scan: ScanId) -> Option<String> {
        let key = self.0.signer()?;
        let signature = key.sign(&entry_part(city, scan)).ok()?;
        Some(URL_SAFE_NO_PAD.encode([key.id().bytes().as_slice(), &signature].concat()))
    }

    /// Whether the text is the token of this scan.
    #[must_use]
    pub fn is_entry_token(&self, text: &str, city: City, scan: ScanId) -> bool {
        if text.len() > TEXT_MAX {
            return false;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == TOKEN_BYTES);
        let read = bytes.as_deref().and_then(|bytes| bytes.split_first_chunk::<4>());
        read.is_some_and(|(key, signature)| {
            let key = KeyId::from_bytes(*key);
            let proven = |signature| self.0.trusted().prove(key, None, &entry_part(city, scan), &signature);
            Signature::try_from(signature).is_ok_and(|signature| proven(signature).is_ok())
        })
    }
}

fn entry_part(city: City, scan: ScanId) -> Vec<u8> {
    [ENTRY_CONTEXT, &city.code().to_be_bytes(), scan.uuid().as_bytes()].concat()
}

/// The text of a card's printed code.
#[must_use]
pub fn printed(card: CardNumber) -> String {
    format!("{CARD}{card}")
}

fn signed_part(said: &[u8]) -> Vec<u8> {
    [CONTEXT, said].concat()
}

impl Claims {
    fn bytes(self, key: KeyId) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(CLAIMS_BYTES + size_of::<Signature>());
        bytes.push(FORM);
        bytes.extend(key.bytes());
        bytes.extend(self.city.code().to_be_bytes());
        bytes.extend(self.worker.uuid().as_bytes());
        bytes.extend(self.expires_s.to_be_bytes());
        bytes.extend(self.nonce.to_be_bytes());
        bytes
    }

    fn read(said: &[u8]) -> Option<(KeyId, Self)> {
        let (form, rest) = said.split_first()?;
        let (key, rest) = rest.split_first_chunk::<4>()?;
        let (city, rest) = rest.split_first_chunk::<4>()?;
        let (worker, rest) = rest.split_first_chunk::<16>()?;
        let (expires_s, nonce) = rest.split_first_chunk::<8>()?;
        let claims = Self {
            city: City::try_new(u32::from_be_bytes(*city)).ok()?,
            worker: WorkerId::from_u128(u128::from_be_bytes(*worker)),
            expires_s: i64::from_be_bytes(*expires_s),
            nonce: u128::from_be_bytes(nonce.try_into().ok()?),
        };
        (*form == FORM).then_some((KeyId::from_bytes(*key), claims))
    }
}

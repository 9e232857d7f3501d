use std::collections::BTreeSet;

use ciborium::Value;
use kernel::{City, Timestamp};

use super::envelope::{Claims, ReadError, bytes, list, number, opened, sealed, text};
use super::number::CertificateNumber;
use super::statement::{END, ISSUER, OURS, instant};
use crate::keys::{SecretKey, SignError, TrustList};

/// Numbers on one list. More are not signed: a list that leaves something out says that it is good.
pub const REVOCATIONS_MAX: usize = 100_000;

const ISSUED_AT: i64 = 6;
/// Names the form in each signature.
const FORM: &[u8] = b"81890.revocations.1";
const NUMBER_BYTES: usize = 6;

/// The certificates of a city that are revoked and would be valid otherwise (吊销列表), and those whose grade is under
/// objection (异议中).
///
/// Signed like a certificate: claim 1 is the issuer, 6 since when it is as it is, 4 until when it may be relied on, in
/// seconds since 1970; -65537 is \[city, revoked, under objection\], with 6 bytes for each number, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocations {
    /// The city.
    pub city: City,
    /// Who issued it.
    pub issuer: String,
    /// Of two lists, the one with the later moment is the newer.
    pub issued_at: Timestamp,
    /// From this moment on it is too old.
    pub next_update: Timestamp,
    /// Revoked.
    pub revoked: BTreeSet<CertificateNumber>,
    /// Valid, while its merchant objects to an entry behind the grade.
    pub contested: BTreeSet<CertificateNumber>,
}

impl Revocations {
    /// The signed list.
    ///
    /// # Errors
    /// [`SignError`] when the key does not sign, or the list is longer than [`REVOCATIONS_MAX`].
    pub fn seal(&self, key: &SecretKey) -> Result<Vec<u8>, SignError> {
        if self.revoked.len().max(self.contested.len()) > REVOCATIONS_MAX {
            return Err(SignError);
        }
        let packed = |numbers: &BTreeSet<CertificateNumber>| {
            Value::Bytes(numbers.iter().flat_map(|number| number.bytes()).collect())
        };
        let ours = [Value::from(self.city.code()), packed(&self.revoked), packed(&self.contested)];
        let claims = [
            (ISSUER, Value::from(self.issuer.as_str())),
            (END, Value::from(self.next_update.as_secs())),
            (ISSUED_AT, Value::from(self.issued_at.as_secs())),
            (OURS, Value::Array(ours.into())),
        ];
        let claims = claims.into_iter().map(|(name, value)| (Value::from(name), value));
        sealed(&Value::Map(claims.collect()), FORM, key)
    }

    /// The list that one of these keys signed.
    ///
    /// # Errors
    /// [`ReadError`] says why it is none.
    pub fn read(signed: &[u8], trust: &TrustList) -> Result<Self, ReadError> {
        let (value, _) = opened(signed, FORM, trust)?;
        let mut claims = Claims::of(value)?;
        let [city, revoked, contested] = list(claims.take(OURS)?)?;
        let city = City::try_new(number(&city)?).map_err(|_| ReadError::Unreadable)?;
        Ok(Self {
            city,
            issuer: text(claims.take(ISSUER)?)?,
            issued_at: instant(&claims.take(ISSUED_AT)?)?,
            next_update: instant(&claims.take(END)?)?,
            revoked: unpacked(city, revoked)?,
            contested: unpacked(city, contested)?,
        })
    }
}

fn unpacked(city: City, packed: Value) -> Result<BTreeSet<CertificateNumber>, ReadError> {
    let packed = bytes(packed)?;
    let (numbers, rest) = packed.as_chunks::<NUMBER_BYTES>();
    if !rest.is_empty() {
        return Err(ReadError::Unreadable);
    }
    let numbers = numbers.iter().map(|bytes| CertificateNumber::from_bytes(city, *bytes));
    numbers.collect::<Result<_, _>>().map_err(|_| ReadError::Unreadable)
}

use core::fmt;
use core::str::FromStr;

use kernel::City;
use serde::{Deserialize, Serialize};

/// The number of a certificate (证书编号): the city, the year and six digits, such as `330200-2026-000123`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CertificateNumber {
    city: City,
    year: u16,
    serial: u32,
}

impl CertificateNumber {
    const LAST: u32 = 999_999;

    /// The n-th certificate of the city in that year, from 1.
    ///
    /// # Errors
    /// [`NumberError`] when it has no four and six digits.
    pub const fn try_new(city: City, year: u16, serial: u32) -> Result<Self, NumberError> {
        let fits = year >= 1_000 && year <= 9_999 && serial >= 1 && serial <= Self::LAST;
        if fits { Ok(Self { city, year, serial }) } else { Err(NumberError) }
    }

    /// The city.
    #[must_use]
    pub const fn city(self) -> City {
        self.city
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Which one of the year.
    #[must_use]
    pub const fn serial(self) -> u32 {
        self.serial
    }

    /// Year and serial: the city is said beside it.
    pub(super) fn bytes(self) -> [u8; 6] {
        let ([a, b], [c, d, e, f]) = (self.year.to_be_bytes(), self.serial.to_be_bytes());
        [a, b, c, d, e, f]
    }

    pub(super) fn from_bytes(city: City, bytes: [u8; 6]) -> Result<Self, NumberError> {
        let [a, b, c, d, e, f] = bytes;
        Self::try_new(city, u16::from_be_bytes([a, b]), u32::from_be_bytes([c, d, e, f]))
    }
}

impl fmt::Display for CertificateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{:06}", self.city, self.year, self.serial)
    }
}

/// The text is no number of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a certificate number: expected city, year and six digits such as 330200-2026-000123")]
pub struct NumberError;

impl FromStr for CertificateNumber {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let mut parts = text.split('-');
        let mut digits = |count: usize| {
            let part = parts.next().filter(|part| part.len() == count);
            part.filter(|part| part.bytes().all(|byte| byte.is_ascii_digit())).ok_or(NumberError)
        };
        let city = digits(6)?.parse().map_err(|_| NumberError)?;
        let year = digits(4)?.parse().map_err(|_| NumberError)?;
        let serial = digits(6)?.parse().map_err(|_| NumberError)?;
        if parts.next().is_some() {
            return Err(NumberError);
        }
        Self::try_new(city, year, serial)
    }
}

impl TryFrom<String> for CertificateNumber {
    type Error = NumberError;

    fn try_from(text: String) -> Result<Self, NumberError> {
        text.parse()
    }
}

impl From<CertificateNumber> for String {
    fn from(number: CertificateNumber) -> Self {
        number.to_string()
    }
}

use ciborium::Value;
use kernel::{CategoryCode, City, Grade, MerchantId, Timestamp, Version};

use super::envelope::{Claims, ReadError, bytes, list, number, text};
use super::number::CertificateNumber;

pub(super) const ISSUER: i64 = 1;
const SUBJECT: i64 = 2;
pub(super) const END: i64 = 4;
const BEGIN: i64 = 5;
const NUMBER: i64 = 7;
/// Of the range for private use.
pub(super) const OURS: i64 = -65_537;

/// What a certificate says of its merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its number.
    pub number: CertificateNumber,
    /// Who issued it.
    pub issuer: String,
    /// Of whom it speaks.
    pub merchant: MerchantId,
    /// The published name of the company.
    pub name: String,
    /// The credit grade.
    pub grade: Grade,
    /// What it serves.
    pub categories: Vec<CategoryCode>,
    /// The version of the standing that it was made from.
    pub standing_version: Version,
    /// From when it is valid, in whole seconds.
    pub valid_from: Timestamp,
    /// Until when, exclusive, in whole seconds.
    pub valid_until: Timestamp,
}

impl Statement {
    /// The city of its merchant.
    #[must_use]
    pub const fn city(&self) -> City {
        self.number.city()
    }

    pub(super) fn to_value(&self) -> Value {
        let ours = vec![
            Value::from(self.city().code()),
            Value::from(self.grade.as_str()),
            Value::from(self.standing_version.0),
            Value::from(self.name.as_str()),
            Value::Array(self.categories.iter().map(|code| Value::from(code.as_str())).collect()),
        ];
        let claims = [
            (ISSUER, Value::from(self.issuer.as_str())),
            (SUBJECT, Value::from(self.merchant.uuid().as_bytes().as_slice())),
            (END, Value::from(self.valid_until.as_secs())),
            (BEGIN, Value::from(self.valid_from.as_secs())),
            (NUMBER, Value::from(self.number.bytes().as_slice())),
            (OURS, Value::Array(ours)),
        ];
        Value::Map(claims.into_iter().map(|(name, value)| (Value::from(name), value)).collect())
    }

    pub(super) fn from_value(value: Value) -> Result<Self, ReadError> {
        let mut claims = Claims::of(value)?;
        let [city, grade, version, name, categories] = list(claims.take(OURS)?)?;
        let city = City::try_new(number(&city)?).map_err(|_| ReadError::Unreadable)?;
        let serial = bytes(claims.take(NUMBER)?)?.try_into().map_err(|_| ReadError::Unreadable)?;
        let merchant = bytes(claims.take(SUBJECT)?)?.try_into().map_err(|_| ReadError::Unreadable)?;
        let categories = categories.into_array().map_err(|_| ReadError::Unreadable)?;
        let category = |code| text(code)?.parse().map_err(|_| ReadError::Unreadable);
        Ok(Self {
            number: CertificateNumber::from_bytes(city, serial).map_err(|_| ReadError::Unreadable)?,
            issuer: text(claims.take(ISSUER)?)?,
            merchant: MerchantId::from_u128(u128::from_be_bytes(merchant)),
            name: text(name)?,
            grade: text(grade)?.parse().map_err(|_| ReadError::Unreadable)?,
            categories: categories.into_iter().map(category).collect::<Result<_, ReadError>>()?,
            standing_version: Version(number(&version)?),
            valid_from: instant(&claims.take(BEGIN)?)?,
            valid_until: instant(&claims.take(END)?)?,
        })
    }
}

pub(super) fn instant(value: &Value) -> Result<Timestamp, ReadError> {
    number::<i64>(value).map(at_second)
}

/// The instant of a second since 1970.
pub(super) const fn at_second(second: i64) -> Timestamp {
    Timestamp::from_micros(second.saturating_mul(1_000_000))
}

//! A certificate of a merchant's grade was issued.

use kernel::{City, Grade, MerchantId, Timestamp, Version};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::streams::Stream;
use crate::{event, example};

/// A certificate of a merchant's credit grade was issued (颁发信用等级证书). At most one of a merchant is valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertificateIssued {
    /// Its number, such as `330200-2026-000123`.
    pub number: String,
    /// The merchant.
    pub merchant: MerchantId,
    /// Its city.
    pub city: City,
    /// The grade that it says.
    pub grade: Grade,
    /// The version of the standing that it was made from.
    pub standing_version: Version,
    /// From when it is valid.
    pub valid_from: Timestamp,
    /// Until when, exclusive.
    pub valid_until: Timestamp,
}

event!(CertificateIssued, "credit", "certificate-issued", "1", Stream::Credit, merchant, {
    Self {
        number: "330200-2026-000123".to_owned(),
        merchant: example::id(3),
        city: example::city(),
        grade: kernel::Grade::AA,
        standing_version: Version(8),
        valid_from: example::at(26),
        valid_until: example::at(24 * 98),
    }
});

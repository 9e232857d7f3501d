//! A certificate of a merchant's grade was revoked.

use kernel::{City, MerchantId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::streams::Stream;
use crate::{event, example};

/// Why a certificate is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// The grade is another one.
    GradeChanged,
    /// The merchant is suspended.
    Suspended,
    /// The platform ended its affiliation.
    Removed,
    /// It left.
    Left,
    /// It serves less than the certificate says.
    CategoriesLost,
    /// It has another name.
    Renamed,
    /// A newer one says more.
    Replaced,
}

/// A certificate of a merchant's credit grade was revoked (吊销信用等级证书), in the transaction that changed the standing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CertificateRevoked {
    /// Its number.
    pub number: String,
    /// The merchant.
    pub merchant: MerchantId,
    /// Its city.
    pub city: City,
    /// Why.
    pub reason: RevocationReason,
    /// When.
    pub revoked_at: Timestamp,
}

event!(CertificateRevoked, "credit", "certificate-revoked", "1", Stream::Credit, merchant, {
    Self {
        number: "330200-2026-000123".to_owned(),
        merchant: example::id(3),
        city: example::city(),
        reason: RevocationReason::GradeChanged,
        revoked_at: example::at(26),
    }
});

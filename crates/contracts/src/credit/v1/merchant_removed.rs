use kernel::{City, MerchantId, ProceedingId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::streams::Stream;
use crate::{event, example};

/// What no merchant may ever do (红线).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RedLine {
    /// 行贿.
    Bribery,
    /// 隐瞒.
    Concealment,
    /// 欺诈.
    Fraud,
}

/// A merchant's affiliation was ended by the platform (终止加盟), with a ban on re-admission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MerchantRemoved {
    /// The merchant.
    pub merchant: MerchantId,
    /// Its city.
    pub city: City,
    /// The proceeding that decided it.
    pub proceeding: ProceedingId,
    /// The red line that was crossed, if it was one.
    pub red_line: Option<RedLine>,
    /// When.
    pub removed_at: Timestamp,
    /// Nobody behind it is admitted before.
    pub ban_until: Timestamp,
}

event!(MerchantRemoved, "credit", "merchant-removed", "1", Stream::Credit, merchant, {
    Self {
        merchant: example::id(3),
        city: example::city(),
        proceeding: example::id(50),
        red_line: Some(RedLine::Fraud),
        removed_at: example::at(26),
        ban_until: example::at(26 + 24 * 365),
    }
});

//! What is found at a merchant: of what it can be.

use credit_domain::Merchant;
use credit_domain::admission::{AdmissionPolicy, was_committed};
use kernel::{CategoryCode, Timestamp};
use sea_orm::ConnectionTrait;

use super::standards::{Cited, is_citable};
use crate::error::Error;
use crate::store::dossiers;

/// Of what a finding is said to be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Of<'a> {
    /// The category of the work; none where it is about the merchant as a whole.
    pub(super) category: Option<&'a CategoryCode>,
    /// The clause that was broken, where that is said.
    pub(super) clause: Option<&'a str>,
    /// When it happened.
    pub(super) at: Timestamp,
}

/// Goes on only if it can be of this: of a category that the merchant is or was committed to, and of a clause that was
/// in force then.
pub(super) async fn check(
    conn: &impl ConnectionTrait,
    policy: &AdmissionPolicy,
    merchant: &Merchant,
    Of { category, clause, at }: Of<'_>,
) -> Result<(), Error> {
    let (city, id) = (merchant.profile.city, merchant.profile.id);
    if let Some(category) = category {
        let file = dossiers::find(conn, city, id).await?;
        was_committed(merchant, file.as_ref(), category, policy)?;
    }
    let Some(clause) = clause else { return Ok(()) };
    let cited = Cited { category, clause, at };
    if is_citable(conn, policy, city, cited).await? { Ok(()) } else { Err(Error::UnknownClause) }
}

use chassis::store::Db;
use credit_domain::process::Moment;
use credit_domain::{BreachEffect, Merchant};
use kernel::{City, MerchantId, Severity, Timestamp};

use super::merchant;
use super::process::Procedure;
use crate::error::Error;

/// How a merchant stands, and what a verified breach would make of it.
#[derive(Debug, Clone)]
pub struct Foresight {
    /// As it stands.
    pub merchant: Merchant,
    /// By how grave it would be, the least first.
    pub effects: [BreachEffect; 3],
}

/// What a breach that is verified now would do to the merchant, for whoever is about to verify one.
///
/// # Errors
/// [`Error::UnknownMerchant`], or when the database refuses.
pub async fn foresee_breach(
    db: &Db,
    procedure: &Procedure,
    (city, id): (City, MerchantId),
    now: Timestamp,
) -> Result<Foresight, Error> {
    let merchant = merchant(db, city, id).await?;
    let rules = procedure.rules.in_force(db.read(), now).await?;
    let at = Moment { rules: &rules.process, calendar: &procedure.calendar, now };
    let effects = Severity::ALL.map(|severity| credit_domain::foresee_breach(&merchant, severity, rules, at));
    Ok(Foresight { merchant, effects })
}

use credit_domain::workers::commands::may_enrol;
use kernel::{City, MerchantId};
use sea_orm::ConnectionTrait;

use crate::error::Error;
use crate::store::{applications, merchants};

/// Goes on only when the merchant may take workers in: its status decides, and whoever is not affiliated may while it
/// applies, since a green worker is one of the checks on the way in. The one place that says who does.
pub(super) async fn takes_in(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
) -> Result<(), Error> {
    let found = merchants::find(conn, city, merchant).await?;
    let refused = match found.map(|known| may_enrol(known.status)) {
        Some(Ok(())) => return Ok(()),
        Some(Err(refusal)) => refusal.into(),
        None => Error::UnknownMerchant { city, merchant },
    };
    if applications::is_applying(conn, city, merchant).await? { Ok(()) } else { Err(refused) }
}

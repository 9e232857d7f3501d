use credit_domain::workers::commands::may_enrol;
use kernel::{City, MerchantId};
use sea_orm::ConnectionTrait;

use crate::error::Error;
use crate::store::merchants;

/// Goes on only when the merchant may take workers in, which its status decides. The one place that says who does.
pub(super) async fn takes_in(
    conn: &impl ConnectionTrait,
    city: City,
    merchant: MerchantId,
) -> Result<(), Error> {
    let found = merchants::find(conn, city, merchant).await?;
    let known = found.ok_or(Error::UnknownMerchant { city, merchant })?;
    Ok(may_enrol(known.status)?)
}

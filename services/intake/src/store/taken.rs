//! What a request must not use again: idempotency keys and nonces. They are claimed by inserting them, so that the
//! database itself says who came first.

use std::collections::{BTreeSet, HashMap, HashSet};

use chassis::store::StoreError;
use chassis::store::{bulk, idempotency, nonce};
use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;

/// Scope and key of a stored result.
pub(crate) type KeyName = (String, String);

/// Stores results under those keys that have none yet, and says which.
pub(crate) async fn claim_keys(
    conn: &impl ConnectionTrait,
    results: Vec<idempotency::ActiveModel>,
) -> Result<HashSet<KeyName>, StoreError> {
    Ok(bulk::claim(conn, results).await?.into_iter().collect())
}

/// Uses up those nonces that are good still, and says which: channel and nonce.
pub(crate) async fn claim_nonces(
    conn: &impl ConnectionTrait,
    nonces: Vec<nonce::ActiveModel>,
) -> Result<HashSet<(String, String)>, StoreError> {
    Ok(bulk::claim(conn, nonces).await?.into_iter().collect())
}

/// Stored results of these keys. Asked for by the keys alone, which hardly ever meet in two scopes: a list of pairs
/// is read from the primary key by one of the databases only.
pub(crate) async fn results(
    conn: &impl ConnectionTrait,
    keys: impl Iterator<Item = &idempotency::Key>,
) -> Result<HashMap<KeyName, idempotency::Model>, StoreError> {
    let names: BTreeSet<&str> = keys.map(|key| key.key.as_str()).collect();
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = idempotency::Entity::find().filter(idempotency::Column::Key.is_in(names)).all(conn).await?;
    Ok(rows.into_iter().map(|row| ((row.scope.clone(), row.key.clone()), row)).collect())
}

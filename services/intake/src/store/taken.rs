//! What a batch of requests must not use again: idempotency keys and nonces, each found with one statement.

use std::collections::{BTreeSet, HashMap, HashSet};

use chassis::store::StoreError;
use chassis::store::bulk::{self, Clash};
use chassis::store::{idempotency, nonce};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, ConnectionTrait};

/// Scope and key of a stored result.
pub(crate) type KeyName = (String, String);

/// Stored results of these keys. Asked for by the keys alone, which hardly ever meet in two scopes: a list of pairs
/// is read from the primary key by one of the databases only.
pub(crate) async fn results(
    conn: &impl ConnectionTrait,
    keys: impl Iterator<Item = &idempotency::Key>,
) -> Result<HashMap<KeyName, idempotency::Model>, StoreError> {
    let names: BTreeSet<&str> = keys.map(|key| key.key.as_str()).collect();
    let rows = idempotency::Entity::find().filter(idempotency::Column::Key.is_in(names)).all(conn).await?;
    Ok(rows.into_iter().map(|row| ((row.scope.clone(), row.key.clone()), row)).collect())
}

/// Which of these nonces were used, by any channel.
pub(crate) async fn nonces(
    conn: &impl ConnectionTrait,
    used: impl Iterator<Item = &str>,
) -> Result<HashSet<(String, String)>, StoreError> {
    let nonces: BTreeSet<&str> = used.collect();
    if nonces.is_empty() {
        return Ok(HashSet::new());
    }
    let rows = nonce::Entity::find().filter(nonce::Column::Nonce.is_in(nonces)).all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.channel, row.nonce)).collect())
}

/// Keeps rows, all in one statement.
pub(crate) async fn keep<A>(conn: &impl ConnectionTrait, rows: Vec<A>) -> Result<(), StoreError>
where
    A: ActiveModelTrait + Send,
{
    bulk::insert(conn, rows, Clash::Fails).await
}

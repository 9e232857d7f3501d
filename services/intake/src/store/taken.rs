//! What a batch of requests must not use again: idempotency keys and nonces, each found with one statement.

use std::collections::{BTreeSet, HashMap, HashSet};

use chassis::store::StoreError;
use chassis::store::{idempotency, nonce};
use kernel::Channel;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, ConnectionTrait};

/// Scope and key of a stored result.
pub(crate) type KeyName = (String, String);

/// Stored results of these keys.
///
/// Asks for scopes and keys apart: a batch has few scopes, and both databases walk the primary key so, where
/// only one of them reads a list of pairs.
pub(crate) async fn results(
    conn: &impl ConnectionTrait,
    keys: impl Iterator<Item = &idempotency::Key>,
) -> Result<HashMap<KeyName, idempotency::Model>, StoreError> {
    let (scopes, names): (BTreeSet<&str>, BTreeSet<&str>) =
        keys.map(|key| (key.scope.as_str(), key.key.as_str())).unzip();
    let rows = idempotency::Entity::find()
        .filter(idempotency::Column::Scope.is_in(scopes))
        .filter(idempotency::Column::Key.is_in(names))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| ((row.scope.clone(), row.key.clone()), row)).collect())
}

/// Which of these nonces were used.
pub(crate) async fn nonces(
    conn: &impl ConnectionTrait,
    used: impl Iterator<Item = (Channel, &str)>,
) -> Result<HashSet<(String, String)>, StoreError> {
    let (channels, nonces): (BTreeSet<&str>, BTreeSet<&str>) =
        used.map(|(channel, nonce)| (channel.as_str(), nonce)).unzip();
    if nonces.is_empty() {
        return Ok(HashSet::new());
    }
    let rows = nonce::Entity::find()
        .filter(nonce::Column::Channel.is_in(channels))
        .filter(nonce::Column::Nonce.is_in(nonces))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.channel, row.nonce)).collect())
}

/// Keeps rows, all in one statement.
pub(crate) async fn keep<A>(conn: &impl ConnectionTrait, rows: Vec<A>) -> Result<(), StoreError>
where
    A: ActiveModelTrait + Send,
{
    if rows.is_empty() {
        return Ok(());
    }
    A::Entity::insert_many(rows).exec_without_returning(conn).await?;
    Ok(())
}

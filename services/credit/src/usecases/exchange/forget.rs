use chassis::store::{Command, Db, Tx};

use crate::error::Error;
use crate::store::{import_rows, imports};

/// Forgets the rows of one import whose time is over. Whether there was one.
///
/// # Errors
/// When the database refuses.
pub async fn forget_imports(db: &Db) -> Result<bool, Error> {
    db.write(&Forget).await
}

struct Forget;

impl Command for Forget {
    type Out = bool;
    type Error = Error;

    async fn run(&self, tx: &mut Tx) -> Result<bool, Error> {
        let Some(import) = imports::lock_expired(tx.conn(), tx.now()).await? else { return Ok(false) };
        let Some(forgotten) = import.forgotten() else { return Ok(false) };
        import_rows::forget(tx.conn(), import.id).await?;
        imports::save(tx.conn(), &forgotten, false).await?;
        Ok(true)
    }
}

//! Tables to which rows are added and nothing else: triggers refuse to change or remove one, for whoever holds a
//! connection.

use sea_orm::{ConnectionTrait as _, DbBackend, DbErr};
use sea_orm_migration::SchemaManager;

/// Makes a table append-only, in the migration that creates it.
///
/// # Errors
/// The database's.
pub async fn append_only(manager: &SchemaManager<'_>, table: &'static str) -> Result<(), DbErr> {
    let sql = manager.get_connection();
    for statement in statements(manager.get_database_backend(), table) {
        sql.execute_unprepared(&statement).await?;
    }
    Ok(())
}

fn statements(backend: DbBackend, table: &'static str) -> [String; 2] {
    match backend {
        DbBackend::Postgres => [
            format!(
                "CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
            ),
            format!(
                "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} \
                 FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()"
            ),
        ],
        _ => ["UPDATE", "DELETE"].map(|change| {
            format!(
                "CREATE TRIGGER {table}_no_{} BEFORE {change} ON {table} \
                 BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
                change.to_ascii_lowercase()
            )
        }),
    }
}

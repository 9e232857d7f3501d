//! Files that are imported, and their rows until they are carried out or forgotten.

use credit_domain::exchange::{ImportState, TableKind};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, boolean, text, uuid};

use super::import_rows::RowState;
use super::m0002_credit::one_of;

/// Creates them.
pub(super) struct Imports;

impl MigrationName for Imports {
    fn name(&self) -> &'static str {
        "m0010_imports"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Imports {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [imports(), import_rows()] {
            manager.create_table(table).await?;
        }
        let sql = manager.get_connection();
        for index in [
            "CREATE INDEX imports_city ON imports (city, id)",
            "CREATE INDEX imports_state ON imports (city, state, id)",
            "CREATE INDEX imports_under_way ON imports (id) WHERE state IN ('checking', 'loading')",
            "CREATE INDEX imports_expires_at ON imports (expires_at) WHERE has_rows",
        ] {
            sql.execute_unprepared(index).await?;
        }
        Ok(())
    }
}

fn imports() -> TableCreateStatement {
    Table::create()
        .table("imports")
        .col(uuid("id").primary_key())
        .col(big_integer("city"))
        .col(one_of("kind", TableKind::ALL.iter().map(|kind| kind.as_str())))
        .col(one_of("state", ImportState::ALL.map(ImportState::as_str)))
        .col(big_integer("expires_at"))
        .col(boolean("has_rows"))
        .col(text("body"))
        .to_owned()
}

fn import_rows() -> TableCreateStatement {
    Table::create()
        .table("import_rows")
        .col(uuid("import"))
        .col(big_integer("number"))
        .col(one_of("state", RowState::ALL.map(RowState::as_str)))
        .col(text("body"))
        .primary_key(Index::create().col("import").col("number"))
        .to_owned()
}

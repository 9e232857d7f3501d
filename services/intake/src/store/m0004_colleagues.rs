//! What colleagues are called.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text, uuid};

pub(super) struct Colleagues;

impl MigrationName for Colleagues {
    fn name(&self) -> &'static str {
        "m0004_colleagues"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Colleagues {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("colleagues")
            .col(uuid("id").primary_key())
            .col(big_integer_null("city"))
            .col(text("name"))
            .col(big_integer("named_at"))
            .col(big_integer("seen_at"))
            .to_owned();
        manager.create_table(table).await?;
        let forgotten = "CREATE INDEX colleagues_seen ON colleagues (seen_at)";
        manager.get_connection().execute_unprepared(forgotten).await?;
        Ok(())
    }
}

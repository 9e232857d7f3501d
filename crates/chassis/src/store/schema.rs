//! The tables every service has: outbox, inbox, dead letters, idempotency, nonces, and what was last seen of
//! each stream. First migration of every service, and what was added since.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, binary, string, string_null, text, text_null, uuid, uuid_null,
};

/// Creates the chassis' tables.
pub struct Chassis1;

impl MigrationName for Chassis1 {
    fn name(&self) -> &'static str {
        "m0001_chassis"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Chassis1 {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("outbox")
                    .col(ColumnDef::new("seq").big_integer().not_null().auto_increment().primary_key())
                    .col(uuid("event_id"))
                    .col(string("stream"))
                    .col(string("subject"))
                    .col(string("ce_type"))
                    .col(text("payload"))
                    .col(string_null("trace"))
                    .col(big_integer("recorded_at"))
                    .to_owned(),
            )
            .await?;
        let sql = manager.get_connection();
        let seq = match sql.get_database_backend() {
            // By this very word the key is the row's number, and needs no index.
            DbBackend::Sqlite => "INTEGER",
            _ => "BIGINT",
        };
        sql.execute_unprepared(&format!("CREATE TABLE outbox_waiting (seq {seq} NOT NULL PRIMARY KEY)"))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("inbox")
                    .col(string("consumer"))
                    .col(uuid("event_id"))
                    .col(big_integer("done_at"))
                    .primary_key(Index::create().col("consumer").col("event_id"))
                    .to_owned(),
            )
            .await?;
        sql.execute_unprepared("CREATE INDEX inbox_done_at ON inbox (done_at)").await?;
        manager
            .create_table(
                Table::create()
                    .table("dead_letters")
                    .col(uuid("id").primary_key())
                    .col(string("consumer"))
                    .col(string("stream"))
                    .col(big_integer("stream_seq"))
                    .col(string("subject"))
                    .col(text("headers"))
                    .col(binary("payload"))
                    .col(text("reason"))
                    .col(big_integer("deliveries"))
                    .col(big_integer("died_at"))
                    .col(big_integer_null("redriven_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("idempotency")
                    .col(string("scope"))
                    .col(string("key"))
                    .col(binary("fingerprint"))
                    .col(text("result"))
                    .col(big_integer("stored_at"))
                    // The key first: it tells rows apart where a scope has millions.
                    .primary_key(Index::create().col("key").col("scope"))
                    .to_owned(),
            )
            .await?;
        sql.execute_unprepared("CREATE INDEX idempotency_stored_at ON idempotency (stored_at)").await?;
        manager
            .create_table(
                Table::create()
                    .table("nonces")
                    .col(string("channel"))
                    .col(string("nonce"))
                    .col(big_integer("used_at"))
                    .primary_key(Index::create().col("nonce").col("channel"))
                    .to_owned(),
            )
            .await?;
        sql.execute_unprepared("CREATE INDEX nonces_used_at ON nonces (used_at)").await?;
        manager
            .create_table(
                Table::create()
                    .table("stream_marks")
                    .col(string("stream").primary_key())
                    .col(string("incarnation"))
                    .col(big_integer("last_seq"))
                    .to_owned(),
            )
            .await
    }
}

/// Adds to the dead letters whose event each is, what became of it, and who saw to it.
pub struct Chassis2;

impl MigrationName for Chassis2 {
    fn name(&self) -> &'static str {
        "m0003_chassis"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Chassis2 {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            uuid_null("event_id"),
            string_null("effect"),
            big_integer_null("discarded_at"),
            text_null("discard_reason"),
            string_null("settled_by"),
        ];
        // One statement each: SQLite takes no more.
        for column in columns {
            manager.alter_table(Table::alter().table("dead_letters").add_column(column).to_owned()).await?;
        }
        let sql = manager.get_connection();
        sql.execute_unprepared("CREATE INDEX dead_letters_event ON dead_letters (consumer, event_id)")
            .await?;
        sql.execute_unprepared(
            "CREATE INDEX dead_letters_open ON dead_letters (consumer, id) \
             WHERE redriven_at IS NULL AND discarded_at IS NULL",
        )
        .await
        .map(drop)
    }
}

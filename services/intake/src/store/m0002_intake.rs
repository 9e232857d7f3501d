//! Requests, their timeline, and who looks at them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, boolean, string, text, text_null, uuid, uuid_null};

pub(super) struct Intake;

impl MigrationName for Intake {
    fn name(&self) -> &'static str {
        "m0002_intake"
    }
}

/// A text column that holds one of these words.
fn word(column: &'static str, words: &[&str]) -> ColumnDef {
    let mut definition = string(column);
    definition.check(Expr::col(column).is_in(words.iter().copied()));
    definition
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Intake {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("requests")
                    .col(big_integer("city"))
                    .col(uuid("id"))
                    .col(uuid("citizen"))
                    .col(text("name"))
                    .col(string("phone"))
                    .col(text("address"))
                    .col(word("channel", &["hotline", "app", "wechat", "alipay", "baidu", "zheliban"]))
                    .col(string("item"))
                    .col(string("category"))
                    .col(big_integer("area"))
                    .col(word("urgency", &["emergency", "utility", "normal"]))
                    .col(word("risk", &["low", "high"]))
                    .col(boolean("enters_home"))
                    .col(big_integer("received_at"))
                    .col(big_integer("wanted_at"))
                    .col(big_integer("due_by"))
                    .col(text("description"))
                    .col(word("mode", &["auto", "choose"]))
                    .col(uuid_null("preferred"))
                    .col(text("progress"))
                    .col(word(
                        "status",
                        &["received", "unserved", "offered", "accepted", "cancelled", "completed", "closed"],
                    ))
                    .col(big_integer("version"))
                    .col(uuid_null("tracking"))
                    .primary_key(Index::create().col("city").col("id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("timeline")
                    .col(big_integer("city"))
                    .col(uuid("request"))
                    .col(big_integer("seq"))
                    .col(string("kind"))
                    .col(big_integer("at"))
                    .col(big_integer("recorded_at"))
                    .col(string("actor"))
                    .col(uuid_null("assignment"))
                    .col(uuid_null("merchant"))
                    .col(text_null("note"))
                    .primary_key(Index::create().col("city").col("request").col("seq"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("presences")
                    .col(uuid("stream").primary_key())
                    .col(big_integer("city"))
                    .col(uuid("request"))
                    .col(uuid("actor"))
                    .col(text_null("name"))
                    .col(big_integer("since"))
                    .col(big_integer("until"))
                    .to_owned(),
            )
            .await?;
        let sql = manager.get_connection();
        for index in INDEXES {
            sql.execute_unprepared(index).await?;
        }
        Ok(())
    }
}

/// What lists are read by, by when requests were received, which is how ids rise, and by when the service is wanted: those
/// that are open are few among all that ever were, and have indexes of their own. And who looks at a request.
const INDEXES: [&str; 12] = [
    "CREATE INDEX requests_status ON requests (city, status, id)",
    "CREATE INDEX requests_item ON requests (city, item, id)",
    "CREATE INDEX requests_area ON requests (city, area, id)",
    "CREATE INDEX requests_phone ON requests (city, phone, id)",
    "CREATE INDEX requests_open ON requests (city, id) \
     WHERE status IN ('received', 'unserved', 'offered', 'accepted')",
    "CREATE INDEX requests_wanted ON requests (city, wanted_at, id)",
    "CREATE INDEX requests_status_wanted ON requests (city, status, wanted_at, id)",
    "CREATE INDEX requests_open_wanted ON requests (city, wanted_at, id) \
     WHERE status IN ('received', 'unserved', 'offered', 'accepted')",
    "CREATE UNIQUE INDEX requests_tracking ON requests (city, tracking)",
    "CREATE INDEX timeline_actor ON timeline (city, actor, request)",
    "CREATE INDEX presences_request ON presences (city, request)",
    "CREATE INDEX presences_until ON presences (until)",
];

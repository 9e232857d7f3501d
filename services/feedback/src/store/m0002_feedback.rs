//! Call-backs, handlers and cases.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, string, string_null, text, text_null, uuid, uuid_null,
};

/// Creates feedback's tables.
pub(super) struct Feedback;

impl MigrationName for Feedback {
    fn name(&self) -> &'static str {
        "m0002_feedback"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Feedback {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(callbacks()).await?;
        manager.create_table(handlers()).await?;
        manager.create_table(cases()).await?;
        let sql = manager.get_connection();
        // One call-back for each time a request was served, however often its completion is told (I2).
        sql.execute_unprepared("CREATE UNIQUE INDEX callbacks_assignment ON callbacks (city, assignment)")
            .await?;
        sql.execute_unprepared(
            "CREATE INDEX callbacks_worklist ON callbacks (city, due_at, id) WHERE state <> 'done'",
        )
        .await?;
        sql.execute_unprepared(
            "CREATE INDEX callbacks_claims ON callbacks (city, claimed_by, due_at, id) WHERE state = 'claimed'",
        )
        .await?;
        sql.execute_unprepared("CREATE UNIQUE INDEX cases_callback ON cases (city, callback)").await?;
        sql.execute_unprepared("CREATE INDEX cases_list ON cases (city, state, id)").await?;
        sql.execute_unprepared("CREATE INDEX cases_merchant ON cases (city, merchant, id)").await?;
        Ok(())
    }
}

/// A column that holds one of these words, or nothing where it may be empty.
fn one_of(mut column: ColumnDef, name: &'static str, words: &[&'static str]) -> ColumnDef {
    column.check(Expr::col(name).is_in(words.iter().copied())).to_owned()
}

fn callbacks() -> TableCreateStatement {
    Table::create()
        .table("callbacks")
        .col(big_integer("city"))
        .col(uuid("id"))
        .col(uuid("request"))
        .col(uuid("assignment"))
        .col(uuid("merchant"))
        .col(string("item"))
        .col(string("category"))
        .col(big_integer("area"))
        .col(big_integer("completed_at"))
        .col(big_integer("due_at"))
        .col(one_of(string("state"), "state", &["waiting", "claimed", "done"]))
        .col(uuid_null("claimed_by"))
        .col(big_integer_null("claimed_until"))
        .col(one_of(
            string_null("outcome"),
            "outcome",
            &["satisfied", "unsatisfied", "unreached", "suspected_breach"],
        ))
        .col(uuid_null("ended_by"))
        .col(big_integer_null("ended_at"))
        .col(text("attempts"))
        .col(text_null("answers"))
        .col(text_null("note"))
        .col(big_integer("version"))
        .primary_key(Index::create().col("city").col("id"))
        .to_owned()
}

fn handlers() -> TableCreateStatement {
    Table::create()
        .table("handlers")
        .col(big_integer("city"))
        .col(uuid("request"))
        .col(string("actor"))
        .col(big_integer("noted_at"))
        .primary_key(Index::create().col("city").col("request").col("actor"))
        .to_owned()
}

fn cases() -> TableCreateStatement {
    Table::create()
        .table("cases")
        .col(big_integer("city"))
        .col(uuid("id"))
        .col(uuid("merchant"))
        .col(uuid("request"))
        .col(uuid("callback"))
        .col(string("item"))
        .col(string("category"))
        .col(big_integer("area"))
        .col(big_integer("completed_at"))
        .col(text_null("answers"))
        .col(text_null("note"))
        .col(string_null("suspected_clause"))
        .col(uuid("opened_by"))
        .col(big_integer("opened_at"))
        .col(text_null("merchant_answer"))
        .col(big_integer_null("merchant_answered_at"))
        .col(one_of(string("state"), "state", &["open", "verified", "dismissed"]))
        .col(text_null("ruling"))
        .col(big_integer("version"))
        .primary_key(Index::create().col("city").col("id"))
        .to_owned()
}

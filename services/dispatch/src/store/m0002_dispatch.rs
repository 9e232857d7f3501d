//! Jobs, assignments, loads and decisions.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, string, string_null, text, uuid, uuid_null,
};

/// Creates dispatch's tables.
pub(super) struct Dispatch;

impl MigrationName for Dispatch {
    fn name(&self) -> &'static str {
        "m0002_dispatch"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Dispatch {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [jobs(), assignments(), merchant_load(), decisions()] {
            manager.create_table(table).await?;
        }
        let sql = manager.get_connection();
        for index in INDEXES {
            sql.execute_unprepared(index).await?;
        }
        Ok(())
    }
}

const INDEXES: [&str; 13] = [
    // What waits for the platform to make an offer.
    "CREATE INDEX jobs_due ON jobs (next_at) WHERE next_at IS NOT NULL",
    "CREATE INDEX jobs_list ON jobs (city, state, due_by, request)",
    // No request is held by two merchants, whatever the program does (I2).
    "CREATE UNIQUE INDEX assignments_live ON assignments (city, request) WHERE state IN ('offered', 'accepted')",
    "CREATE INDEX assignments_unanswered ON assignments (answer_by) WHERE state = 'offered'",
    "CREATE INDEX assignments_merchant ON assignments (city, merchant, id)",
    "CREATE INDEX assignments_merchant_state ON assignments (city, merchant, state, id)",
    "CREATE INDEX assignments_request ON assignments (city, request, id)",
    "CREATE INDEX assignments_state ON assignments (city, state, id)",
    // What will be next, and what is late.
    "CREATE INDEX assignments_next ON assignments (city, state, next_by, id) WHERE next_by IS NOT NULL",
    "CREATE INDEX assignments_late ON assignments (city, state, late_from) WHERE late_from IS NOT NULL",
    "CREATE INDEX assignments_counted ON assignments (offered_at) WHERE counted",
    "CREATE INDEX merchant_load_changed ON merchant_load (changed_at)",
    "CREATE INDEX decisions_request ON decisions (city, request)",
];

/// A column that holds one of these words, or nothing where it may be empty.
pub(super) fn one_of(mut column: ColumnDef, name: &'static str, words: &[&'static str]) -> ColumnDef {
    column.check(Expr::col(name).is_in(words.iter().copied())).to_owned()
}

fn jobs() -> TableCreateStatement {
    Table::create()
        .table("jobs")
        .col(big_integer("city"))
        .col(uuid("request"))
        .col(string("item"))
        .col(string("category"))
        .col(big_integer("area"))
        .col(one_of(string("urgency"), "urgency", &["emergency", "utility", "normal"]))
        .col(one_of(string("risk"), "risk", &["low", "high"]))
        .col(boolean("enters_home"))
        .col(big_integer("wanted_at"))
        .col(big_integer("due_by"))
        .col(one_of(string("mode"), "mode", &["auto", "choose"]))
        .col(big_integer_null("choose_minutes"))
        .col(uuid_null("preferred"))
        .col(text("tried"))
        .col(one_of(string("state"), "state", &["waiting", "assigned", "completed", "cancelled", "unserved"]))
        .col(uuid_null("assignment"))
        .col(big_integer_null("next_at"))
        .col(big_integer("received_at"))
        .primary_key(Index::create().col("city").col("request"))
        .to_owned()
}

fn assignments() -> TableCreateStatement {
    Table::create()
        .table("assignments")
        .col(big_integer("city"))
        .col(uuid("id"))
        .col(uuid("request"))
        .col(uuid("merchant"))
        .col(big_integer("credit_version"))
        .col(boolean("confirmed"))
        .col(string("offered_by"))
        .col(big_integer("offered_at"))
        .col(big_integer("answer_by"))
        .col(big_integer_null("accepted_at"))
        .col(big_integer_null("ended_at"))
        .col(big_integer_null("next_by"))
        .col(big_integer_null("late_from"))
        .col(one_of(
            string_null("decline_reason"),
            "decline_reason",
            &["busy", "too_far", "not_our_service", "price", "other"],
        ))
        .col(one_of(
            string("state"),
            "state",
            &["offered", "accepted", "completed", "declined", "expired", "released"],
        ))
        .col(boolean("counted"))
        .primary_key(Index::create().col("city").col("id"))
        .to_owned()
}

fn merchant_load() -> TableCreateStatement {
    Table::create()
        .table("merchant_load")
        .col(big_integer("city"))
        .col(uuid("merchant"))
        .col(big_integer("open").check(Expr::col("open").gte(0)))
        .col(big_integer("served").check(Expr::col("served").gte(0)))
        .col(big_integer("version"))
        .col(big_integer("changed_at"))
        .primary_key(Index::create().col("city").col("merchant"))
        .to_owned()
}

fn decisions() -> TableCreateStatement {
    Table::create()
        .table("decisions")
        .col(big_integer("city"))
        .col(uuid("assignment"))
        .col(uuid("request"))
        .col(big_integer("policy_version"))
        .col(boolean("confirmed"))
        .col(text("inputs"))
        .col(text("outcome"))
        .col(big_integer("taken_at"))
        .primary_key(Index::create().col("city").col("assignment"))
        .to_owned()
}

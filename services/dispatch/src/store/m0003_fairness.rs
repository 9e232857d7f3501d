//! Orders by category and street, operators' choices, and choices that wait for a second person.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, integer, string, string_null, text_null, uuid,
};

use super::m0002_dispatch::one_of;

/// Creates the tables, and counts the orders that are there.
pub(super) struct Fairness;

impl MigrationName for Fairness {
    fn name(&self) -> &'static str {
        "m0003_fairness"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Fairness {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [cell_orders(), choice_counts(), proposals()] {
            manager.create_table(table).await?;
        }
        let sql = manager.get_connection();
        for statement in INDEXES.into_iter().chain([COUNT]) {
            sql.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const INDEXES: [&str; 4] = [
    "CREATE INDEX cell_orders_changed ON cell_orders (changed_at, city, merchant, category, area)",
    "CREATE INDEX choice_counts_city ON choice_counts (city, day)",
    // A request has one proposal at a time: the first stands.
    "CREATE UNIQUE INDEX proposals_open ON proposals (city, request) WHERE state = 'open'",
    "CREATE INDEX proposals_undecided ON proposals (decide_by) WHERE state = 'open'",
];

/// What was counted among the orders of 30 days before they were counted by category and street.
const COUNT: &str = "\
    INSERT INTO cell_orders (city, merchant, category, area, orders, version, changed_at) \
    SELECT a.city, a.merchant, j.category, j.area, COUNT(*), MAX(l.version), MAX(l.changed_at) \
    FROM assignments a \
    JOIN jobs j ON j.city = a.city AND j.request = a.request \
    JOIN merchant_load l ON l.city = a.city AND l.merchant = a.merchant \
    WHERE a.counted GROUP BY a.city, a.merchant, j.category, j.area";

fn cell_orders() -> TableCreateStatement {
    Table::create()
        .table("cell_orders")
        .col(big_integer("city"))
        .col(uuid("merchant"))
        .col(string("category"))
        .col(big_integer("area"))
        .col(big_integer("orders").check(Expr::col("orders").gte(0)))
        .col(big_integer("version"))
        .col(big_integer("changed_at"))
        .primary_key(Index::create().col("city").col("merchant").col("category").col("area"))
        .to_owned()
}

fn choice_counts() -> TableCreateStatement {
    Table::create()
        .table("choice_counts")
        .col(big_integer("city"))
        .col(uuid("operator"))
        .col(integer("day"))
        .col(big_integer("choices"))
        .col(big_integer("overrides"))
        .primary_key(Index::create().col("city").col("operator").col("day"))
        .to_owned()
}

fn proposals() -> TableCreateStatement {
    Table::create()
        .table("proposals")
        .col(big_integer("city"))
        .col(uuid("id"))
        .col(uuid("request"))
        .col(uuid("merchant"))
        .col(string("reason"))
        .col(text_null("note"))
        .col(string("proposed_by"))
        .col(big_integer("proposed_at"))
        .col(big_integer("decide_by"))
        .col(string_null("decided_by"))
        .col(big_integer_null("ended_at"))
        .col(one_of(string("state"), "state", &["open", "approved", "rejected", "expired", "superseded"]))
        .primary_key(Index::create().col("city").col("id"))
        .to_owned()
}

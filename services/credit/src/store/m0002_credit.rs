//! Merchants, ledger entries and workers.

use chassis::store::append_only;
use credit_domain::{Identity, Status};
use kernel::Grade;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, binary, boolean, string, string_null, text, uuid,
};
use sea_orm_migration::sea_orm::DbBackend;

/// Creates credit's tables.
pub(super) struct Credit;

impl MigrationName for Credit {
    fn name(&self) -> &'static str {
        "m0002_credit"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Credit {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(merchants(manager.get_database_backend())).await?;
        manager.create_table(ledger()).await?;
        manager.create_table(workers()).await?;
        let sql = manager.get_connection();
        // One entry for each fact, however often it is told (I2).
        sql.execute_unprepared("CREATE UNIQUE INDEX ledger_cause ON ledger (city, merchant, cause)").await?;
        sql.execute_unprepared("CREATE UNIQUE INDEX ledger_id ON ledger (city, id)").await?;
        sql.execute_unprepared("CREATE INDEX workers_merchant ON workers (city, merchant, green_until, id)")
            .await?;
        sql.execute_unprepared("CREATE UNIQUE INDEX workers_card ON workers (city, card)").await?;
        // A search reads this alone, in the order of its pages: names are short, rows are not.
        sql.execute_unprepared(
            "CREATE INDEX merchants_search ON merchants \
             (city, id, name, grade, status, under_objection, category_codes)",
        )
        .await?;
        for index in [
            "CREATE INDEX merchants_name ON merchants (city, name, id)",
            "CREATE INDEX merchants_score ON merchants (city, score, id)",
        ] {
            sql.execute_unprepared(index).await?;
        }
        // For whoever holds a connection (I3).
        append_only(manager, "ledger").await
    }
}

/// A column that holds one of these words.
pub(super) fn one_of<'a>(name: &'static str, words: impl IntoIterator<Item = &'a str>) -> ColumnDef {
    let mut column = string(name);
    column.check(Expr::col(name).is_in(words)).to_owned()
}

fn grade(name: &'static str) -> ColumnDef {
    one_of(name, Grade::ALL.map(Grade::as_str))
}

/// The columns of a tally: points in four dimensions, and evidence.
const TALLY: [&str; 7] = [
    "social_evaluation",
    "credit_activities",
    "credit_record",
    "demonstration",
    "satisfied",
    "unsatisfied",
    "verified_orders",
];

/// Sorted by the numbers of its letters, as SQLite does: a cursor is a place in the same order in both databases.
fn merchant_name(backend: DbBackend) -> ColumnDef {
    let mut column = string("name");
    if backend == DbBackend::Postgres {
        column.extra("COLLATE \"C\"");
    }
    column
}

fn merchants(backend: DbBackend) -> TableCreateStatement {
    let mut score = big_integer("score");
    let mut table = Table::create();
    table
        .table("merchants")
        .col(big_integer("city"))
        .col(uuid("id"))
        .col(big_integer("version"))
        .col(one_of("status", Status::ALL.map(Status::as_str)))
        .col(grade("grade"))
        .col(score.check(Expr::col("score").between(0, 1_000)).to_owned())
        .col(grade("awarded"))
        .col(merchant_name(backend))
        .col(big_integer("home"))
        .col(text("areas"))
        .col(text("categories"))
        .col(text("category_codes"))
        .col(big_integer("capacity"))
        .col(big_integer("opens"))
        .col(big_integer("closes"))
        .col(big_integer_null("green_until"))
        .col(boolean("under_objection"))
        .col(text("findings"))
        .col(big_integer_null("evaluated_year"))
        .col(big_integer("rules_version"))
        .col(big_integer("tip_seq"))
        .col(binary("tip_hash"))
        .col(string("cause"))
        .col(big_integer("changed_at"))
        .col(string("moved_by"))
        .col(big_integer("moved_at"));
    for name in TALLY {
        table.col(big_integer(name));
    }
    table.primary_key(Index::create().col("city").col("id")).to_owned()
}

fn ledger() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("ledger")
        .col(big_integer("city"))
        .col(uuid("merchant"))
        .col(big_integer("seq"))
        .col(uuid("id"))
        .col(string_null("category"))
        .col(string("cause"))
        .col(string("rule"))
        .col(big_integer("rules_version"))
        .col(string_null("clause"))
        .col(big_integer("valid_from"))
        .col(big_integer("recorded_at"))
        .col(binary("prev"))
        .col(binary("hash"));
    for name in TALLY {
        table.col(big_integer(name));
    }
    table.primary_key(Index::create().col("city").col("merchant").col("seq")).to_owned()
}

fn workers() -> TableCreateStatement {
    Table::create()
        .table("workers")
        .col(big_integer("city"))
        .col(uuid("id"))
        .col(uuid("merchant"))
        .col(string("card"))
        .col(string("masked_name"))
        .col(one_of("identity", Identity::ALL.map(Identity::as_str)))
        .col(big_integer_null("exam_until"))
        .col(big_integer_null("insurance_until"))
        .col(big_integer("green_until"))
        .primary_key(Index::create().col("city").col("id"))
        .to_owned()
}

//! Runs of the yearly evaluation, what they found, and what took effect.

use chassis::store::append_only;
use credit_domain::evaluation::EvaluationState;
use kernel::Grade;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, text, uuid};

use super::m0002_credit::one_of;

/// Creates them.
pub(super) struct Evaluations;

impl MigrationName for Evaluations {
    fn name(&self) -> &'static str {
        "m0009_evaluation"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Evaluations {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [evaluations(), results(), corrections(), effects()] {
            manager.create_table(table).await?;
        }
        let sql = manager.get_connection();
        for index in [
            // A city evaluates each year once, whatever instance comes first.
            "CREATE UNIQUE INDEX evaluations_year ON evaluations (city, year) WHERE year IS NOT NULL",
            "CREATE INDEX evaluations_city ON evaluations (city, id)",
            "CREATE INDEX evaluations_turns_at ON evaluations (turns_at) WHERE turns_at IS NOT NULL",
            "CREATE INDEX evaluation_results_moved ON evaluation_results (evaluation, merchant) WHERE moved",
        ] {
            sql.execute_unprepared(index).await?;
        }
        append_only(manager, "evaluation_corrections").await?;
        append_only(manager, "evaluation_effects").await
    }
}

fn grade(name: &'static str) -> ColumnDef {
    one_of(name, Grade::ALL.map(Grade::as_str))
}

fn evaluations() -> TableCreateStatement {
    Table::create()
        .table("evaluations")
        .col(uuid("id").primary_key())
        .col(big_integer("city"))
        .col(big_integer_null("year"))
        .col(one_of("state", EvaluationState::WORDS))
        .col(big_integer_null("turns_at"))
        .col(text("file"))
        .to_owned()
}

fn results() -> TableCreateStatement {
    Table::create()
        .table("evaluation_results")
        .col(uuid("evaluation"))
        .col(uuid("merchant"))
        .col(grade("in_force"))
        .col(grade("grade"))
        .col(big_integer("score"))
        .col(boolean("moved"))
        .col(text("found"))
        .col(text("fold"))
        .primary_key(Index::create().col("evaluation").col("merchant"))
        .to_owned()
}

/// What was found anew for a merchant whose objection to its result was upheld, beside what was found first.
fn corrections() -> TableCreateStatement {
    Table::create()
        .table("evaluation_corrections")
        .col(uuid("evaluation"))
        .col(uuid("merchant"))
        .col(uuid("objection"))
        .col(big_integer("known_at"))
        .col(text("found"))
        .primary_key(Index::create().col("evaluation").col("merchant"))
        .to_owned()
}

fn effects() -> TableCreateStatement {
    Table::create()
        .table("evaluation_effects")
        .col(uuid("evaluation"))
        .col(uuid("merchant"))
        .col(grade("grade_before"))
        .col(grade("grade_after"))
        .col(grade("awarded"))
        .col(big_integer("score"))
        .col(boolean("recomputed"))
        .primary_key(Index::create().col("evaluation").col("merchant"))
        .to_owned()
}

//! Versions of the rules with their life, runs of drafts over the ledger, and the ends of entries.

use credit_domain::model::{self, ModelState};
use credit_domain::simulation::RunState;
use kernel::{Grade, ModelId};
use sea_orm::ConnectionTrait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, text, text_null, uuid, uuid_null};
use sea_orm_migration::sea_orm::DbBackend;

use super::m0002_credit::one_of;
use super::models;
use crate::rules::RuleBook;

/// Adds what the model of credit needs, and version 1 of the rules.
pub(super) struct ModelData;

impl MigrationName for ModelData {
    fn name(&self) -> &'static str {
        "m0005_model"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for ModelData {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in
            [("ledger", big_integer_null("valid_until")), ("merchants", text_null("quality"))]
        {
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        for table in [ledger_ends(), models_table(), simulations(), simulation_merchants()] {
            manager.create_table(table).await?;
        }
        let sql = manager.get_connection();
        for statement in [
            "CREATE INDEX ledger_ends_due ON ledger_ends (valid_until)",
            "CREATE UNIQUE INDEX models_number ON models (number)",
            // The few that wait for another person's approval.
            "CREATE INDEX models_simulated ON models (id) WHERE state = 'simulated'",
            // One run of an edition over a city at a time: asking again is answered with the one under way.
            "CREATE UNIQUE INDEX simulations_running ON simulations (model, edition, city) \
             WHERE state = 'running'",
            "CREATE INDEX simulations_model ON simulations (model, id)",
            "CREATE INDEX simulation_merchants_moved ON simulation_merchants (simulation, merchant) \
             WHERE moved",
        ] {
            sql.execute_unprepared(statement).await?;
        }
        for statement in approved_stays(manager.get_database_backend()) {
            sql.execute_unprepared(statement).await?;
        }
        let failed = |error: &dyn core::fmt::Display| DbErr::Custom(error.to_string());
        let book = RuleBook::embedded().map_err(|error| failed(&error))?;
        let first = model::released(ModelId::from_u128(1), book.released().clone());
        models::insert(sql, &first).await.map_err(|error| failed(&error))
    }
}

/// Entries that have an end which was not written yet.
fn ledger_ends() -> TableCreateStatement {
    Table::create()
        .table("ledger_ends")
        .col(big_integer("city"))
        .col(uuid("merchant"))
        .col(big_integer("seq"))
        .col(big_integer("valid_until"))
        .primary_key(Index::create().col("city").col("merchant").col("seq"))
        .to_owned()
}

fn models_table() -> TableCreateStatement {
    Table::create()
        .table("models")
        .col(uuid("id").primary_key())
        .col(big_integer("version"))
        .col(big_integer("edition"))
        .col(text("note"))
        .col(text("document"))
        .col(text("authors"))
        .col(one_of("state", ModelState::WORDS))
        .col(uuid_null("approved_by"))
        .col(big_integer_null("number"))
        .col(big_integer_null("in_force_from"))
        .col(big_integer("drafted_at"))
        .col(big_integer("changed_at"))
        .to_owned()
}

fn simulations() -> TableCreateStatement {
    Table::create()
        .table("simulations")
        .col(uuid("id").primary_key())
        .col(uuid("model"))
        .col(big_integer("edition"))
        .col(big_integer("city"))
        .col(uuid("ordered_by"))
        .col(big_integer("at"))
        .col(one_of("state", RunState::WORDS))
        .col(big_integer("merchants"))
        .col(text("progress"))
        .col(text_null("summary"))
        .col(text_null("failure"))
        .to_owned()
}

fn simulation_merchants() -> TableCreateStatement {
    let grade = |name| one_of(name, Grade::ALL.map(Grade::as_str));
    Table::create()
        .table("simulation_merchants")
        .col(uuid("simulation"))
        .col(uuid("merchant"))
        .col(grade("in_force"))
        .col(grade("grade_before"))
        .col(grade("grade_after"))
        .col(big_integer("score_before"))
        .col(big_integer("score_after"))
        .col(boolean("moved"))
        .col(text("why"))
        .col(big_integer_null("share_before"))
        .col(big_integer_null("share_after"))
        .primary_key(Index::create().col("simulation").col("merchant"))
        .to_owned()
}

/// What keeps an approved version as it is, for whoever holds a connection: entries name it.
const fn approved_stays(backend: DbBackend) -> &'static [&'static str] {
    match backend {
        DbBackend::Postgres => &[
            "CREATE FUNCTION approved_models_stay() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'an approved version of the rules stays as it is'; END $$",
            "CREATE TRIGGER models_approved BEFORE UPDATE OR DELETE ON models FOR EACH ROW \
             WHEN (OLD.state = 'approved') EXECUTE FUNCTION approved_models_stay()",
        ],
        _ => &[
            "CREATE TRIGGER models_no_update BEFORE UPDATE ON models WHEN OLD.state = 'approved' \
             BEGIN SELECT RAISE(ABORT, 'an approved version of the rules stays as it is'); END",
            "CREATE TRIGGER models_no_delete BEFORE DELETE ON models WHEN OLD.state = 'approved' \
             BEGIN SELECT RAISE(ABORT, 'an approved version of the rules stays as it is'); END",
        ],
    }
}

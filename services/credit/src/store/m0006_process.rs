//! Proceedings, objections, the publicity board, who did what in them, and what merchants were told.

use chassis::store::append_only;
use credit_domain::process::{Deadline, Measure, Stage};
use credit_domain::publicity::{BoardState, NoticeKind};
use kernel::{Grade, Severity};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, string, string_null, text, text_null, uuid, uuid_null,
};

use super::m0002_credit::one_of;
use super::objections::ObjectionState;

/// Creates them.
pub(super) struct Process;

impl MigrationName for Process {
    fn name(&self) -> &'static str {
        "m0006_process"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Process {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut restraints = text("restraints");
        let restraints = restraints.default("[]").to_owned();
        manager.alter_table(Table::alter().table("merchants").add_column(restraints).to_owned()).await?;
        for table in [
            proceedings(),
            objections(),
            verifiers(),
            steps(),
            notices(),
            merchant_notices(),
            notice_receipts(),
        ] {
            manager.create_table(table).await?;
        }
        let sql = manager.get_connection();
        for index in [
            "CREATE INDEX proceedings_merchant ON proceedings (city, merchant, id)",
            // One live proceeding about a breach.
            "CREATE UNIQUE INDEX proceedings_case ON proceedings (city, breach_case) \
             WHERE breach_case IS NOT NULL AND stage NOT IN ('dropped', 'reversed')",
            "CREATE INDEX proceedings_breach_case ON proceedings (city, breach_case, id) WHERE breach_case IS NOT NULL",
            "CREATE INDEX proceedings_stage ON proceedings (city, stage, id)",
            // What has a deadline, in the order of its list: the deadline is looked at without the file.
            "CREATE INDEX proceedings_due ON proceedings (city, id, due_by) WHERE due_by IS NOT NULL",
            // By the next deadline, those without any last.
            "CREATE INDEX proceedings_soonest ON proceedings (city, COALESCE(due_by, 9223372036854775807), id)",
            // The few that wait for another person's word; another deadline may come before it.
            "CREATE INDEX proceedings_confirm_by ON proceedings (city, id) WHERE confirm_by IS NOT NULL",
            "CREATE INDEX proceedings_suspension_ended ON proceedings (city, id) WHERE suspension_ended_at IS NOT NULL",
            "CREATE INDEX proceedings_turns_at ON proceedings (turns_at) WHERE turns_at IS NOT NULL",
            "CREATE INDEX proceedings_untold ON proceedings (due_by) WHERE due_untold",
            // One objection to an entry, or of a merchant to what a run found.
            "CREATE UNIQUE INDEX objections_subject ON objections (city, merchant, subject)",
            "CREATE INDEX objections_merchant ON objections (city, merchant, id)",
            "CREATE INDEX objections_state ON objections (city, state, id)",
            "CREATE INDEX objections_untold ON objections (decide_by) WHERE due_untold",
            "CREATE UNIQUE INDEX notices_source ON notices (city, source) WHERE source IS NOT NULL",
            "CREATE INDEX notices_board ON notices (city, state, id)",
            "CREATE INDEX notices_merchant ON notices (city, merchant, kind) WHERE merchant IS NOT NULL",
            "CREATE INDEX notices_turns_at ON notices (turns_at) WHERE turns_at IS NOT NULL",
            "CREATE INDEX merchant_notices_merchant ON merchant_notices (city, merchant, id)",
        ] {
            sql.execute_unprepared(index).await?;
        }
        for table in ["breach_verifiers", "process_steps", "merchant_notices", "notice_receipts"] {
            append_only(manager, table).await?;
        }
        Ok(())
    }
}

/// A column that holds one of these words, or nothing.
fn one_of_or_none<'a>(name: &'static str, words: impl IntoIterator<Item = &'a str>) -> ColumnDef {
    let mut column = string_null(name);
    column.check(Expr::col(name).is_in(words)).to_owned()
}

fn proceedings() -> TableCreateStatement {
    Table::create()
        .table("proceedings")
        .col(big_integer("city"))
        .col(uuid("id"))
        .col(uuid("merchant"))
        .col(uuid_null("breach_case"))
        .col(one_of("stage", Stage::ALL.iter().map(|stage| stage.as_str())))
        .col(one_of_or_none("due_what", Deadline::ALL.iter().map(|what| what.as_str())))
        .col(big_integer_null("due_by"))
        .col(boolean("due_untold"))
        .col(big_integer_null("confirm_by"))
        .col(big_integer_null("suspension_ended_at"))
        .col(big_integer_null("turns_at"))
        .col(big_integer("version"))
        .col(text("file"))
        .primary_key(Index::create().col("city").col("id"))
        .to_owned()
}

fn objections() -> TableCreateStatement {
    Table::create()
        .table("objections")
        .col(big_integer("city"))
        .col(uuid("id"))
        .col(uuid("merchant"))
        .col(uuid("subject"))
        .col(one_of("state", ObjectionState::ALL.map(ObjectionState::as_str)))
        .col(big_integer("decide_by"))
        .col(boolean("due_untold"))
        .col(big_integer("version"))
        .col(text("file"))
        .primary_key(Index::create().col("city").col("id"))
        .to_owned()
}

/// Who verified a breach: they do not look into an objection to it.
fn verifiers() -> TableCreateStatement {
    Table::create()
        .table("breach_verifiers")
        .col(big_integer("city"))
        .col(uuid("breach_case"))
        .col(uuid("actor"))
        .primary_key(Index::create().col("city").col("breach_case"))
        .to_owned()
}

/// Who did what in a proceeding or an objection, and when.
fn steps() -> TableCreateStatement {
    Table::create()
        .table("process_steps")
        .col(big_integer("city"))
        .col(uuid("subject"))
        .col(big_integer("version"))
        .col(string("step"))
        .col(string("actor"))
        .col(big_integer("at"))
        .primary_key(Index::create().col("city").col("subject").col("version"))
        .to_owned()
}

fn notices() -> TableCreateStatement {
    Table::create()
        .table("notices")
        .col(big_integer("city"))
        .col(uuid("id"))
        .col(one_of("kind", NoticeKind::ALL.iter().map(|kind| kind.as_str())))
        .col(string_null("source"))
        .col(uuid_null("merchant"))
        .col(string_null("merchant_name"))
        .col(string_null("category"))
        .col(big_integer_null("district"))
        .col(string("title"))
        .col(text("text"))
        .col(text_null("text_en"))
        .col(one_of_or_none("measure", Measure::ALL.iter().map(|measure| measure.as_str())))
        .col(one_of_or_none("class", Severity::ALL.map(Severity::as_str)))
        .col(one_of_or_none("grade", Grade::ALL.map(Grade::as_str)))
        .col(big_integer("publish_at"))
        .col(big_integer_null("remove_at"))
        .col(big_integer_null("withdrawn_at"))
        .col(boolean("contested"))
        .col(one_of("state", BoardState::ALL.iter().map(|state| state.as_str())))
        .col(big_integer_null("turns_at"))
        .col(text_null("written_by"))
        .primary_key(Index::create().col("city").col("id"))
        .to_owned()
}

/// What merchants were told.
fn merchant_notices() -> TableCreateStatement {
    Table::create()
        .table("merchant_notices")
        .col(big_integer("city"))
        .col(uuid("id"))
        .col(uuid("merchant"))
        .col(big_integer("told_at"))
        .col(text("news"))
        .primary_key(Index::create().col("city").col("id"))
        .to_owned()
}

/// That a merchant acknowledged it: proof of service.
fn notice_receipts() -> TableCreateStatement {
    Table::create()
        .table("notice_receipts")
        .col(big_integer("city"))
        .col(uuid("notice"))
        .col(string("actor"))
        .col(big_integer("acknowledged_at"))
        .primary_key(Index::create().col("city").col("notice"))
        .to_owned()
}

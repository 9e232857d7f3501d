//! Honours, credit-building activities with who took part, and what the volunteer centre reports.

use chassis::store::append_only;
use credit_domain::activities::{ActivityState, HonourLevel, HonourState, ParticipantState};
use credit_domain::volunteer::{DeedKind, NeedState, ReportState};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, integer, string, string_null, text, uuid, uuid_null,
};

use super::m0002_credit::one_of;

/// Creates them.
pub(super) struct Activities;

impl MigrationName for Activities {
    fn name(&self) -> &'static str {
        "m0008_activities"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Activities {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            honours(),
            activities(),
            participants(),
            desks(),
            reports(),
            years(),
            needs(),
            days(),
            reconciliations(),
        ];
        for table in tables {
            manager.create_table(table).await?;
        }
        let sql = manager.get_connection();
        for index in [
            "CREATE INDEX honours_merchant ON honours (city, merchant, id)",
            "CREATE INDEX honours_state ON honours (city, state, id)",
            // What was granted once is not granted twice.
            "CREATE UNIQUE INDEX honours_once ON honours (city, merchant, kind, level, granted_at) \
             WHERE state IN ('proposed', 'granted', 'questioned')",
            // Workers who were trained where their merchants were.
            "CREATE INDEX worker_records_number ON worker_records (city, training) WHERE training IS NOT NULL",
            "CREATE INDEX activities_when ON activities (city, starts_at, id)",
            "CREATE INDEX activity_participants_merchant ON activity_participants (city, merchant, activity)",
            "CREATE INDEX volunteer_reports_merchant ON volunteer_reports (city, merchant, id)",
            "CREATE INDEX volunteer_reports_day ON volunteer_reports (city, day, state)",
            "CREATE INDEX volunteer_reports_session ON volunteer_reports (city, volunteer, began_at) \
             WHERE volunteer IS NOT NULL",
            // No team is incubated twice, no need fulfilled twice.
            "CREATE UNIQUE INDEX volunteer_reports_once ON volunteer_reports (city, once) \
             WHERE once IS NOT NULL AND state = 'recorded'",
            "CREATE INDEX volunteer_needs_state ON volunteer_needs (city, state, id)",
            "CREATE INDEX volunteer_days_due ON volunteer_days (due_at) WHERE due_at IS NOT NULL",
        ] {
            sql.execute_unprepared(index).await?;
        }
        append_only(manager, "volunteer_reconciliations").await
    }
}

fn honours() -> TableCreateStatement {
    Table::create()
        .table("honours")
        .col(big_integer("city"))
        .col(uuid("id"))
        .col(uuid("merchant"))
        .col(string("kind"))
        .col(one_of("level", HonourLevel::ALL.iter().map(|level| level.as_str())))
        .col(big_integer("granted_at"))
        .col(one_of("state", HonourState::ALL.iter().map(|state| state.as_str())))
        .col(big_integer("version"))
        .col(text("body"))
        .primary_key(Index::create().col("city").col("id"))
        .to_owned()
}

fn activities() -> TableCreateStatement {
    Table::create()
        .table("activities")
        .col(big_integer("city"))
        .col(uuid("id"))
        .col(string("kind"))
        .col(big_integer("starts_at"))
        .col(one_of("state", ActivityState::ALL.iter().map(|state| state.as_str())))
        .col(big_integer("version"))
        .col(text("body"))
        .primary_key(Index::create().col("city").col("id"))
        .to_owned()
}

fn participants() -> TableCreateStatement {
    Table::create()
        .table("activity_participants")
        .col(big_integer("city"))
        .col(uuid("activity"))
        .col(uuid("merchant"))
        .col(one_of("state", ParticipantState::ALL.iter().map(|state| state.as_str())))
        .col(text("body"))
        .primary_key(Index::create().col("city").col("activity").col("merchant"))
        .to_owned()
}

/// One row a city: who takes in a report or a statement holds it, so that no two sessions of a volunteer overlap.
fn desks() -> TableCreateStatement {
    Table::create()
        .table("volunteer_desks")
        .col(ColumnDef::new("city").big_integer().not_null().primary_key().to_owned())
        .col(big_integer("taken"))
        .to_owned()
}

fn reports() -> TableCreateStatement {
    Table::create()
        .table("volunteer_reports")
        .col(big_integer("city"))
        .col(uuid("id"))
        .col(uuid("merchant"))
        .col(one_of("kind", DeedKind::ALL.iter().map(|kind| kind.as_str())))
        .col(integer("day"))
        .col(big_integer("began_at"))
        .col(big_integer("done_at"))
        .col(big_integer("quantity"))
        .col(uuid_null("volunteer"))
        .col(string_null("once"))
        .col(one_of("state", ReportState::ALL.iter().map(|state| state.as_str())))
        .col(text("body"))
        .primary_key(Index::create().col("city").col("id"))
        .to_owned()
}

/// What a merchant's reports of a calendar year add up to.
fn years() -> TableCreateStatement {
    Table::create()
        .table("volunteer_years")
        .col(big_integer("city"))
        .col(uuid("merchant"))
        .col(integer("year"))
        .col(text("body"))
        .primary_key(Index::create().col("city").col("merchant").col("year"))
        .to_owned()
}

fn needs() -> TableCreateStatement {
    Table::create()
        .table("volunteer_needs")
        .col(big_integer("city"))
        .col(uuid("id"))
        .col(one_of("state", NeedState::ALL.iter().map(|state| state.as_str())))
        .col(big_integer("version"))
        .col(text("body"))
        .primary_key(Index::create().col("city").col("id"))
        .to_owned()
}

/// Days of which something was reported, and by when their statement is due; nothing once it came or was missed.
fn days() -> TableCreateStatement {
    Table::create()
        .table("volunteer_days")
        .col(big_integer("city"))
        .col(integer("day"))
        .col(big_integer_null("due_at"))
        .primary_key(Index::create().col("city").col("day"))
        .to_owned()
}

fn reconciliations() -> TableCreateStatement {
    Table::create()
        .table("volunteer_reconciliations")
        .col(big_integer("city"))
        .col(integer("day"))
        .col(integer("number"))
        .col(uuid("id"))
        .col(boolean("stated"))
        .col(integer("differences"))
        .col(text("body"))
        .primary_key(Index::create().col("city").col("day").col("number"))
        .to_owned()
}

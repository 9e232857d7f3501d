//! What workers need beyond their papers: enrolment and transfer, stars, records, scans and confirmed entries.

use chassis::store::append_only;
use credit_domain::workers::{Outcome, Proof};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, string, string_null, text, uuid, uuid_null};

use super::m0002_credit::one_of;

/// Creates and widens them.
pub(super) struct Workers;

impl MigrationName for Workers {
    fn name(&self) -> &'static str {
        "m0004_workers"
    }
}

/// Tables to which rows are only added, for whoever holds a connection.
const APPEND_ONLY: [&str; 3] = ["worker_records", "scans", "confirmed_entries"];

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Workers {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One statement each: SQLite takes no more.
        for column in columns() {
            manager.alter_table(Table::alter().table("workers").add_column(column).to_owned()).await?;
        }
        manager.create_table(persons()).await?;
        manager.create_table(records()).await?;
        manager.create_table(scans()).await?;
        manager.create_table(confirmed_entries()).await?;
        let sql = manager.get_connection();
        for index in [
            // What the turns look for.
            "CREATE INDEX workers_transfer ON workers (transfer_due_at) WHERE transfer_due_at IS NOT NULL",
            // Who is asked for, and by whom.
            "CREATE INDEX workers_asked_of ON workers (city, merchant, id) WHERE transfer_to IS NOT NULL",
            "CREATE INDEX workers_asked_by ON workers (city, transfer_to, id) WHERE transfer_to IS NOT NULL",
            "CREATE INDEX workers_notice ON workers (notice_at) WHERE notice_at IS NOT NULL",
            // The same number is the same training.
            "CREATE UNIQUE INDEX worker_records_training ON worker_records (city, worker, training) \
             WHERE training IS NOT NULL",
            // A code is good for one scan.
            "CREATE UNIQUE INDEX scans_mark ON scans (mark) WHERE mark IS NOT NULL",
            "CREATE INDEX scans_merchant ON scans (city, merchant, id)",
        ] {
            sql.execute_unprepared(index).await?;
        }
        for table in APPEND_ONLY {
            append_only(manager, table).await?;
        }
        Ok(())
    }
}

/// Workers that are there already are enrolled, at version 1.
fn columns() -> [ColumnDef; 12] {
    [
        big_integer("version").default(1).to_owned(),
        big_integer("enrolled_at").default(0).to_owned(),
        big_integer_null("left_at"),
        string_null("photo"),
        uuid_null("transfer_to"),
        big_integer_null("transfer_asked_at"),
        big_integer_null("transfer_due_at"),
        big_integer_null("stars"),
        string_null("stars_training"),
        string_null("stars_by"),
        big_integer_null("stars_at"),
        big_integer_null("notice_at"),
    ]
}

fn persons() -> TableCreateStatement {
    Table::create()
        .table("worker_persons")
        .col(big_integer("city"))
        .col(string("identity_number"))
        .col(uuid("worker"))
        .primary_key(Index::create().col("city").col("identity_number"))
        .to_owned()
}

fn records() -> TableCreateStatement {
    Table::create()
        .table("worker_records")
        .col(big_integer("city"))
        .col(uuid("worker"))
        .col(big_integer("version"))
        .col(string_null("training"))
        .col(text("happening"))
        .col(string("actor"))
        .col(big_integer("happened_at"))
        .primary_key(Index::create().col("city").col("worker").col("version"))
        .to_owned()
}

fn scans() -> TableCreateStatement {
    Table::create()
        .table("scans")
        .col(big_integer("city"))
        .col(uuid("id"))
        .col(string("actor"))
        .col(one_of("proof", Proof::ALL.iter().map(|word| word.as_str())))
        .col(one_of("outcome", Outcome::ALL.iter().map(|word| word.as_str())))
        .col(uuid_null("worker"))
        .col(uuid_null("merchant"))
        .col(uuid_null("mark"))
        .col(uuid("attempt"))
        .col(big_integer("scanned_at"))
        .primary_key(Index::create().col("city").col("id"))
        .to_owned()
}

fn confirmed_entries() -> TableCreateStatement {
    Table::create()
        .table("confirmed_entries")
        .col(big_integer("city"))
        .col(uuid("scan"))
        .col(uuid("worker"))
        .col(uuid("merchant"))
        .col(uuid_null("request"))
        .col(big_integer("confirmed_at"))
        .primary_key(Index::create().col("city").col("scan"))
        .to_owned()
}

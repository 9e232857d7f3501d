//! Standards, prices, files, applications, bans, inspections. A table holds a document as JSON beside the columns that it is
//! found by; what must never change is append-only in the database itself.

use chassis::store::append_only;
use credit_domain::standards::StandardKind;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, string, string_null, text, uuid, uuid_null,
};

use super::m0002_credit::one_of;

/// Creates the tables of admission.
pub(super) struct Admission;

impl MigrationName for Admission {
    fn name(&self) -> &'static str {
        "m0003_admission"
    }
}

/// Tables of which a row is written once.
const APPEND_ONLY: [&str; 3] = ["standard_history", "price_history", "admission_log"];

const INDEXES: [&str; 9] = [
    // One file for each organisation, however often it applies.
    "CREATE UNIQUE INDEX dossiers_code ON dossiers (city, code)",
    "CREATE INDEX dossiers_due ON dossiers (next_due)",
    "CREATE INDEX applications_merchant ON applications (city, merchant, id)",
    "CREATE INDEX applications_state ON applications (city, state, id)",
    "CREATE INDEX admission_log_merchant ON admission_log (city, merchant, id)",
    "CREATE INDEX inspections_merchant ON inspections (city, merchant, id)",
    "CREATE INDEX inspections_waiting ON inspections (city, id) WHERE waits",
    "CREATE INDEX inspections_filed_by ON inspections (city, filed_by, id)",
    "CREATE INDEX ban_keys_ban ON ban_keys (city, merchant, cause)",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Admission {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            standards(),
            standard_history(),
            price_lists(),
            price_history(),
            dossiers(),
            applications(),
            admission_log(),
            bans(),
            ban_keys(),
            inspections(),
        ] {
            manager.create_table(table).await?;
        }
        let sql = manager.get_connection();
        for index in INDEXES {
            sql.execute_unprepared(index).await?;
        }
        for table in APPEND_ONLY {
            append_only(manager, table).await?;
        }
        Ok(())
    }
}

/// A table with the city and these columns, and this key behind the city.
fn table(name: &'static str, columns: Vec<ColumnDef>, key: &[&'static str]) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).col(big_integer("city"));
    for column in columns {
        table.col(column);
    }
    let mut primary = Index::create();
    primary.col("city");
    for column in key {
        primary.col(*column);
    }
    table.primary_key(&mut primary).to_owned()
}

fn standards() -> TableCreateStatement {
    let kind = one_of("kind", StandardKind::ALL.map(StandardKind::as_str));
    let columns = vec![string("slug"), kind, big_integer("version"), text("body")];
    table("standards", columns, &["slug"])
}

fn standard_history() -> TableCreateStatement {
    let columns = vec![string("slug"), big_integer("version"), text("body")];
    table("standard_history", columns, &["slug", "version"])
}

fn price_lists() -> TableCreateStatement {
    table("price_lists", vec![uuid("merchant"), big_integer("version"), text("body")], &["merchant"])
}

fn price_history() -> TableCreateStatement {
    let columns =
        vec![uuid("merchant"), big_integer("version"), big_integer("place"), string("item"), text("body")];
    table("price_history", columns, &["merchant", "version", "place"])
}

fn dossiers() -> TableCreateStatement {
    let columns = vec![
        uuid("merchant"),
        string_null("code"),
        big_integer("version"),
        big_integer_null("next_due"),
        text("body"),
    ];
    table("dossiers", columns, &["merchant"])
}

fn applications() -> TableCreateStatement {
    let columns = vec![uuid("id"), uuid("merchant"), string("state"), big_integer("version"), text("body")];
    table("applications", columns, &["id"])
}

fn admission_log() -> TableCreateStatement {
    let columns = vec![
        uuid("id"),
        uuid("merchant"),
        uuid_null("application"),
        string("what"),
        string("actor"),
        big_integer("logged_at"),
        text("detail"),
    ];
    table("admission_log", columns, &["id"])
}

fn bans() -> TableCreateStatement {
    let columns =
        vec![uuid("merchant"), string("cause"), big_integer("starts"), big_integer("ends"), text("body")];
    table("bans", columns, &["merchant", "cause"])
}

fn ban_keys() -> TableCreateStatement {
    let columns = vec![string("match_key"), uuid("merchant"), string("cause")];
    table("ban_keys", columns, &["match_key", "merchant", "cause"])
}

fn inspections() -> TableCreateStatement {
    let columns = vec![uuid("id"), uuid("merchant"), uuid("filed_by"), boolean("waits"), text("body")];
    table("inspections", columns, &["id"])
}

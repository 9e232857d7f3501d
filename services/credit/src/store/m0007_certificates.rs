//! Certificates, and which merchant holds which.

use credit_domain::certificate::Why;
use kernel::Grade;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, string, string_null, text, uuid};

use super::certificates::STATES;
use super::m0002_credit::one_of;

/// Creates them.
pub(super) struct Certificates;

impl MigrationName for Certificates {
    fn name(&self) -> &'static str {
        "m0007_certificates"
    }
}

#[expect(elided_lifetimes_in_paths, reason = "the trait's macro wants it elided")]
#[async_trait::async_trait]
impl MigrationTrait for Certificates {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(certificates()).await?;
        manager.create_table(holders()).await?;
        let sql = manager.get_connection();
        for index in [
            "CREATE INDEX certificates_merchant ON certificates (city, merchant, year, serial)",
            // The list of revocations.
            "CREATE INDEX certificates_revoked ON certificates (city, valid_until) WHERE state = 'revoked'",
            "CREATE INDEX certificate_holders_contested ON certificate_holders (city) WHERE contested",
            "CREATE INDEX certificate_holders_changed ON certificate_holders (city, changed_at)",
            // What the turn looks for.
            "CREATE INDEX certificate_holders_due ON certificate_holders (due_at) WHERE due_at IS NOT NULL",
        ] {
            sql.execute_unprepared(index).await?;
        }
        Ok(())
    }
}

fn certificates() -> TableCreateStatement {
    let mut why = string_null("why");
    let why = why.check(Expr::col("why").is_in(Why::ALL.map(Why::as_str))).to_owned();
    Table::create()
        .table("certificates")
        .col(big_integer("city"))
        .col(big_integer("year"))
        .col(big_integer("serial"))
        .col(uuid("merchant"))
        .col(string("name"))
        .col(one_of("grade", Grade::ALL.map(Grade::as_str)))
        .col(text("categories"))
        .col(big_integer("standing_version"))
        .col(string("issuer"))
        .col(big_integer("valid_from"))
        .col(big_integer("valid_until"))
        .col(text("code"))
        .col(string("signed_by"))
        .col(string("issued_by"))
        .col(one_of("state", STATES))
        .col(big_integer_null("revoked_at"))
        .col(why)
        .primary_key(Index::create().col("city").col("year").col("serial"))
        .to_owned()
}

/// One row for each merchant that held a certificate or is to get one: its last one, and what is due.
fn holders() -> TableCreateStatement {
    Table::create()
        .table("certificate_holders")
        .col(big_integer("city"))
        .col(uuid("merchant"))
        .col(big_integer_null("year"))
        .col(big_integer_null("serial"))
        .col(big_integer_null("due_at"))
        .col(boolean("contested"))
        .col(big_integer("changed_at"))
        .primary_key(Index::create().col("city").col("merchant"))
        .to_owned()
}

//! The ledger over time: ends of entries, the past as known then and later, and the check of the chain.

use std::time::Duration;

use contracts::feedback::Severity;
use credit::usecases::{self, RecordBreach};
use credit_domain::{Cause, Moment, fold, verify_chain};
use kernel::{Actor, Clock as _, Grade, MerchantId, Timestamp};
use sea_orm::ConnectionTrait;
use serde_json::json;
use testkit::{TestDb, on_both_databases, wait};

use crate::host::{PATIENCE, TestCredit, ningbo};
use crate::model::{Desk, OFFICER};

const DAY: Duration = Duration::from_secs(24 * 3_600);

async fn break_commitment(credit: &TestCredit, id: MerchantId, severity: Severity) {
    let command = RecordBreach {
        rules: &credit.rules,
        calendar: &credit.calendar,
        policy: &credit.policy,
        breach: credit.breach(id, severity),
    };
    assert!(!credit.db().write(&command).await.unwrap().is_already_done());
}

async fn at(credit: &TestCredit, id: MerchantId, as_of: Timestamp, known_at: Timestamp) -> (u16, Grade) {
    let moment = Moment { as_of, known_at };
    let found = usecases::credit_at(credit.db(), &credit.rules, ningbo(), id, moment).await.unwrap();
    let past = found.unwrap().past;
    (past.score, past.grade)
}

on_both_databases! {
    async fn i3_an_entry_is_ended_on_its_day_once_by_any_number_of_instances(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let (other, _) = credit.another().await;
        let before = credit.any_of_grade(Grade::AAA).await;
        let id = before.profile.id;
        break_commitment(&credit, id, Severity::Minor).await;
        credit.clock.advance(90 * DAY);
        wait::until("the end of the entry", PATIENCE, async || {
            (credit.ledger(id).await.len() == 3).then_some(())
        })
        .await
        .unwrap();
        let now = credit.clock.now();
        assert_eq!(usecases::expire_entries(credit.db(), &credit.rules, now).await.unwrap(), 0);
        let (after, entries) = (credit.merchant(id).await, credit.ledger(id).await);
        assert_eq!(entries[2].posting.cause, Cause::Expiry(entries[1].posting.id));
        assert_eq!(after.credit.tally, before.credit.tally);
        assert_eq!(after.credit.tally, fold(&entries));
        assert!(after.credit.grade < before.credit.grade, "the grade waits for the evaluation");
        assert_eq!(verify_chain(id, &entries), Ok(after.credit.tip));
        credit.stop_other(other).await;
        credit.stop().await;
    }

    async fn a_merchant_is_seen_as_it_stood_then_and_as_it_is_known_today(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let before = credit.any_of_grade(Grade::AAA).await;
        let (id, opened) = (before.profile.id, credit.clock.now());
        credit.clock.advance(DAY);
        break_commitment(&credit, id, Severity::General).await;
        let broken = credit.clock.now();
        let after = credit.merchant(id).await.credit;
        credit.clock.advance(DAY);
        let today = credit.clock.now();
        assert_eq!(at(&credit, id, opened, today).await, (before.credit.score, Grade::AAA));
        assert_eq!(at(&credit, id, broken, today).await, (after.score, after.grade));
        // The eyes of the day before know nothing of it.
        assert_eq!(at(&credit, id, today, opened).await, (before.credit.score, Grade::AAA));
        credit.stop().await;
    }

    async fn a_chart_shows_at_each_change_what_the_past_says_of_that_moment(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        for severity in [Severity::Minor, Severity::General, Severity::Minor] {
            credit.clock.advance(DAY);
            break_commitment(&credit, id, severity).await;
        }
        credit.clock.advance(DAY);
        let address = credit.serve().await;
        let auditor = Desk::staff(address, OFFICER, "auditor");
        let target = format!("/v1/merchants/{id}/standings?city=330200");
        let series = auditor.get(&target).await.body;
        let points = series["points"].as_array().unwrap();
        assert_eq!((points.len(), &series["changes"]), (4, &json!(4)));
        for point in points {
            let moment: Timestamp = point["at"].as_str().unwrap().parse().unwrap();
            let (score, grade) = at(&credit, id, moment, moment).await;
            assert_eq!((&point["score"], &point["grade"]), (&json!(score), &json!(grade)));
        }
        let later = auditor.get(&format!("{target}&from={}", points[2]["at"].as_str().unwrap())).await.body;
        assert_eq!(later["points"], json!(points[2..]));
        let until = auditor.get(&format!("{target}&to={}", points[1]["at"].as_str().unwrap())).await.body;
        assert_eq!(until["points"], json!(points[..2]));
        let few = auditor.get(&format!("{target}&limit=2")).await.body;
        assert_eq!((&few["points"][1], &few["changes"]), (&points[3], &json!(4)));
        let stranger = Desk::acting(address, Actor::Merchant { id: credit.id() }, "merchant");
        assert_eq!(stranger.get(&target).await.problem(), (403, "forbidden"));
        credit.stop().await;
    }

    async fn entries_are_found_by_dimension_year_and_kind(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        break_commitment(&credit, id, Severity::General).await;
        let auditor = Desk::staff(credit.serve().await, OFFICER, "auditor");
        let seqs = async |query: &str| {
            let page = auditor.get(&format!("/v1/merchants/{id}/ledger?city=330200&{query}")).await.body;
            let items = page["items"].as_array().unwrap();
            items.iter().map(|item| item["seq"].as_u64().unwrap()).collect::<Vec<_>>()
        };
        let year = credit.clock.now().in_city().day.year();
        assert_eq!(seqs("cause=breach_verified").await, [2]);
        assert_eq!(seqs("cause=opening").await, [1]);
        assert_eq!(seqs("dimension=credit_record&cause=breach_verified").await, [2]);
        assert_eq!(seqs("dimension=demonstration&cause=breach_verified").await, Vec::<u64>::new());
        assert_eq!(seqs(&format!("year={year}&cause=breach_verified")).await, [2]);
        assert_eq!(seqs(&format!("year={}", year + 1)).await, Vec::<u64>::new());
        for unfit in ["cause=workers", "dimension=luck", "year=65535"] {
            let refused = auditor.get(&format!("/v1/merchants/{id}/ledger?city=330200&{unfit}")).await;
            assert_eq!(refused.problem(), (400, "invalid-query"), "{unfit}");
        }
        credit.stop().await;
    }

    async fn the_past_is_shown_to_auditors_and_to_the_merchant_itself_alone(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let (mine, others) = (credit.all().await[0].profile.id, credit.all().await[1].profile.id);
        let address = credit.serve().await;
        let auditor = Desk::staff(address, OFFICER, "auditor");
        let merchant = Desk::acting(address, Actor::Merchant { id: mine }, "merchant");
        let path = |id: MerchantId| format!("/v1/merchants/{id}/credit?city=330200");
        let own = merchant.get(&path(mine)).await;
        assert_eq!((own.status, &own.body["entries"]), (200, &json!(1)));
        let evidence = credit.merchant(mine).await.credit.tally.evidence;
        assert_eq!(own.body["sure_permille"], json!(credit.rules.released().sure_permille(evidence)));
        assert_eq!(auditor.get(&path(mine)).await.body["score"], own.body["score"]);
        assert_eq!(merchant.get(&path(others)).await.problem(), (403, "forbidden"));
        let before = format!("{}&as_of=2000-01-01T00:00:00Z", path(mine));
        assert_eq!(auditor.get(&before).await.problem(), (404, "not-found"));
        credit.stop().await;
    }

    async fn i3_the_check_of_a_ledger_finds_an_edited_entry(db: TestDb) {
        let credit = TestCredit::seeded(&db).await;
        let id = credit.any_of_grade(Grade::AAA).await.profile.id;
        break_commitment(&credit, id, Severity::Minor).await;
        let auditor = Desk::staff(credit.serve().await, OFFICER, "auditor");
        let path = format!("/v1/merchants/{id}/ledger/check?city=330200");
        let honest = auditor.get(&path).await.body;
        assert_eq!((&honest["holds"], &honest["entries"]), (&json!(true), &json!(2)));
        let conn = sea_orm::Database::connect(db.url()).await.unwrap();
        let guard = if db.url().starts_with("sqlite") { "ledger_no_update" } else { "ledger_append_only ON ledger" };
        conn.execute_unprepared(&format!("DROP TRIGGER {guard}")).await.unwrap();
        conn.execute_unprepared("UPDATE ledger SET credit_record = 0 WHERE seq = 2").await.unwrap();
        conn.close().await.unwrap();
        let edited = auditor.get(&path).await.body;
        assert_eq!((&edited["holds"], &edited["broken_at"]), (&json!(false), &json!(2)));
        assert_eq!(edited["fault"], "its content is not what was hashed");
        credit.stop().await;
    }
}

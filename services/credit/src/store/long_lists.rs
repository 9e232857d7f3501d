//! 100,000 merchants, entries of a ledger, workers of a merchant, proceedings or inspections are read page by page by
//! their indexes, in each order and with each filter.

use credit_domain::inspection::{Found, Inspection};
use credit_domain::process::{Ground, Moment, Opening, Proceeding};
use credit_domain::{Cause, Dimension, Worker};
use kernel::{
    ActorId, Area, CallbackId, CaseId, City, Grade, InspectionId, MerchantId, ProceedingId, Severity,
    Timestamp,
};
use sea_orm::{ActiveModelTrait as _, Database, DatabaseConnection, IntoActiveModel as _};
use sea_orm_migration::MigratorTrait as _;
use testkit::TestDb;
use testkit::long::{MANY, Planned, digits, id_of, multiply};
use uuid::Uuid;

use super::inspections::{self, InspectionSearch};
use super::ledger::{self, EntrySearch, Span};
use super::merchant_search::{self, MerchantPlace, MerchantSearch, MerchantSort, SortKey};
use super::proceedings::{self, Filter, Mark, Sort};
use super::worker_search::{self, WorkerPlace, WorkerSearch};
use super::{Migrator, merchants, workers};
use crate::rules::RuleBook;

/// The page as the API reads it, with the row that says that there is another.
const PAGE: u64 = 51;

fn city() -> City {
    City::try_new(330_200).unwrap()
}

/// The one that all else is of, or like; its number is past theirs.
const ONE: u128 = 100_000;

async fn opened(db: &TestDb) -> DatabaseConnection {
    let conn = Database::connect(db.url()).await.unwrap();
    Migrator::up(&conn, None).await.unwrap();
    conn
}

fn merchant() -> merchants::Model {
    merchants::Model {
        city: 330_200,
        id: Uuid::from_u128(ONE),
        version: 1,
        status: "affiliated".to_owned(),
        grade: "B".to_owned(),
        score: 500,
        awarded: "B".to_owned(),
        name: "Z".to_owned(),
        home: 330_203_001,
        areas: serde_json::to_string(&[Area::try_new(330_203_001).unwrap()]).unwrap(),
        categories: "[]".to_owned(),
        category_codes: " cleaning ".to_owned(),
        capacity: 5,
        opens: 0,
        closes: 0,
        green_until: None,
        under_objection: false,
        findings: "[]".to_owned(),
        evaluated_year: None,
        quality: None,
        rules_version: 1,
        tip_seq: 1,
        tip_hash: vec![0; 32],
        cause: Cause::Opening.to_string(),
        changed_at: 0,
        moved_by: Cause::Opening.to_string(),
        moved_at: 0,
        social_evaluation: 0,
        credit_activities: 0,
        credit_record: 0,
        demonstration: 0,
        satisfied: 0,
        unsatisfied: 0,
        verified_orders: 0,
        restraints: "[]".to_owned(),
    }
}

fn entry() -> ledger::Model {
    ledger::Model {
        city: 330_200,
        merchant: Uuid::from_u128(ONE),
        seq: 1,
        id: Uuid::from_u128(ONE),
        category: None,
        cause: Cause::Opening.to_string(),
        rule: "opening".to_owned(),
        rules_version: 1,
        clause: None,
        valid_from: 0,
        valid_until: None,
        recorded_at: 0,
        prev: vec![0; 32],
        hash: vec![0; 32],
        social_evaluation: 0,
        credit_activities: 0,
        credit_record: 0,
        demonstration: 0,
        satisfied: 0,
        unsatisfied: 0,
        verified_orders: 0,
    }
}

fn worker() -> workers::Model {
    workers::Model {
        city: 330_200,
        id: Uuid::from_u128(ONE),
        merchant: Uuid::from_u128(ONE),
        card: "330200-0999999".to_owned(),
        masked_name: "W".to_owned(),
        identity: "passed".to_owned(),
        exam_until: None,
        insurance_until: None,
        green_until: 0,
        version: 1,
        enrolled_at: 0,
        left_at: None,
        photo: None,
        transfer_to: None,
        transfer_asked_at: None,
        transfer_due_at: None,
        stars: None,
        stars_training: None,
        stars_by: None,
        stars_at: None,
        notice_at: None,
    }
}

/// Opened by somebody against the one merchant.
fn proceeding() -> Proceeding {
    let opening = Opening {
        id: ProceedingId::from_u128(ONE),
        city: city(),
        merchant: id(ONE),
        ground: Ground::Finding,
        class: Severity::Minor,
        category: None,
        clause: None,
        facts: "未张贴价目表".to_owned().into(),
    };
    let (rules, calendar) = (RuleBook::embedded().unwrap(), crate::calendar::embedded().unwrap());
    let at = Moment { rules: &rules.released().process, calendar: &calendar, now: Timestamp::EPOCH };
    Proceeding::open(opening, ActorId::from_u128(ONE), at).unwrap()
}

fn inspection() -> Inspection {
    let found = Found {
        merchant: id(ONE),
        category: None,
        clause: None,
        facts: "未张贴价目表".to_owned(),
        evidence: "照片 3 张".to_owned(),
        seen_at: Timestamp::EPOCH,
    };
    let by = ActorId::from_u128(ONE);
    Inspection::file(InspectionId::from_u128(ONE), city(), found, by, Timestamp::EPOCH).unwrap()
}

/// Their names are in another order than their ids, each score is one of 1,001, and every hundredth is of grade A.
async fn many_merchants(db: &TestDb) -> Planned {
    let conn = opened(db).await;
    merchant().into_active_model().insert(&conn).await.unwrap();
    let backend = conn.get_database_backend();
    let name = format!("'M' || {}", digits(backend, "(i * 7919) % 100000", 6));
    let given = [
        (merchants::Column::Id, id_of(backend, "i")),
        (merchants::Column::Name, name),
        (merchants::Column::Score, "i % 1001".to_owned()),
        (merchants::Column::Grade, "CASE WHEN i % 100 = 0 THEN 'A' ELSE 'B' END".to_owned()),
        (merchants::Column::UnderObjection, "i % 1000 = 0".to_owned()),
    ];
    multiply::<merchants::Entity>(&conn, "name = 'Z'", &given).await.unwrap();
    Planned::connect(db.url()).await.unwrap()
}

const fn sort(key: SortKey, descending: bool) -> MerchantSort {
    MerchantSort { key, descending }
}

fn id(number: u128) -> MerchantId {
    MerchantId::from_u128(number)
}

/// Number, name and score of the merchants of a page.
async fn page(
    db: &Planned,
    search: &MerchantSearch,
    sort: MerchantSort,
    after: Option<MerchantPlace>,
) -> Vec<(u128, String, u16)> {
    let found = merchant_search::page(db, city(), search, sort, after.as_ref(), PAGE).await.unwrap();
    found
        .into_iter()
        .map(|one| (one.profile.id.uuid().as_u128(), one.profile.name, one.credit.score))
        .collect()
}

fn numbers(page: &[(u128, String, u16)]) -> Vec<u128> {
    page.iter().map(|(number, ..)| *number).collect()
}

fn names(page: &[(u128, String, u16)]) -> Vec<&str> {
    page.iter().map(|(_, name, _)| name.as_str()).collect()
}

fn named(numbers: impl Iterator<Item = u32>) -> Vec<String> {
    numbers.take(51).map(|number| format!("M{number:06}")).collect()
}

testkit::on_both_databases! {
    async fn merchants_100_000_of_them_are_read_in_each_order_by_an_index_of_it(db: TestDb) {
        let db = many_merchants(&db).await;
        let all = MerchantSearch::default();
        let by = sort(SortKey::Entered, false);
        assert_eq!(numbers(&page(&db, &all, by, None).await), (0..51).collect::<Vec<_>>());
        let middle = page(&db, &all, by, Some(MerchantPlace::Entered(id(49_999)))).await;
        assert_eq!(numbers(&middle), (50_000..50_051).collect::<Vec<_>>());
        let end = page(&db, &all, by, Some(MerchantPlace::Entered(id(99_989)))).await;
        assert_eq!(numbers(&end), (99_990..=100_000).collect::<Vec<_>>());
        let last_first = page(&db, &all, sort(SortKey::Entered, true), None).await;
        assert_eq!(numbers(&last_first), (99_950..=100_000).rev().collect::<Vec<_>>());
        db.read_by_indexes().unwrap();

        let by = sort(SortKey::Name, false);
        assert_eq!(names(&page(&db, &all, by, None).await), named(0..));
        // Whichever merchant has the name, what follows is the next name.
        let place = || Some(MerchantPlace::Name("M050000".to_owned(), id(ONE)));
        assert_eq!(names(&page(&db, &all, by, place()).await), named(50_001..));
        assert_eq!(names(&page(&db, &all, sort(SortKey::Name, true), place()).await)[1..], named((0..50_000).rev())[..50]);
        let end = MerchantPlace::Name("M099997".to_owned(), id(ONE));
        assert_eq!(names(&page(&db, &all, by, Some(end)).await), ["M099998", "M099999", "Z"]);
        db.read_by_indexes().unwrap();

        let by = sort(SortKey::Score, true);
        let best: Vec<u128> = (0..99).rev().map(|round| 1_000 + 1_001 * round).collect();
        assert_eq!(numbers(&page(&db, &all, by, None).await), best[..51]);
        let after = MerchantPlace::Score(1_000, id(best[50]));
        let next = page(&db, &all, by, Some(after)).await;
        assert_eq!((numbers(&next)[..48].to_vec(), next[48].2), (best[51..].to_vec(), 999));
        let worst = page(&db, &all, by, Some(MerchantPlace::Score(0, id(1_001 * 2)))).await;
        assert_eq!(numbers(&worst), [1_001, 0]);
        assert!(page(&db, &all, sort(SortKey::Score, false), None).await.iter().all(|one| one.2 == 0));
        db.read_by_indexes().unwrap();
    }

    async fn each_filter_of_merchants_is_read_by_an_index_in_each_order_and_counted(db: TestDb) {
        let db = many_merchants(&db).await;
        let graded = MerchantSearch { grade: Some(Grade::A), ..MerchantSearch::default() };
        let cleaning = MerchantSearch { category: Some("cleaning".parse().unwrap()), ..MerchantSearch::default() };
        let standing = MerchantSearch { status: vec![credit_domain::Status::Affiliated, credit_domain::Status::Suspended], ..MerchantSearch::default() };
        let contested = MerchantSearch { under_objection: Some(true), ..MerchantSearch::default() };
        let called = MerchantSearch { name: Some("m0500".to_owned()), or_code: true, ..MerchantSearch::default() };
        let over = (10_000, false);
        let cases =
            [(&graded, (1_000, true)), (&cleaning, over), (&standing, over), (&contested, (100, true)), (&called, (100, true))];
        for (search, counted) in cases {
            let total = merchant_search::total(&db, city(), search).await.unwrap();
            assert_eq!((total.count, total.exact), counted, "{search:?}");
            for key in [SortKey::Entered, SortKey::Name, SortKey::Score] {
                assert_eq!(page(&db, search, sort(key, false), None).await.len(), 51, "{search:?}");
            }
            db.read_by_indexes().unwrap();
        }
        let ids = numbers(&page(&db, &graded, sort(SortKey::Entered, false), Some(MerchantPlace::Entered(id(50_000)))).await);
        assert_eq!(ids, (50_100..).step_by(100).take(51).collect::<Vec<_>>());
        let found = page(&db, &called, sort(SortKey::Name, true), None).await;
        assert_eq!(names(&found), named((50_000..50_100).rev()));
    }

    async fn a_ledger_of_100_000_entries_is_read_by_its_key_from_the_first_page_to_the_last(db: TestDb) {
        let conn = opened(&db).await;
        entry().into_active_model().insert(&conn).await.unwrap();
        let backend = conn.get_database_backend();
        let followup = CallbackId::from_u128(0).to_string();
        let cause = format!("'followup:{}' || {}", &followup[..24], digits(backend, "i", 12));
        let given = [
            (ledger::Column::Seq, "i + 2".to_owned()),
            (ledger::Column::Id, id_of(backend, "i")),
            (ledger::Column::Cause, cause),
            (ledger::Column::ValidFrom, "i".to_owned()),
            (ledger::Column::SocialEvaluation, "i % 2".to_owned()),
        ];
        multiply::<ledger::Entity>(&conn, "seq = 1", &given).await.unwrap();
        let db = Planned::connect(db.url()).await.unwrap();
        let seqs = async |search, after| {
            let found = ledger::page_of(&db, city(), id(ONE), search, after, PAGE).await.unwrap();
            found.into_iter().map(|entry| entry.seq).collect::<Vec<u64>>()
        };
        let all = EntrySearch::default();
        assert_eq!(seqs(all, 0).await, (1..=51).collect::<Vec<_>>());
        assert_eq!(seqs(all, 50_000).await, (50_001..=50_051).collect::<Vec<_>>());
        assert_eq!(seqs(all, 99_991).await, (99_992..=u64::from(MANY) + 1).collect::<Vec<_>>());
        let social = EntrySearch { dimension: Some(Dimension::SocialEvaluation), ..all };
        assert_eq!(seqs(social, 50_000).await, (50_001..).step_by(2).take(51).collect::<Vec<_>>());
        let told = EntrySearch { cause: Some("followup"), ..all };
        assert_eq!(seqs(told, 0).await, (2..=52).collect::<Vec<_>>());
        let from = Some(Timestamp::from_micros(99_990));
        let late = EntrySearch { span: Span { from, ..Span::default() }, ..all };
        assert_eq!(seqs(late, 0).await, (99_992..=100_001).collect::<Vec<_>>());
        for (search, counted) in [(all, (10_000, false)), (told, (10_000, false)), (late, (10, true))] {
            let total = ledger::total(&db, city(), id(ONE), search).await.unwrap();
            assert_eq!((total.count, total.exact), counted, "{search:?}");
        }
        db.read_by_indexes().unwrap();
    }

    async fn what_waits_among_100_000_proceedings_is_read_by_an_index_and_counted(db: TestDb) {
        let conn = opened(&db).await;
        proceedings::insert(&conn, &proceeding()).await.unwrap();
        let backend = conn.get_database_backend();
        let now = Timestamp::from_micros(50_000);
        // Every hundredth has a deadline, at the moment of its number; every other a confirmation that is waited for.
        let given = [
            (proceedings::Column::Id, id_of(backend, "i")),
            (proceedings::Column::DueBy, "CASE WHEN i % 100 = 0 THEN i END".to_owned()),
            (proceedings::Column::ConfirmBy, "CASE WHEN i % 2 = 0 THEN i END".to_owned()),
            (proceedings::Column::SuspensionEndedAt, "CASE WHEN i % 500 = 1 THEN i END".to_owned()),
        ];
        multiply::<proceedings::Entity>(&conn, "due_by > 100000", &given).await.unwrap();
        let db = Planned::connect(db.url()).await.unwrap();
        let all = Filter { merchant: None, ..Filter::of_merchant(city(), id(ONE), PAGE) };
        let overdue = Filter { due_until: Some(now), ..all };
        let soon = Filter { due_after: Some(now), due_until: Some(Timestamp::from_micros(60_000)), ..all };
        let confirm = Filter { awaits_confirmation: true, ..all };
        let ended = Filter { suspension_ended: true, ..all };
        let lists =
            [(overdue, (501, true)), (soon, (100, true)), (confirm, (10_000, false)), (ended, (200, true))];
        for (filter, counted) in lists {
            let total = proceedings::total(&db, filter).await.unwrap();
            assert_eq!((total.count, total.exact), counted, "{filter:?}");
            assert_eq!(proceedings::page(&db, filter).await.unwrap().len(), 51, "{filter:?}");
            let after = Some(Mark::Opened(ProceedingId::from_u128(ONE)));
            assert!(proceedings::page(&db, Filter { after, ..filter }).await.unwrap().is_empty(), "{filter:?}");
        }
        let soonest = Filter { sort: Sort::Due, ..all };
        let last_due = Mark::Due(Some(Timestamp::from_micros(99_950)), ProceedingId::from_u128(0));
        let last = Mark::Due(None, ProceedingId::from_u128(99_990));
        let one = Filter { id: Some(ProceedingId::from_u128(7)), ..soonest };
        let about = Filter { case: Some(CaseId::from_u128(7)), ..soonest };
        let places = [(None, soonest, 51), (Some(last_due), soonest, 51), (Some(last), soonest, 9), (None, one, 1), (None, about, 0)];
        for (after, filter, found) in places {
            let page = proceedings::page(&db, Filter { after, ..filter }).await.unwrap();
            assert_eq!(page.len(), found, "{filter:?} after {after:?}");
        }
        db.read_by_indexes().unwrap();
    }

    async fn what_an_inspector_filed_among_100_000_inspections_is_read_by_an_index_and_counted(db: TestDb) {
        let conn = opened(&db).await;
        inspections::insert(&conn, &inspection()).await.unwrap();
        let backend = conn.get_database_backend();
        // Every thousandth is another inspector's, and every other of all waits.
        let inspector = format!("CASE WHEN i % 1000 = 0 THEN {} ELSE o.filed_by END", id_of(backend, "7"));
        let given = [
            (inspections::Column::Id, id_of(backend, "i")),
            (inspections::Column::FiledBy, inspector),
            (inspections::Column::Waits, "i % 2000 <> 0".to_owned()),
        ];
        multiply::<inspections::Entity>(&conn, "waits", &given).await.unwrap();
        let db = Planned::connect(db.url()).await.unwrap();
        let (filed_by, all) = (Some(ActorId::from_u128(7)), InspectionSearch::default());
        let cases = [
            (InspectionSearch { filed_by, ..all }, (100, true)),
            (InspectionSearch { filed_by, waiting: Some(true), ..all }, (50, true)),
            (InspectionSearch { waiting: Some(false), ..all }, (50, true)),
            (InspectionSearch { waiting: Some(true), ..all }, (10_000, false)),
        ];
        for (search, counted) in cases {
            let total = inspections::total(&db, city(), search).await.unwrap();
            assert_eq!((total.count, total.exact), counted, "{search:?}");
            let page = inspections::page(&db, city(), search, None, PAGE).await.unwrap();
            assert_eq!(page.len(), 51.min(counted.0 as usize), "{search:?}");
        }
        db.read_by_indexes().unwrap();
    }

    async fn the_100_000_workers_of_a_merchant_are_read_by_an_index_from_the_first_page_to_the_last(db: TestDb) {
        let conn = opened(&db).await;
        worker().into_active_model().insert(&conn).await.unwrap();
        let backend = conn.get_database_backend();
        let given = [
            (workers::Column::Id, id_of(backend, "i")),
            (workers::Column::Card, format!("'330200-' || {}", digits(backend, "i", 7))),
            (workers::Column::GreenUntil, "i + 1".to_owned()),
            (workers::Column::ExamUntil, "i + 1".to_owned()),
            (workers::Column::InsuranceUntil, "i + 1".to_owned()),
        ];
        multiply::<workers::Entity>(&conn, "masked_name = 'W'", &given).await.unwrap();
        let db = Planned::connect(db.url()).await.unwrap();
        let (place, all) = ((city(), id(ONE)), WorkerSearch::default());
        let page = async |search: &WorkerSearch, after: Option<&Worker>| {
            let after = after.map(|worker| WorkerPlace::of(worker.id, worker.papers));
            worker_search::page(&db, place, search, after, PAGE).await.unwrap()
        };
        let numbers = |found: &[Worker]| found.iter().map(|one| one.id.uuid().as_u128()).collect::<Vec<_>>();
        let first = page(&all, None).await;
        // The one without papers, then who is green no longer first.
        assert_eq!(numbers(&first), [ONE].into_iter().chain(0..50).collect::<Vec<_>>());
        assert_eq!(numbers(&page(&all, first.last()).await), (50..101).collect::<Vec<_>>());
        let at = Timestamp::from_micros(50_000);
        let still = WorkerSearch { green_after: Some((at, true)), ..all.clone() };
        assert_eq!(numbers(&page(&still, None).await), (50_000..50_051).collect::<Vec<_>>());
        let ended = WorkerSearch { green_after: Some((at, false)), ..all.clone() };
        assert_eq!(numbers(&page(&ended, None).await), numbers(&first));
        let called = WorkerSearch { text: Some("330200-00500".to_owned()), ..all.clone() };
        assert_eq!(numbers(&page(&called, None).await), (50_000..50_051).collect::<Vec<_>>());
        let sign = WorkerSearch { text: Some("330200_".to_owned()), ..all.clone() };
        assert_eq!(numbers(&page(&sign, None).await), [0_u128; 0], "a sign of patterns is a letter");
        let total = worker_search::total(&db, place, &all).await.unwrap();
        assert_eq!((total.count, total.exact), (10_000, false));
        db.read_by_indexes().unwrap();
    }
}

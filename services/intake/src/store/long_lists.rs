//! A list of 100,000 requests is read page by page by its indexes, whatever it is narrowed by.

use intake_domain::{Phone, Status};
use kernel::{Actor, ActorId, City, RequestId, Timestamp};
use sea_orm::{ActiveModelTrait as _, ConnectionTrait as _, Database, IntoActiveModel as _};
use sea_orm_migration::MigratorTrait as _;
use testkit::TestDb;
use testkit::long::{MANY, Planned, id_of, multiply};
use uuid::Uuid;

use super::Migrator;
use super::requests::{self, Column, Filter, Model, Place, Sort, SortKey};

/// The page as the API reads it, with the row that says that there is another.
const PAGE: u64 = 51;

fn city() -> City {
    City::try_new(330_200).unwrap()
}

fn person() -> Actor {
    Actor::Staff { id: ActorId::from_u128(1) }
}

/// The one that the others are like; its number is past theirs.
fn one() -> Model {
    Model {
        city: 330_200,
        id: Uuid::from_u128(u128::from(MANY)),
        citizen: Uuid::from_u128(1),
        name: "Wang".to_owned(),
        phone: "13800001234".to_owned(),
        address: "Street 1".to_owned(),
        channel: "hotline".to_owned(),
        item: "door-unlocking".to_owned(),
        category: "lock-opening".to_owned(),
        area: 330_203_001,
        urgency: "normal".to_owned(),
        risk: "low".to_owned(),
        enters_home: true,
        received_at: 0,
        wanted_at: 0,
        due_by: 0,
        description: "locked out".to_owned(),
        mode: "auto".to_owned(),
        preferred: None,
        progress: "{}".to_owned(),
        status: "received".to_owned(),
        version: 1,
        tracking: None,
    }
}

/// Every tenth is received and the others closed; ten streets take turns, and two items; every hundredth has a number and
/// an operator of its own. Those that came later are wanted sooner, two at a time.
async fn filled(db: &TestDb) -> Planned {
    let conn = Database::connect(db.url()).await.unwrap();
    Migrator::up(&conn, None).await.unwrap();
    one().into_active_model().insert(&conn).await.unwrap();
    let given = [
        (Column::Id, id_of(conn.get_database_backend(), "i")),
        (Column::Status, "CASE WHEN i % 10 = 0 THEN 'received' ELSE 'closed' END".to_owned()),
        (Column::Area, "330203001 + i % 10".to_owned()),
        (Column::Item, "CASE WHEN i % 2 = 0 THEN 'door-unlocking' ELSE 'house-cleaning' END".to_owned()),
        (Column::WantedAt, format!("({MANY} - i) / 2")),
        (Column::Phone, "CASE WHEN i % 100 = 0 THEN '13800009999' ELSE '13800001234' END".to_owned()),
    ];
    multiply::<requests::Entity>(&conn, "version = 1", &given).await.unwrap();
    let (theirs, mine) = (Actor::Staff { id: ActorId::from_u128(2) }, person());
    let made = format!(
        "INSERT INTO timeline (city, request, seq, kind, at, recorded_at, actor) \
         SELECT city, id, 1, 'received', 0, 0, CASE WHEN phone = '13800009999' THEN '{mine}' ELSE '{theirs}' END \
         FROM requests"
    );
    conn.execute_unprepared(&made).await.unwrap();
    Planned::connect(db.url()).await.unwrap()
}

fn id(number: u32) -> RequestId {
    RequestId::from_u128(u128::from(number))
}

const OLDEST: Sort = Sort { key: SortKey::Received, descending: false };
const SOONEST: Sort = Sort { key: SortKey::Wanted, descending: false };
const LATEST: Sort = Sort { key: SortKey::Wanted, descending: true };

/// The numbers of the requests of a page in some order.
async fn sorted(db: &Planned, filter: &Filter, sort: Sort, after: Option<Place>) -> Vec<u128> {
    let found = requests::list(db, city(), filter, sort, after, PAGE).await.unwrap();
    found.into_iter().map(|request| request.id.uuid().as_u128()).collect()
}

/// The same of the newest first.
async fn page(db: &Planned, filter: &Filter, before: Option<u32>) -> Vec<u128> {
    sorted(db, filter, Sort::NEWEST, before.map(|number| Place::Received(id(number)))).await
}

/// When the service of a request is wanted.
fn wanted(number: u32) -> Place {
    Place::Wanted(Timestamp::from_micros(i64::from((MANY - number) / 2)), id(number))
}

fn down_from(first: u32, by: usize) -> Vec<u128> {
    (0..=u128::from(first)).rev().step_by(by).take(51).collect()
}

testkit::on_both_databases! {
    async fn a_list_of_100_000_requests_is_read_by_its_indexes_from_the_first_page_to_the_last(db: TestDb) {
        let db = filled(&db).await;
        let all = Filter::default();
        assert_eq!(page(&db, &all, None).await, down_from(MANY, 1));
        assert_eq!(page(&db, &all, Some(50_000)).await, down_from(49_999, 1));
        assert_eq!(page(&db, &all, Some(10)).await, down_from(9, 1));
        let total = requests::total(&db, city(), &all).await.unwrap();
        assert_eq!((total.count, total.exact), (10_000, false));
        db.read_by_indexes().unwrap();

        assert_eq!(sorted(&db, &all, OLDEST, None).await, (0..51).collect::<Vec<_>>());
        let middle = sorted(&db, &all, OLDEST, Some(Place::Received(id(49_999)))).await;
        assert_eq!(middle, (50_000..50_051).collect::<Vec<_>>());
        let first = sorted(&db, &all, SOONEST, None).await;
        assert_eq!(first[..5], [99_999, 100_000, 99_997, 99_998, 99_995]);
        let middle = sorted(&db, &all, SOONEST, Some(wanted(49_999))).await;
        assert_eq!(middle[..4], [50_000, 49_997, 49_998, 49_995]);
        assert_eq!(sorted(&db, &all, SOONEST, Some(wanted(2))).await, [0]);
        let back = sorted(&db, &all, LATEST, Some(wanted(49_997))).await;
        assert_eq!(back[..4], [50_000, 49_999, 50_002, 50_001]);
        assert_eq!(sorted(&db, &all, LATEST, None).await[..3], [0, 2, 1]);
        db.read_by_indexes().unwrap();
    }

    async fn a_request_is_found_by_its_code_by_an_index(db: TestDb) {
        let db = filled(&db).await;
        assert!(requests::tracked(&db, city(), Uuid::from_u128(7)).await.unwrap().is_none());
        db.read_by_indexes().unwrap();
    }

    async fn each_filter_of_requests_is_read_by_an_index_and_counted(db: TestDb) {
        let db = filled(&db).await;
        let closed = Filter { status: Some(Status::Closed), ..Filter::default() };
        let open = Filter { open: true, ..Filter::default() };
        let item = Filter { item: Some("door-unlocking".parse().unwrap()), ..Filter::default() };
        let street = Filter { area: Some(kernel::Area::try_new(330_203_003).unwrap()), ..Filter::default() };
        let phone = Filter { phone: Some(Phone::try_new("13800009999").unwrap()), ..Filter::default() };
        let mine = Filter { by: Some(person()), ..Filter::default() };
        let mine_received = Filter { status: Some(Status::Received), ..mine.clone() };
        let mine_open = Filter { open: true, ..mine.clone() };
        let cases = [
            (&closed, 49_999, 1, None),
            (&open, 49_990, 10, None),
            (&item, 49_998, 2, None),
            (&street, 49_992, 10, Some((10_000, true))),
            (&phone, 49_900, 100, Some((1_000, true))),
            (&mine, 49_900, 100, Some((1_000, true))),
            (&mine_received, 49_900, 100, Some((1_000, true))),
            (&mine_open, 49_900, 100, Some((1_000, true))),
        ];
        for (filter, first, step, counted) in cases {
            let found = page(&db, filter, Some(50_000)).await;
            let expected = match step {
                1 => (0..50_000).rev().filter(|number| number % 10 != 0).take(51).collect(),
                step => down_from(first, step),
            };
            assert_eq!(found, expected, "{filter:?}");
            let total = requests::total(&db, city(), filter).await.unwrap();
            assert_eq!((total.count, total.exact), counted.unwrap_or((10_000, false)), "{filter:?}");
            let first = page(&db, filter, None).await;
            assert_eq!(first.len(), 51, "{filter:?}");
            for sort in [OLDEST, SOONEST, LATEST] {
                let found = sorted(&db, filter, sort, None).await;
                let steps = found.iter().map(|number| number.abs_diff(first[0]) % u128::try_from(step).unwrap());
                assert!(found.len() == 51 && steps.sum::<u128>() == 0, "{filter:?} {sort:?}");
            }
            db.read_by_indexes().unwrap();
        }
    }
}

//! Two instances of dispatch around one database and one bus, and what front ends are told of loads.

use chassis::store::{Command, StoreError, Tx};
use contracts::dispatch::{AvailabilityChanged, LoadChanged};
use contracts::intake::v1::Mode;
use futures::StreamExt as _;
use kernel::{Grade, Version};
use sea_orm::ConnectionTrait as _;
use testkit::TestDb;

use crate::host::{self, Settings, World, city, id};
use crate::name;
use crate::peer::{Fence, standing};

/// So that nothing is learned by reading the tables but at the start.
const NO_RESYNC: Settings = Settings { fence: Fence::Answered, own: &[("RANKING__RESYNC_MS", "3600000")] };
const SOON: Settings = Settings { fence: Fence::Answered, own: &[("RANKING__RESYNC_MS", "50")] };

/// A change of which nobody is told, as if its broadcast had been lost.
struct Silently<'a>(&'a str);

impl Command for Silently<'_> {
    type Out = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx) -> Result<(), StoreError> {
        Ok(tx.conn().execute_unprepared(self.0).await.map(drop)?)
    }
}

testkit::on_both_databases! {
    async fn an_assignment_by_one_instance_changes_the_order_of_the_other_without_the_resync(db: TestDb) {
        let world = World::start_by(&db, &[standing(1, 1, Grade::A), standing(2, 1, Grade::A)], NO_RESYNC).await;
        let other = world.another(&db, NO_RESYNC).await;
        let before = world.listed_by(&other).await;
        let first = if before[0] == name(1) { 1 } else { 2 };
        let request = world.receive(10, Mode::Choose).await;
        let path = format!("/v1/jobs/{request}/assignments?city={}", host::CITY);
        world.post(&host::operator(), &path, &serde_json::json!({})).await;
        let told = async || {
            let loads = [&world.ranking, &other.ranking].map(|it| it.load(city(), id(first)));
            loads.iter().all(|load| load.is_some_and(|it| it.served == 1)).then_some(())
        };
        world.until("the load in both rankings", told).await;
        let shares = format!("/v1/merchants/{}/shares?city={}", name(first), host::CITY);
        assert_eq!(world.get_from(&other, &shares).await["items"][0]["orders"], 1);
        assert_eq!(world.listed_by(&other).await, [before[1].clone(), before[0].clone()]);
        world.stop_other(other).await;
        world.stop().await;
    }

    async fn a_late_load_does_no_harm_and_one_that_was_not_told_is_read_from_the_table(db: TestDb) {
        let world = World::start_by(&db, &[standing(1, 1, Grade::A)], SOON).await;
        for n in [10, 11] {
            world.receive(n, Mode::Choose).await;
            world.assign(n, None).await.unwrap();
        }
        let load = world.ranking.load(city(), id(1)).unwrap();
        assert_eq!((load.version, load.open), (Version(2), 2));
        let tell = async |version, open| {
            let (city, merchant) = (city(), id(1));
            let told = LoadChanged { city, merchant, version: Version(version), open, served: 2, orders: None };
            let payload = serde_json::to_vec(&told).unwrap();
            world.peer.bus.say(contracts::Broadcast::subject(&told), payload).await.unwrap();
        };
        for (version, open) in [(1, 1), (2, 5), (1, 4), (3, 3)] {
            tell(version, open).await;
        }
        let newer = async || world.ranking.load(city(), id(1)).filter(|load| load.version == Version(3));
        assert_eq!(world.until("the newer load", newer).await.open, 3, "what is older or the same changed nothing");
        let lost = "UPDATE merchant_load SET open = 0, version = 9";
        world.dispatch.runtime.db.write(&Silently(lost)).await.unwrap();
        let healed = async || world.ranking.load(city(), id(1)).filter(|load| load.version == Version(9));
        assert_eq!(world.until("the resync", healed).await.open, 0);
        world.stop().await;
    }

    async fn a_database_from_before_the_shares_is_counted_when_it_is_migrated(db: TestDb) {
        let world = World::start(&db, &[standing(1, 1, Grade::A)]).await;
        for n in [10, 11] {
            world.receive(n, Mode::Choose).await;
            world.assign(n, None).await.unwrap();
        }
        world.step(1, &world.assignments(11).await[0], "decline").await;
        for table in ["cell_orders", "choice_counts", "proposals"] {
            let drop_it = format!("DROP TABLE {table}");
            world.dispatch.runtime.db.write(&Silently(&drop_it)).await.unwrap();
        }
        let forget = "DELETE FROM seaql_migrations WHERE version = 'm0003_fairness'";
        world.dispatch.runtime.db.write(&Silently(forget)).await.unwrap();
        world.stop().await;
        let world = World::start(&db, &[standing(1, 1, Grade::A)]).await;
        let path = format!("/v1/merchants/{}/shares?city={}", name(1), host::CITY);
        let shares = world.get(&host::merchant(1), &path).await.1;
        assert_eq!((&shares["items"][0]["orders"], &shares["items"][0]["of"]), (&1.into(), &1.into()), "{shares}");
        world.stop().await;
    }

    async fn a_merchant_that_became_full_or_free_is_told_to_whoever_shows_a_list(db: TestDb) {
        let narrow = contracts::credit::v1::Standing { capacity: 1, ..standing(1, 1, Grade::A) };
        let world = World::start(&db, &[narrow]).await;
        let mut told = world.hear::<AvailabilityChanged>().await;
        let mut next = async || {
            let message = tokio::time::timeout(host::PATIENCE, told.next()).await.unwrap().unwrap();
            serde_json::from_slice::<AvailabilityChanged>(&message.payload).unwrap()
        };
        world.receive(10, Mode::Auto).await;
        let offered = world.assigned(10, 1).await;
        let full = next().await;
        assert_eq!((full.city, full.areas, full.categories), (
            city(), vec!["330203001".parse().unwrap()], vec!["lock-opening".parse().unwrap()],
        ));
        assert!(world.recommend().await.candidates.is_empty());
        world.step(1, &offered, "decline").await;
        next().await;
        assert_eq!(world.recommend().await.candidates.len(), 1);
        world.stop().await;
    }
}

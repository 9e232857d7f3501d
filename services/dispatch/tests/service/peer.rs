//! The peer of dispatch: it plays intake and credit, with an outbox of its own, and answers the fence as credit does, or
//! as it fails.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chassis::bus::rpc::{Answer, RpcError};
use chassis::config::{DatabaseConfig, NatsConfig};
use chassis::service::Runtime;
use chassis::store::{Command, Db, StoreError, Tx, migrate, schema};
use contracts::credit::v1::{CategoryStanding, Hours, MerchantStatus, Standing};
use contracts::credit::{ConfirmStanding, Confirmation, StandingChanged, StandingNow};
use contracts::intake::v1::Mode;
use contracts::intake::{Cancelled, RequestReceived};
use contracts::streams::Stream;
use dispatch::Ranking;
use kernel::{Channel, Clock, Grade, MerchantId, Risk, Urgency, Version};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use serde::Deserialize;
use testkit::{ManualClock, TestDb, wait};

use crate::host::{AREA, PATIENCE, city, host, id};

/// What becomes of the question whether a standing is the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fence {
    /// Credit answers it.
    Answered,
    /// Nobody does.
    Silent,
    /// Nobody does, and the policy allows to go on.
    SilentAndPassed,
    /// Credit fails, after it changed the standing and dispatch heard of it; and the policy allows to go on.
    FailsAfterAChange,
}

impl Fence {
    pub(crate) const fn goes_on_without(self) -> bool {
        matches!(self, Self::SilentAndPassed | Self::FailsAfterAChange)
    }
}

/// A credit whose standing of the first merchant is changed while it is asked, and which then fails.
pub(crate) struct ChangesAndFails {
    pub(crate) db: Db,
    pub(crate) ranking: Arc<Ranking>,
}

impl Answer<ConfirmStanding> for ChangesAndFails {
    async fn answer(&self, ask: ConfirmStanding) -> Result<Confirmation, RpcError> {
        let changed = standing(1, 2, Grade::C);
        self.db.write(&Emit::Standing(Box::new(changed.clone()))).await.unwrap();
        let (ranking, merchant) = (Arc::clone(&self.ranking), changed.merchant);
        let known = move || {
            let version = ranking.credit_version(city(), merchant);
            async move { version.filter(|version| *version == Version(2)) }
        };
        wait::until("the change in the ranking", PATIENCE, known).await.unwrap();
        Err(RpcError::Refused {
            status: 503,
            code: "unavailable".to_owned(),
            detail: ask.merchant.to_string(),
        })
    }
}

/// What credit acknowledged: the last standing of each merchant.
#[derive(Clone, Default)]
pub(crate) struct Credit(Arc<Mutex<BTreeMap<MerchantId, Standing>>>);

impl Credit {
    pub(crate) fn acknowledge(&self, standing: Standing) {
        self.0.lock().unwrap().insert(standing.merchant, standing);
    }
}

impl Answer<ConfirmStanding> for Credit {
    async fn answer(&self, ask: ConfirmStanding) -> Result<Confirmation, RpcError> {
        Ok(match self.0.lock().unwrap().get(&ask.merchant) {
            None => Confirmation::Unknown,
            Some(last) if last.version == ask.version => Confirmation::Current,
            Some(last) => Confirmation::Moved { standing: Box::new(last.clone()) },
        })
    }
}

#[derive(Deserialize)]
struct PeerConfig {
    nats: NatsConfig,
    database: DatabaseConfig,
}

struct PeerMigrator;

impl MigratorTrait for PeerMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(schema::Chassis1)]
    }
}

/// Emits events as the owner of their streams would, in one transaction.
pub(crate) enum Emit {
    Received(Box<RequestReceived>),
    Cancelled(Cancelled),
    Standing(Box<Standing>),
}

impl Command for Emit {
    type Out = ();
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx) -> Result<(), StoreError> {
        match self {
            Self::Received(event) => tx.emit(event.as_ref()).map(drop),
            Self::Cancelled(event) => tx.emit(event).map(drop),
            Self::Standing(standing) => {
                tx.emit(&StandingChanged(standing.as_ref().clone()))?;
                tx.say(&StandingNow(standing.as_ref().clone()))
            }
        }
    }
}

/// A merchant that serves locks and pipes in one street, round the clock.
pub(crate) fn standing(n: u128, version: u64, grade: Grade) -> Standing {
    let at = ManualClock::default().now();
    let until = at.after(Duration::from_secs(86_400 * 90));
    let signed =
        |category: &str| CategoryStanding { category: category.parse().unwrap(), commitment_until: until };
    Standing {
        merchant: id(n),
        city: city(),
        version: Version(version),
        name: format!("甬诚服务部 {n}"),
        grade,
        score: 700,
        status: MerchantStatus::Affiliated,
        home: AREA.parse().unwrap(),
        areas: vec![AREA.parse().unwrap()],
        categories: vec![signed("lock-opening")],
        capacity: 5,
        hours: Hours { opens: 0, closes: 0 },
        verified_orders: 180,
        green_until: Some(until),
        under_objection: false,
        cause: "sample".to_owned(),
        changed_at: at,
    }
}

pub(crate) fn request(n: u128, mode: Mode) -> RequestReceived {
    let at = ManualClock::default().now();
    RequestReceived {
        request: id(n),
        city: city(),
        channel: Channel::Wechat,
        item: "door-unlocking".parse().unwrap(),
        category: "lock-opening".parse().unwrap(),
        area: AREA.parse().unwrap(),
        urgency: Urgency::Normal,
        risk: Risk::High,
        enters_home: true,
        wanted_at: at,
        due_by: at.after(Duration::from_secs(86_400)),
        mode,
        preferred: None,
        received_at: at,
    }
}

/// Opens it on its own database.
pub(crate) async fn open(db: &TestDb, nats_url: &str) -> Runtime {
    let environment = HashMap::from([
        ("PEER__NATS__URL".to_owned(), nats_url.to_owned()),
        ("PEER__DATABASE__URL".to_owned(), db.url().to_owned()),
    ]);
    let defaults = "[nats]\n[database]\n";
    let config: PeerConfig = chassis::config::load("peer", defaults, None, environment.into_iter()).unwrap();
    let PeerConfig { nats, database } = config;
    let host = host(&Arc::new(ManualClock::default()), 2);
    let store = Db::open(&database, host.clock.clone(), host.ids.clone()).await.unwrap();
    migrate::migrate::<PeerMigrator>(&store, &database).await.unwrap();
    store.close().await;
    Runtime::open::<PeerMigrator>("peer", &database, &nats, host, &[Stream::Intake, Stream::Standing])
        .await
        .unwrap()
}

//! Credit on one bus, two instances of dispatch with one database on another, and the meddler between them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chassis::clock::{ScaledClock, SystemClock, SystemIds};
use chassis::config::ShutdownConfig;
use chassis::entry::{self, Built, Definition as _};
use chassis::service::{Host, Runtime};
use chassis::store::Db;
use contracts::Event as _;
use contracts::feedback::{BreachVerified, FollowupOutcome, FollowupRecorded, Severity};
use contracts::intake::RequestReceived;
use contracts::intake::v1::Mode;
use contracts::reference::Reference;
use contracts::streams::Stream;
use credit::usecases::{RecordBreach, RecordFollowup, merchants_after, republish_standings};
use credit::{Credit, RuleBook};
use credit_domain::admission::AdmissionPolicy;
use credit_domain::{Calendar, Merchant};
use dispatch::{Dispatch, Ranking};
use kernel::{Area, CategoryCode, Clock, IdSource as _, MerchantId, Risk, Step, Timestamp, Urgency, Version};
use sea_orm::ConnectionTrait as _;
use serde_json::json;
use testkit::{ManualClock, SeededIds, TestDb, nats, postgres, wait};
use uuid::Uuid;

use super::meddler::{Meddled, Meddler, has};
use crate::checker::databases::{Stores, column};
use crate::checker::{Acknowledged, Assigned};
use crate::in_process::{first_day, load, seed, settings};
use crate::town::{PATIENCE, city};

const MERCHANTS: u32 = 120;
/// Streets and categories that the requests come from.
const CELLS: usize = 12;
/// Changes of standings that are made at once.
const CHANGES_AT_ONCE: usize = 4;
/// Of so many changes one is a verified breach, the others are citizens who were content.
const ONE_BREACH_IN: u64 = 8;
/// No merchant breaks its word more often: with grade D it would serve nobody, and some streets have two merchants
/// only.
const BREACHES_EACH: u32 = 2;

/// Whether the fence asks credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fence {
    /// As in production.
    Asks,
    /// Credit is silent, and the policy lets assignments go on.
    IsPassedBy,
}

pub(crate) struct Storm {
    pub(crate) acknowledged: Vec<Acknowledged>,
    meddler: Meddler,
    credit: (Runtime, ShutdownConfig),
    dispatch: Vec<(Built, Arc<Ranking>, ShutdownConfig)>,
    rules: RuleBook,
    calendar: Calendar,
    policy: AdmissionPolicy,
    merchants: Vec<Merchant>,
    breaches: BTreeMap<MerchantId, u32>,
    cells: Vec<(CategoryCode, Area)>,
    clock: Arc<dyn Clock>,
    chance: SeededIds,
    stores: Stores,
    bus: async_nats::Client,
    _servers: [nats::Server; 2],
    _db: TestDb,
}

impl Storm {
    pub(crate) async fn start(fence: Fence) -> Self {
        // A power cut is no part of it, and the disk need not be waited for.
        let quick = || nats::Options { sync_always: false, ..nats::Options::default() };
        let servers =
            [nats::Server::start(quick()).await.unwrap(), nats::Server::start(quick()).await.unwrap()];
        let (theirs, ours) = (servers[0].client().await.unwrap(), servers[1].client().await.unwrap());
        let clock: Arc<dyn Clock> = Arc::new(ScaledClock::new(
            Arc::new(SystemClock),
            SystemClock.now(),
            first_day(),
            std::num::NonZeroU32::MIN,
        ));
        let (db, shared) = (TestDb::sqlite().unwrap(), postgres::shared().await.unwrap());
        let shared = shared.fresh_database().await.unwrap();
        let (credit, limits) = start_credit(&servers[0].url(), &db, &clock, fence).await;
        let said = async || (has(&theirs, Stream::Standing).await? == u64::from(MERCHANTS)).then_some(());
        wait::until("every standing on credit's bus", PATIENCE, said).await.unwrap();
        let chance = SeededIds::new(4, Arc::new(ManualClock::default()));
        let meddler = Meddler::start(theirs, ours.clone(), Arc::new(SeededIds::new(5, clock.clone()))).await;
        let mut dispatch = Vec::new();
        for _ in 0..2 {
            dispatch.push(start_dispatch(&servers[1].url(), &shared, &clock, fence).await);
        }
        let bus = &dispatch[0].0.runtime.bus;
        for stream in [Stream::Standing, Stream::Intake] {
            wait::until("a stream", PATIENCE, async || bus.ensure_stream(stream).await.ok()).await.unwrap();
        }
        meddler.bring_all().await;
        let merchants = merchants_after(&credit.db, city(), None, 1_000).await.unwrap();
        let stores = Stores::open(&[("dispatch", shared)].into()).await;
        let storm = Self {
            acknowledged: Vec::new(),
            meddler,
            credit: (credit, limits),
            dispatch,
            rules: RuleBook::embedded().unwrap(),
            calendar: credit::calendar::embedded().unwrap(),
            policy: credit::policy::embedded(&Reference::embedded().unwrap()).unwrap(),
            cells: busiest(&merchants),
            merchants,
            breaches: BTreeMap::new(),
            clock,
            chance,
            stores,
            bus: ours,
            _servers: servers,
            _db: db,
        };
        storm.all_know_the_last().await;
        storm
    }

    /// So many requests reach dispatch at once, as intake would say them.
    pub(crate) async fn receive(&self, requests: usize) {
        let now = self.clock.now();
        for n in 0..requests {
            let (category, area) = self.cells[n % self.cells.len()].clone();
            let request = RequestReceived {
                request: self.chance.next_id().into(),
                city: city(),
                category,
                area,
                urgency: Urgency::Normal,
                risk: Risk::Low,
                enters_home: false,
                wanted_at: now,
                due_by: now.after(std::time::Duration::from_secs(86_400)),
                mode: Mode::Auto,
                preferred: None,
                received_at: now,
                ..RequestReceived::example()
            };
            let mut headers = async_nats::HeaderMap::new();
            for (name, value) in [
                ("ce-specversion", "1.0"),
                ("ce-id", &self.chance.next_id().to_string()),
                ("ce-source", "/81890/intake"),
                ("ce-type", RequestReceived::TYPE),
                ("ce-time", &now.to_string()),
            ] {
                headers.insert(name, value);
            }
            let payload = serde_json::to_vec(&request).unwrap().into();
            self.bus.publish_with_headers(request.subject(), headers, payload).await.unwrap();
        }
        let kept = async || (has(&self.bus, Stream::Intake).await? == requests as u64).then_some(());
        wait::until("every request on the bus", PATIENCE, kept).await.unwrap();
    }

    /// A few standings change; what was committed is noted with the time after the commit.
    pub(crate) async fn change_standings(&mut self) {
        let mut chosen = Vec::with_capacity(CHANGES_AT_ONCE);
        for _ in 0..CHANGES_AT_ONCE {
            let place = self.chance.random() % self.merchants.len() as u64;
            let merchant = &self.merchants[usize::try_from(place).unwrap()];
            let broken = self.breaches.entry(merchant.profile.id).or_default();
            let breach = *broken < BREACHES_EACH && self.chance.random().is_multiple_of(ONE_BREACH_IN);
            *broken += u32::from(breach);
            chosen.push((merchant, breach, self.chance.next_id()));
        }
        let changes =
            chosen.into_iter().map(|(merchant, breach, cause)| self.change(merchant, breach, cause));
        let committed = futures::future::join_all(changes).await;
        self.acknowledged.extend(committed);
    }

    async fn change(&self, merchant: &Merchant, breach: bool, cause: Uuid) -> Acknowledged {
        let (rules, db, happened_at) = (&self.rules, &self.credit.0.db, self.clock.now());
        let (id, city) = (merchant.profile.id, merchant.profile.city);
        let category = merchant.profile.categories[0].category.clone();
        let recorded = if breach {
            let breach = BreachVerified {
                case: cause.into(),
                city,
                request: cause.into(),
                merchant: id,
                category,
                clause: "price-as-posted".to_owned(),
                severity: Severity::Minor,
                verified_at: happened_at,
                verified_by: None,
            };
            let (calendar, policy) = (&self.calendar, &self.policy);
            db.write(&RecordBreach { rules, calendar, policy, breach }).await
        } else {
            let followup = FollowupRecorded {
                callback: cause.into(),
                city,
                request: cause.into(),
                merchant: id,
                category,
                outcome: FollowupOutcome::Satisfied,
                recorded_at: happened_at,
                recorded_by: None,
            };
            db.write(&RecordFollowup { rules, followup }).await
        };
        let at = self.clock.now();
        match recorded {
            Ok(Step::Done(Version(version))) => Acknowledged { merchant: id.uuid(), version, at },
            other => panic!("a change that is none: {other:?}"),
        }
    }

    pub(crate) async fn assigned(&self) -> usize {
        let counted = self.stores.number("dispatch", "SELECT COUNT(*) FROM assignments").await;
        usize::try_from(counted).unwrap()
    }

    /// The assignments, each with the time at which its decision was taken: before it asked the fence.
    pub(crate) async fn assignments(&self) -> Vec<Assigned> {
        let sql = "SELECT a.id, a.request, a.merchant, a.state, a.credit_version, a.confirmed, d.taken_at \
                   FROM assignments a JOIN decisions d ON d.city = a.city AND d.assignment = a.id";
        let read = |row: &sea_orm::QueryResult| Assigned {
            id: column(row, "id"),
            request: column(row, "request"),
            merchant: column(row, "merchant"),
            state: column(row, "state"),
            credit_version: u64::try_from(column::<i64>(row, "credit_version")).unwrap(),
            confirmed: column(row, "confirmed"),
            began_at: Timestamp::from_micros(column(row, "taken_at")),
            decision: None,
        };
        self.stores.rows("dispatch", sql, read).await
    }

    pub(crate) fn meddled(&self) -> &Meddled {
        self.meddler.meddled()
    }

    /// The last of each comes through at last, and everybody knows it.
    pub(crate) async fn calms_down(&self) {
        let drained = async || self.credit.0.db.outbox_oldest().await.unwrap().is_none().then_some(());
        wait::until("credit's outbox", PATIENCE, drained).await.unwrap();
        self.meddler.bring_all().await;
        self.all_know_the_last().await;
    }

    async fn all_know_the_last(&self) {
        let last = merchants_after(&self.credit.0.db, city(), None, 1_000).await.unwrap();
        for (built, ranking, _) in &self.dispatch {
            let knows = async || {
                let version = |merchant: &Merchant| ranking.credit_version(city(), merchant.profile.id);
                let known = last.iter().all(|merchant| version(merchant) == Some(merchant.version));
                (known && built.runtime.health.report().ready).then_some(())
            };
            wait::until("the last standings in every ranking", PATIENCE, knows).await.unwrap();
        }
    }

    pub(crate) async fn stop(self) {
        self.stores.close().await;
        for (built, _, limits) in self.dispatch {
            assert!(built.runtime.shutdown(&limits).await.is_empty());
        }
        assert!(self.credit.0.shutdown(&self.credit.1).await.is_empty());
    }
}

/// For each category the street in which most merchants serve, those with most of them: neighbours in one
/// category would have the same merchants, and all requests would wait for these few.
fn busiest(merchants: &[Merchant]) -> Vec<(CategoryCode, Area)> {
    let mut serving: BTreeMap<(CategoryCode, Area), usize> = BTreeMap::new();
    for profile in merchants.iter().map(|merchant| &merchant.profile) {
        for category in &profile.categories {
            for area in &profile.areas {
                *serving.entry((category.category.clone(), *area)).or_default() += 1;
            }
        }
    }
    let mut cells: Vec<_> = serving.into_iter().collect();
    cells.sort_by_key(|(_, count)| core::cmp::Reverse(*count));
    let mut seen = BTreeSet::new();
    cells.retain(|((category, _), _)| seen.insert(category.clone()));
    cells.into_iter().take(CELLS).map(|(cell, _)| cell).collect()
}

fn host(clock: &Arc<dyn Clock>) -> Host {
    Host { clock: Arc::clone(clock), wall: Arc::new(SystemClock), ids: Arc::new(SystemIds::new()) }
}

/// Credit with merchants that are never full: how many one can serve is no part of it. Where the fence is passed
/// by, credit answers nobody.
async fn start_credit(
    nats_url: &str,
    db: &TestDb,
    clock: &Arc<dyn Clock>,
    fence: Fence,
) -> (Runtime, ShutdownConfig) {
    let config = load::<Credit>(&settings(nats_url, db.url()));
    entry::migrate::<Credit>(&config.database).await.unwrap();
    seed(&config.database, MERCHANTS, clock.now()).await;
    let open = sea_orm::Database::connect(db.url()).await.unwrap();
    open.execute_unprepared("UPDATE merchants SET capacity = 60000, opens = 0, closes = 0").await.unwrap();
    open.close().await.unwrap();
    let store = Db::open(&config.database, Arc::clone(clock), Arc::new(SystemIds::new())).await.unwrap();
    republish_standings(&store).await.unwrap();
    store.close().await;
    let limits = config.shutdown.clone();
    let runtime = match fence {
        Fence::Asks => Credit::build(config, host(clock)).await.unwrap().runtime,
        Fence::IsPassedBy => {
            let owned = &[Stream::Credit, Stream::Standing];
            Runtime::open::<credit::Migrator>("credit", &config.database, &config.nats, host(clock), owned)
                .await
                .unwrap()
        }
    };
    (runtime, limits)
}

async fn start_dispatch(
    nats_url: &str,
    database: &str,
    clock: &Arc<dyn Clock>,
    fence: Fence,
) -> (Built, Arc<Ranking>, ShutdownConfig) {
    let mut settings = settings(nats_url, database);
    // Small records: what a decision is made of is no part of it either.
    settings["policy"] = json!({ "list_limit": 5, "evidence_limit": 5 });
    if fence == Fence::IsPassedBy {
        settings["fence"] = json!({ "patience_ms": 1, "tries_max": 1, "fallback_without_credit": true });
    }
    let config = load::<Dispatch>(&settings);
    entry::migrate::<Dispatch>(&config.database).await.unwrap();
    let limits = config.shutdown.clone();
    let (built, ranking) = dispatch::build(config, host(clock)).await.unwrap();
    (built, ranking, limits)
}

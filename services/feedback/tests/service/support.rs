//! The service with its bus and database, dispatch's voice, and an ear for what feedback says.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chassis::entry::{Built, Definition as _, listen};
use chassis::service::Host;
use chassis::store::{Db, migrate};
use contracts::credit::{CheckClause, ClauseChecked};
use contracts::dispatch::{Completed, Offered};
use contracts::feedback::FollowupRecorded;
use contracts::streams::Stream;
use contracts::{Event, Rpc as _};
use feedback::error::Error;
use feedback::usecases::{
    CaseFilter, CaseList, ClaimCallback, DismissCase, OpenCalls, RecordOutcome, Told, VerifyCase, Worklist,
};
use feedback::{Config, Feedback, Migrator};
use feedback_domain::{
    Answer, Answers, Breach, CallPolicy, CallResult, Callback, Case, Clause, Report, Verdict,
};
use futures::StreamExt as _;
use kernel::{
    Actor, ActorId, CallbackId, CaseId, City, Clock as _, EventId, IdSource, MerchantId, PersonalText,
    RequestId, Severity, Timestamp, Version,
};
use testkit::nats::{Options, Server};
use testkit::{ManualClock, SeededIds, TestDb, identity, raw, wait};
use tokio::task::JoinSet;

const SOON: Duration = Duration::from_secs(20);
const CONSUMER: &str = "feedback-dispatch";

pub(crate) const OPERATOR: Actor = Actor::Staff { id: ActorId::from_u128(10) };
pub(crate) const CALLER: Actor = Actor::Staff { id: ActorId::from_u128(11) };
pub(crate) const OTHER_CALLER: Actor = Actor::Staff { id: ActorId::from_u128(12) };
pub(crate) const OFFICER: Actor = Actor::Staff { id: ActorId::from_u128(13) };
pub(crate) const OTHER_OFFICER: Actor = Actor::Staff { id: ActorId::from_u128(14) };
pub(crate) const AUDITOR: Actor = Actor::Staff { id: ActorId::from_u128(15) };
pub(crate) const MERCHANT: MerchantId = MerchantId::from_u128(3);

pub(crate) fn city() -> City {
    City::try_new(330_200).unwrap()
}

/// All cases of the city.
pub(crate) fn all_cases() -> CaseFilter {
    CaseFilter { city: city(), id: None, merchant: None, stage: None, unanswered: false, after: None }
}

/// `day` of November 2026, `time` as hh:mm in the city.
pub(crate) fn city_time(day: u8, time: &str) -> Timestamp {
    format!("2026-11-{day:02}T{time}:00+08:00").parse().unwrap()
}

/// The n-th request.
pub(crate) fn request(n: u128) -> RequestId {
    RequestId::from_u128(1_000 + n)
}

/// The n-th request was completed by its merchant on the 23rd at 18:30.
pub(crate) fn completed(n: u128) -> Completed {
    Completed {
        request: request(n),
        city: city(),
        assignment: uuid::Uuid::from_u128(2_000 + n).into(),
        merchant: MERCHANT,
        by: Actor::Merchant { id: MERCHANT },
        completed_at: city_time(23, "18:30"),
        ..Completed::example()
    }
}

/// The n-th request was offered to its merchant by this actor.
pub(crate) fn offered(n: u128, by: Actor) -> Offered {
    Offered { request: request(n), city: city(), merchant: MERCHANT, by, ..Offered::example() }
}

/// What a citizen says who was reached.
pub(crate) fn says(verdict: Verdict) -> CallResult {
    let answers = Answers { price_as_posted: Answer::No, ..Answers::default() };
    let note = PersonalText::new("多收了五十元".to_owned());
    CallResult::Reached(Report { verdict, answers, note, suspected_clause: None })
}

/// The service and all it stands on.
pub(crate) struct World {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) db: Db,
    pub(crate) policy: Arc<CallPolicy>,
    pub(crate) built: Built,
    config: Config,
    pub(crate) ids: Arc<SeededIds>,
    heard: async_nats::Subscriber,
    client: async_nats::Client,
    _neighbours: JoinSet<()>,
    // Last: the servers go after the service.
    _nats: Server,
    _db: TestDb,
}

impl World {
    pub(crate) async fn start(db: TestDb) -> Self {
        Self::start_beside(db, Credit::Answers).await
    }

    /// The same beside such a credit.
    pub(crate) async fn start_beside(db: TestDb, credit: Credit) -> Self {
        let nats = Server::start(Options::default()).await.unwrap();
        let client = nats.client().await.unwrap();
        dispatch_stream(&client).await;
        let heard = client.subscribe("feedback.>").await.unwrap();
        let mut neighbours = JoinSet::new();
        if credit == Credit::Answers {
            let asked = client.subscribe(CheckClause::SUBJECT).await.unwrap();
            neighbours.spawn(knows_one_clause(client.clone(), asked));
        }
        let clock = Arc::new(ManualClock::default());
        let ids = Arc::new(SeededIds::new(7, clock.clone()));
        let config = config(&db, &nats, credit);
        let wall = Arc::new(chassis::clock::SystemClock);
        let host = Host { clock: clock.clone(), wall, ids: ids.clone() };
        let store = chassis::store::Db::open(&config.database, clock.clone(), ids.clone()).await.unwrap();
        migrate::migrate::<Migrator>(&store, &config.database).await.unwrap();
        store.close().await;
        let policy = Arc::new(config.calls.clone());
        let built = Feedback::build(config.clone(), host).await.unwrap();
        let kept = built.runtime.db.clone();
        Self {
            clock,
            db: kept,
            policy,
            built,
            config,
            ids,
            heard,
            client,
            _neighbours: neighbours,
            _nats: nats,
            _db: db,
        }
    }

    pub(crate) async fn stop(self) {
        let overdue = self.built.runtime.shutdown(&self.config.shutdown).await;
        assert!(overdue.is_empty(), "{overdue:?}");
    }

    /// Opens the public port.
    pub(crate) async fn serve(&self) -> SocketAddr {
        listen(&self.built, &self.config.http, &self.config.ops).await.unwrap().http
    }

    /// Dispatch says this under a new id.
    pub(crate) async fn hear(&self, event: &impl Event) {
        self.hear_as(self.ids.next_id().into(), event).await;
    }

    /// Dispatch says this under this id. Without `Nats-Msg-Id`: the stream keeps it however often it comes.
    pub(crate) async fn hear_as<E: Event>(&self, id: EventId, event: &E) {
        self.hear_raw(id, E::TYPE, &event.subject(), serde_json::to_vec(event).unwrap()).await;
    }

    pub(crate) async fn hear_raw(&self, id: EventId, ce_type: &str, subject: &str, payload: Vec<u8>) {
        let (id, time) = (id.to_string(), city_time(23, "18:30").to_string());
        let headers = [("ce-specversion", "1.0"), ("ce-id", &*id), ("ce-type", ce_type), ("ce-time", &*time)];
        raw::store(&self.client, subject, &headers, payload).await.unwrap();
    }

    /// Waits until so many events of dispatch have taken effect.
    pub(crate) async fn taken_in(&self, events: u64) {
        let enough = async || (self.db.inbox_count(CONSUMER).await.unwrap() >= events).then_some(());
        wait::until("events taken in", SOON, enough).await.unwrap();
    }

    /// Waits for a dead letter and says why it died.
    pub(crate) async fn dead_letter(&self) -> String {
        let letter = async || self.db.dead_letters(None, 1).await.unwrap().into_iter().next();
        wait::until("a dead letter", SOON, letter).await.unwrap().reason
    }

    /// The next thing feedback says, which must be of this kind.
    pub(crate) async fn says<E: Event>(&mut self) -> E {
        let message = tokio::time::timeout(SOON, self.heard.next()).await.unwrap().unwrap();
        assert_eq!(message.headers.unwrap().get("ce-type").unwrap().as_str(), E::TYPE);
        serde_json::from_slice(&message.payload).unwrap()
    }

    /// Proves that feedback has said nothing more: the next thing it says is of a request completed only now.
    pub(crate) async fn nothing_but_the_next(&mut self, n: u128) {
        let callback = self.callback(n).await;
        self.clock.set(callback.due_at.max(self.clock.now()));
        self.claim(callback.id, CALLER).await.unwrap();
        self.record(callback.id, CALLER, says(Verdict::Unsatisfied)).await.unwrap();
        let next: FollowupRecorded = self.says().await;
        assert_eq!(next.request, request(n));
    }

    /// Opens the call-back of the n-th request, offered by the operator.
    pub(crate) async fn callback(&self, n: u128) -> Callback {
        let before = self.db.inbox_count(CONSUMER).await.unwrap();
        self.hear(&offered(n, OPERATOR)).await;
        self.hear(&completed(n)).await;
        self.taken_in(before + 2).await;
        let all = self.worklist(city_time(30, "20:00")).await;
        all.into_iter().find(|callback| callback.request == request(n)).unwrap()
    }

    pub(crate) async fn worklist(&self, due_by: Timestamp) -> Vec<Callback> {
        self.calls(OpenCalls { due_by: Some(due_by), ..OpenCalls::default() }).await
    }

    pub(crate) async fn calls(&self, of: OpenCalls) -> Vec<Callback> {
        let worklist = Worklist { city: city(), of, after: None, limit: 50 };
        worklist.page(&self.db).await.unwrap()
    }

    pub(crate) async fn cases(&self) -> Vec<Case> {
        let list = CaseList { of: all_cases(), limit: 50 };
        list.page(&self.db).await.unwrap()
    }

    /// Opens the case of the n-th request: the caller was told of a breach.
    pub(crate) async fn case(&mut self, n: u128) -> Case {
        let callback = self.callback(n).await;
        self.clock.set(city_time(24, "10:00"));
        self.claim(callback.id, CALLER).await.unwrap();
        self.record(callback.id, CALLER, says(Verdict::SuspectedBreach)).await.unwrap();
        self.cases().await.into_iter().find(|case| case.request == request(n)).unwrap()
    }

    pub(crate) async fn claim(&self, id: CallbackId, by: Actor) -> Result<Told<Callback>, Error> {
        let policy = Arc::clone(&self.policy);
        self.db.write(&ClaimCallback { policy, city: city(), id, by }).await
    }

    pub(crate) async fn record(
        &self,
        id: CallbackId,
        by: Actor,
        result: CallResult,
    ) -> Result<Told<Callback>, Error> {
        let policy = Arc::clone(&self.policy);
        let expected = self.version_of(id).await;
        self.db.write(&RecordOutcome { policy, city: city(), id, by, result, expected }).await
    }

    /// The version to be changed; any will do for what is done, which a repeated command finds as it is.
    async fn version_of(&self, id: CallbackId) -> Version {
        let open = self.worklist(city_time(30, "20:00")).await;
        open.iter().find(|callback| callback.id == id).map(|callback| callback.version).unwrap_or_default()
    }

    async fn case_version(&self, id: CaseId) -> Version {
        self.cases().await.iter().find(|case| case.id == id).map(|case| case.version).unwrap()
    }

    pub(crate) async fn verify(&self, id: CaseId, by: Actor) -> Result<Told<Case>, Error> {
        let clause = Clause::try_new("price-as-posted").unwrap();
        let breach = Breach { clause, clause_confirmed: true, severity: Severity::General };
        let expected = self.case_version(id).await;
        self.db.write(&VerifyCase { city: city(), id, by, breach, expected }).await
    }

    pub(crate) async fn dismiss(&self, id: CaseId, by: Actor) -> Result<Told<Case>, Error> {
        let reason = "the extra was agreed upon".to_owned();
        let expected = self.case_version(id).await;
        self.db.write(&DismissCase { city: city(), id, by, reason, expected }).await
    }
}

/// The credit beside feedback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credit {
    /// Says whether there is a clause.
    Answers,
    /// Is away.
    Silent,
    /// Is away, and the settings allow to go on.
    SilentAndDispensable,
}

async fn knows_one_clause(client: async_nats::Client, mut asked: async_nats::Subscriber) {
    while let Some(question) = asked.next().await {
        let ask: CheckClause = serde_json::from_slice(&question.payload).unwrap();
        let known = ask.clause == "price-as-posted" && ask.category == Completed::example().category;
        let known = known && ask.at == completed(1).completed_at;
        let answer = if known { ClauseChecked::Citable } else { ClauseChecked::Unknown };
        let answer = serde_json::to_vec(&answer).unwrap();
        client.publish(question.reply.unwrap(), answer.into()).await.unwrap();
    }
}

fn config(db: &TestDb, nats: &Server, credit: Credit) -> Config {
    let dispensable = credit == Credit::SilentAndDispensable;
    let environment = HashMap::from([
        ("FEEDBACK__CLAUSES__FALLBACK_WITHOUT_CREDIT".to_owned(), dispensable.to_string()),
        ("FEEDBACK__NATS__URL".to_owned(), nats.url()),
        ("FEEDBACK__DATABASE__URL".to_owned(), db.url().to_owned()),
        ("FEEDBACK__AUTH__JWKS".to_owned(), identity::jwks()),
        ("FEEDBACK__HTTP__LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
        ("FEEDBACK__OPS__LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
    ]);
    chassis::config::load(Feedback::NAME, Feedback::DEFAULTS, None, environment.into_iter()).unwrap()
}

/// Dispatch's stream, which dispatch itself would have made.
async fn dispatch_stream(client: &async_nats::Client) {
    let spec = Stream::Dispatch.spec();
    let config = async_nats::jetstream::stream::Config {
        name: spec.name.to_owned(),
        subjects: spec.subjects.iter().map(|&subject| subject.to_owned()).collect(),
        ..Default::default()
    };
    async_nats::jetstream::new(client.clone()).create_stream(config).await.unwrap();
}

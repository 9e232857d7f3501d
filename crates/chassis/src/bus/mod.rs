//! The bus: NATS with JetStream, wrapped so that its traps cannot be stepped into.
//!
//! Out: [`relay`] carries the outbox, [`Bus::say`] sends broadcasts. In: [`consume`] runs durable consumers for what a service subscribes to ([`subscription`]),
//! [`follow`] keeps an in-memory projection. To and fro: [`rpc`]. The databases are the truth: everything
//! here may be lost and is rebuilt.

pub mod cloudevents;
pub mod consume;
mod deliver;
mod figures;
pub mod follow;
pub mod letters;
pub mod relay;
pub mod rpc;
pub mod subscription;

use std::sync::Arc;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream;
use async_nats::jetstream::stream::{DiscardPolicy, StorageType};
use bytes::Bytes;
use contracts::streams::Stream;
use kernel::{Clock, IdSource, Timestamp};

use crate::config::NatsConfig;
use crate::store::{Herald, Said};
use crate::tasks::{Stage, Tasks};

pub(crate) use figures::{ConsumerFigures, RelayFigures};

/// Wall clock of the sender when the commit was done that it tells of, microseconds since 1970: for latency only.
pub const WALL_HEADER: &str = "x-wall-us";

/// How long the bus may take to answer an administrative question.
const ADMIN_TIMEOUT: Duration = Duration::from_secs(5);

/// Failures in a row that are nothing to worry about: where services start together, a stream's owner may make
/// it a moment after those who read it ask.
pub(crate) const QUIET_FAILURES: usize = 5;

/// Why the bus did not do something. Waiting and trying again is always right: nothing is lost by it.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// The URL or the credentials cannot be used at all.
    #[error("the bus cannot be configured: {0}")]
    Config(String),
    /// No answer, or a refusal that may pass.
    #[error("the bus did not answer: {0}")]
    Unavailable(String),
    /// A stream is not as it must be, and it is not ours to change.
    #[error("stream {stream} is not as it must be: {why}")]
    Stream {
        /// Name of the stream.
        stream: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl BusError {
    pub(crate) fn unavailable(error: impl core::fmt::Display) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// A connection to the bus. Cheap to clone.
#[derive(Clone)]
pub struct Bus {
    client: async_nats::Client,
    js: jetstream::Context,
    config: Arc<NatsConfig>,
    wall: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl Bus {
    /// Starts to connect and goes on trying for ever: a service starts, and serves what it can, without the bus.
    ///
    /// # Errors
    /// [`BusError::Config`] when the URL or the credentials cannot be used.
    pub async fn connect(
        name: &'static str,
        config: &NatsConfig,
        wall: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Result<Self, BusError> {
        let jitter = Arc::clone(&ids);
        let ceiling_ms = config.reconnect_wait_ms_max.get();
        let mut options = async_nats::ConnectOptions::new()
            .name(name)
            .retry_on_initial_connect()
            .connection_timeout(Duration::from_millis(config.connect_timeout_ms.get()))
            .request_timeout(Some(Duration::from_millis(config.request_timeout_ms.get())))
            .ping_interval(Duration::from_secs(10))
            .client_capacity(4_096)
            .custom_inbox_prefix(&config.inbox_prefix)
            .reconnect_delay_callback(move |attempts| backoff(attempts, ceiling_ms, &*jitter))
            .event_callback(move |event| async move {
                match event {
                    async_nats::Event::Connected => tracing::info!(service = name, "bus connected"),
                    // At the end of every stop.
                    async_nats::Event::Closed => tracing::info!(service = name, "bus closed"),
                    async_nats::Event::SlowConsumer(sid) => {
                        tracing::warn!(service = name, sid, "slow consumer: broadcasts were dropped");
                    }
                    other => tracing::warn!(service = name, event = %other, "bus"),
                }
            });
        if let Some(seed) = &config.nkey_seed {
            options = options.nkey(seed.expose().to_owned());
        }
        if let Some(file) = &config.credentials_file {
            options =
                options.credentials_file(file).await.map_err(|error| BusError::Config(error.to_string()))?;
        }
        let urls: Vec<&str> = config.url.split(',').map(str::trim).collect();
        let client = options.connect(urls).await.map_err(|error| BusError::Config(error.to_string()))?;
        let mut js = jetstream::new(client.clone());
        js.set_timeout(Duration::from_millis(config.request_timeout_ms.get()));
        Ok(Self { client, js, config: Arc::new(config.clone()), wall, ids })
    }

    /// Whether the connection stands at this moment.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.client.connection_state() == async_nats::connection::State::Connected
    }

    /// The raw client, for tests and measurements.
    #[must_use]
    pub fn client(&self) -> &async_nats::Client {
        &self.client
    }

    /// The raw JetStream context, for tests and measurements.
    #[must_use]
    pub fn jetstream(&self) -> &jetstream::Context {
        &self.js
    }

    /// Sends a broadcast: at once, to whoever listens, without an ack.
    ///
    /// # Errors
    /// [`BusError::Unavailable`] when the connection is closed for good.
    pub async fn say(&self, subject: String, payload: Vec<u8>) -> Result<(), BusError> {
        self.say_of(self.wall.now(), subject, payload).await
    }

    /// The same of something that happened at this moment of the wall clock.
    async fn say_of(&self, happened: Timestamp, subject: String, payload: Vec<u8>) -> Result<(), BusError> {
        let mut headers = HeaderMap::new();
        headers.insert(WALL_HEADER, happened.as_micros().to_string().as_str());
        self.client
            .publish_with_headers(subject, headers, Bytes::from(payload))
            .await
            .map_err(BusError::unavailable)
    }

    /// Creates the stream, or brings it to what it must be; where an operator owns the streams, only verifies.
    ///
    /// # Errors
    /// [`BusError`] when it cannot be reached, or is not as it must be and not ours to change.
    pub async fn ensure_stream(&self, stream: Stream) -> Result<(), BusError> {
        let spec = stream.spec();
        let wanted = self.stream_config(stream);
        if self.config.manage_streams {
            self.js
                .create_or_update_stream(wanted)
                .await
                .map(drop)
                .map_err(|error| BusError::Stream { stream: spec.name, why: error.to_string() })
        } else {
            let mut found = self
                .js
                .get_stream(spec.name)
                .await
                .map_err(|error| BusError::Stream { stream: spec.name, why: error.to_string() })?;
            let info = found.info().await.map_err(BusError::unavailable)?;
            let missing = wanted.subjects.iter().find(|subject| !info.config.subjects.contains(subject));
            match missing {
                Some(subject) => {
                    Err(BusError::Stream { stream: spec.name, why: format!("it does not keep {subject}") })
                }
                None => Ok(()),
            }
        }
    }

    fn stream_config(&self, stream: Stream) -> jetstream::stream::Config {
        let spec = stream.spec();
        jetstream::stream::Config {
            name: spec.name.to_owned(),
            subjects: spec.subjects.iter().map(|&subject| subject.to_owned()).collect(),
            max_age: spec.max_age.unwrap_or_default(),
            max_bytes: spec.max_bytes,
            max_messages_per_subject: spec.max_messages_per_subject.unwrap_or(-1),
            duplicate_window: spec.duplicate_window,
            discard: DiscardPolicy::New,
            storage: StorageType::File,
            num_replicas: self.config.replicas,
            allow_atomic_publish: true,
            allow_direct: true,
            ..jetstream::stream::Config::default()
        }
    }

    /// The first setting by which messages would be lost or refused that is not as [`Self::stream_config`] says.
    fn drift(&self, stream: Stream, found: &jetstream::stream::Config) -> Option<&'static str> {
        let wanted = self.stream_config(stream);
        let settings = [
            ("subjects", found.subjects == wanted.subjects),
            ("discard", found.discard == wanted.discard),
            ("max_age", found.max_age == wanted.max_age),
            ("max_bytes", found.max_bytes == wanted.max_bytes),
            ("max_messages", found.max_messages <= 0),
            ("max_messages_per_subject", found.max_messages_per_subject == wanted.max_messages_per_subject),
        ];
        let changed = settings.into_iter().find(|(_, same)| !same).map(|(setting, _)| setting);
        changed.filter(|_| self.config.manage_streams)
    }

    /// What a stream says of itself: incarnation (its creation) and last sequence.
    ///
    /// # Errors
    /// [`StreamState::Gone`]'s meaning is not an error; [`BusError`] is: no answer.
    pub async fn stream_state(&self, stream: Stream) -> Result<StreamState, BusError> {
        use async_nats::jetstream::ErrorCode;
        use async_nats::jetstream::context::GetStreamErrorKind;
        let asked = tokio::time::timeout(ADMIN_TIMEOUT, self.js.get_stream(stream.spec().name)).await;
        match asked.map_err(BusError::unavailable)? {
            Ok(found) => {
                let info = found.cached_info();
                Ok(StreamState::There {
                    incarnation: info.created.unix_timestamp_nanos().to_string(),
                    last_seq: info.state.last_sequence,
                    messages: info.state.messages,
                    drift: self.drift(stream, &info.config),
                })
            }
            Err(error) => match error.kind() {
                GetStreamErrorKind::JetStream(refusal)
                    if refusal.error_code() == ErrorCode::STREAM_NOT_FOUND =>
                {
                    Ok(StreamState::Gone)
                }
                _ => Err(BusError::unavailable(error)),
            },
        }
    }

    /// A wait before the next try: doubling from 50 ms, with jitter so that many do not come at once.
    #[must_use]
    pub fn backoff(&self, attempts: usize) -> Duration {
        backoff(attempts, self.config.reconnect_wait_ms_max.get(), &*self.ids)
    }
}

/// What a stream says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamState {
    /// It is there.
    There {
        /// When it was created, as a number that no two streams share.
        incarnation: String,
        /// Its last sequence.
        last_seq: u64,
        /// How many messages it holds.
        messages: u64,
        /// The first setting that is not as this service sets it; none where an operator owns the streams.
        drift: Option<&'static str>,
    },
    /// It is not there.
    Gone,
}

fn backoff(attempts: usize, ceiling_ms: u64, ids: &dyn IdSource) -> Duration {
    let ceiling = (50_u64 << attempts.min(12)).min(ceiling_ms).max(2);
    Duration::from_millis(ceiling / 2 + ids.random() % (ceiling / 2 + 1))
}

/// Carries broadcasts from the commits to the bus without ever making a commit wait.
pub(crate) struct BusHerald {
    queue: tokio::sync::mpsc::Sender<(Timestamp, Said)>,
    wall: Arc<dyn Clock>,
}

impl BusHerald {
    /// Broadcasts that may wait while the bus is away; beyond it they are dropped: the sure path has them.
    const WAITING_MAX: usize = 4_096;

    pub(crate) fn start(bus: &Bus, tasks: &Tasks) -> Self {
        let (queue, mut waiting) = tokio::sync::mpsc::channel::<(Timestamp, Said)>(Self::WAITING_MAX);
        let (bus, wall) = (bus.clone(), Arc::clone(&bus.wall));
        let stop = tasks.token(Stage::Close);
        tasks.spawn(Stage::Close, "herald", async move {
            while let Some(Some((committed, said))) = stop.run_until_cancelled(waiting.recv()).await {
                if let Err(error) = bus.say_of(committed, said.subject, said.payload).await {
                    tracing::warn!(%error, "a broadcast was not sent");
                }
            }
        });
        Self { queue, wall }
    }
}

impl Herald for BusHerald {
    fn herald(&self, said: Vec<Said>) {
        let committed = self.wall.now();
        for one in said {
            if self.queue.try_send((committed, one)).is_err() {
                tracing::warn!("a broadcast was dropped: too many wait");
            }
        }
    }
}

//! The services as they are built, on real servers of this run's own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use chassis::auth::webhook;
use chassis::clock::{SystemClock, SystemIds};
use chassis::config::{self, Secret, ShutdownConfig};
use chassis::entry::{self, Built, Definition};
use chassis::service::{Host, Runtime};
use kernel::{Channel, City, Clock as _, IdSource as _};
use testkit::wait;

/// What the front ends of a run sign with: a key for this machine's loopback alone.
const CHANNEL_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// No tokens are handed out in a run; the services want an issuer's key all the same (RFC 8037, appendix A).
const JWKS: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":"rfc8037","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
/// How long a service may take until it is ready.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// The city that is measured.
pub(crate) fn city() -> anyhow::Result<City> {
    Ok("330200".parse()?)
}

/// Real time and chance.
pub(crate) fn host() -> Host {
    Host { clock: Arc::new(SystemClock), wall: Arc::new(SystemClock), ids: Arc::new(SystemIds::new()) }
}

/// A service that runs, and where it listens.
pub(crate) struct Service {
    pub(crate) runtime: Runtime,
    pub(crate) at: SocketAddr,
    limits: ShutdownConfig,
}

/// The configuration of a service: its defaults, this bus and database, and what else is given as
/// `section.key`, on a schema brought up to date.
pub(crate) async fn configure<D: Definition>(
    bus: &str,
    database: &str,
    more: &[(&str, &str)],
) -> anyhow::Result<D::Config> {
    let keys = format!("{{ keys = [{{ id = \"bench\", secret = \"{CHANNEL_SECRET}\" }}] }}");
    let channels: Vec<String> = Channel::ALL.iter().map(|channel| format!("{channel} = {keys}")).collect();
    let channels = format!("{{ {} }}", channels.join(", "));
    let mut given = vec![
        ("nats.url", bus),
        ("database.url", database),
        ("auth.jwks", JWKS),
        ("auth.channels", &channels),
        ("http.listen", "127.0.0.1:0"),
        ("ops.listen", "127.0.0.1:0"),
    ];
    given.extend_from_slice(more);
    let prefix = D::NAME.to_uppercase();
    let variables = given.into_iter().map(|(key, value)| {
        (format!("{prefix}__{}", key.to_uppercase().replace('.', "__")), value.to_owned())
    });
    let config = config::load(D::NAME, D::DEFAULTS, None, variables)?;
    entry::migrate::<D>(D::sections(&config).database).await?;
    Ok(config)
}

impl Service {
    /// Lets it listen, once it is ready.
    pub(crate) async fn open<D: Definition>(config: &D::Config, built: Built) -> anyhow::Result<Self> {
        let sections = D::sections(config);
        let at = entry::listen(&built, sections.http, sections.ops).await?.http;
        let service = Self { runtime: built.runtime, at, limits: sections.shutdown.clone() };
        service.ready(D::NAME).await?;
        Ok(service)
    }

    /// Configures, builds and opens it.
    pub(crate) async fn start<D: Definition>(
        bus: &str,
        database: &str,
        more: &[(&str, &str)],
    ) -> anyhow::Result<Self>
    where
        D::Config: Clone,
    {
        let config = configure::<D>(bus, database, more).await?;
        let built = D::build(config.clone(), host()).await?;
        Self::open::<D>(&config, built).await
    }

    async fn ready(&self, name: &str) -> anyhow::Result<()> {
        let ready = async || self.runtime.health.report().ready.then_some(());
        wait::until(name, READY_WITHIN, ready).await.with_context(|| format!("{name} is not ready"))
    }

    /// Stops it in order.
    pub(crate) async fn stop(self) {
        let overdue = self.runtime.shutdown(&self.limits).await;
        if !overdue.is_empty() {
            crate::figure::say(format_args!("still busy when told to stop: {overdue:?}"));
        }
    }
}

/// Front ends that sign what they send.
pub(crate) struct Signer {
    key: webhook::Key,
    ids: SystemIds,
}

impl Signer {
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self { key: webhook::Key::try_new(&Secret::new(CHANNEL_SECRET))?, ids: SystemIds::new() })
    }

    /// A whole request as it goes over the wire.
    pub(crate) fn request(&self, channel: Channel, method: &str, target: &str, body: &str) -> Bytes {
        use std::fmt::Write as _;
        let id = self.ids.next_id().to_string();
        let outgoing = webhook::Outgoing {
            channel,
            id: &id,
            timestamp: SystemClock.now().as_secs(),
            method,
            target,
            body: body.as_bytes(),
        };
        let mut text = format!("{method} {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n");
        for (name, value) in webhook::sign(&self.key, &outgoing) {
            // Writing to memory does not fail.
            let _: std::fmt::Result = write!(text, "{name}: {value}\r\n");
        }
        if method == "POST" {
            let _: std::fmt::Result = write!(
                text,
                "idempotency-key: {id}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
                body.len()
            );
        }
        text.push_str("\r\n");
        text.push_str(body);
        text.into()
    }
}

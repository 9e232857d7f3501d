//! How everyone in the demo speaks to the platform: over HTTP, signed or with a token, patient when the platform
//! asks for patience.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use kernel::Channel;
use reqwest::header::RETRY_AFTER;
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::keys::{Keys, Token};

/// Calls under way at once, live streams and long-polls apart.
const AT_ONCE: usize = 64;
/// Times one call is made before it counts as not answered.
const TRIES_MAX: u32 = 60;
/// Wait before another try when the platform names none.
const WAIT: Duration = Duration::from_millis(500);
/// No wait is longer, whatever the platform names.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// For one answer; longer than any long-poll.
const ANSWER_WITHIN: Duration = Duration::from_secs(40);

/// Whose call it is.
#[derive(Debug, Clone)]
pub(crate) enum As {
    /// A front end's.
    Channel(Channel),
    /// A person's.
    Person(Token),
}

/// One call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    who: As,
    method: Method,
    service: &'static str,
    target: String,
    body: Vec<u8>,
    headers: Vec<(&'static str, String)>,
}

impl Call {
    /// Reads.
    pub(crate) fn get(who: As, service: &'static str, target: impl Into<String>) -> Self {
        let (target, body) = (target.into(), Vec::new());
        Self { who, method: Method::GET, service, target, body, headers: Vec::new() }
    }

    /// Changes something.
    pub(crate) fn post(who: As, service: &'static str, target: impl Into<String>, body: &Value) -> Self {
        let (target, body) = (target.into(), body.to_string().into_bytes());
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { who, method: Method::POST, service, target, body, headers }
    }

    /// One intent, however often it is sent.
    pub(crate) fn with_key(mut self, key: &str) -> Self {
        self.headers.push(("idempotency-key", key.to_owned()));
        self
    }

    /// Only if it still is what was looked at.
    pub(crate) fn if_version(mut self, version: u64) -> Self {
        self.headers.push(("if-match", format!("\"{version}\"")));
        self
    }

    /// Goes on after this event of a stream.
    pub(crate) fn after_event(mut self, id: Option<u64>) -> Self {
        self.headers.extend(id.map(|id| ("last-event-id", id.to_string())));
        self
    }
}

/// An answer that is none of "come back later".
#[derive(Debug)]
pub(crate) struct Answer {
    /// What it is.
    pub(crate) status: StatusCode,
    body: Bytes,
}

impl Answer {
    /// Whether it was done.
    pub(crate) fn is_done(&self) -> bool {
        self.status.is_success()
    }

    /// What was answered.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> anyhow::Result<T> {
        if !self.is_done() {
            bail!("{}: {}", self.status, self.code());
        }
        serde_json::from_slice(&self.body).context("an answer of another form than expected")
    }

    /// The code of the problem.
    pub(crate) fn code(&self) -> String {
        self.word("code")
    }

    /// The code that a service behind the one asked gave.
    pub(crate) fn service_code(&self) -> String {
        self.word("service_code")
    }

    fn word(&self, member: &str) -> String {
        let problem: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        problem.get(member).and_then(Value::as_str).unwrap_or("unknown").to_owned()
    }
}

/// The platform as an outside client sees it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    address: String,
    /// The keys.
    keys: Keys,
    places: Semaphore,
    waits: AtomicU64,
}

impl Client {
    /// Speaks to the platform at this address.
    pub(crate) fn new(address: String, keys: Keys) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .connect_timeout(Duration::from_secs(5))
            .pool_max_idle_per_host(AT_ONCE)
            .build()?;
        let (places, waits) = (Semaphore::new(AT_ONCE), AtomicU64::new(0));
        Ok(Self(Arc::new(Inner { http, address, keys, places, waits })))
    }

    /// The keys.
    pub(crate) fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// How often the platform asked to come back later, or did not answer.
    pub(crate) fn waits(&self) -> u64 {
        self.0.waits.load(Ordering::Relaxed)
    }

    /// Makes the call, and again as long as the platform asks for patience or does not answer: whatever is sent
    /// may be sent again.
    ///
    /// # Errors
    /// When there is no answer after many tries.
    pub(crate) async fn call(&self, call: &Call) -> anyhow::Result<Answer> {
        for _ in 0..TRIES_MAX {
            let place = self.0.places.acquire().await?;
            let answered = self.once(call).await;
            drop(place);
            match answered? {
                Ok(answer) => return Ok(answer),
                Err(wait) => {
                    self.0.waits.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(wait).await;
                }
            }
        }
        bail!("{} /{}{} was not answered in {TRIES_MAX} tries", call.method, call.service, call.target);
    }

    /// The same for what waits for news on purpose: it takes no place among the calls.
    pub(crate) async fn poll(&self, call: &Call) -> anyhow::Result<Answer> {
        loop {
            match self.once(call).await? {
                Ok(answer) => return Ok(answer),
                Err(wait) => tokio::time::sleep(wait).await,
            }
        }
    }

    /// Opens a live stream.
    pub(crate) async fn open(&self, call: &Call) -> anyhow::Result<reqwest::Response> {
        Ok(self.request(call)?.send().await?)
    }

    async fn once(&self, call: &Call) -> anyhow::Result<Result<Answer, Duration>> {
        let Ok(response) = self.request(call)?.timeout(ANSWER_WITHIN).send().await else {
            return Ok(Err(WAIT));
        };
        let status = response.status();
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            let named =
                response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
            return Ok(Err(named.map_or(WAIT, Duration::from_secs).min(WAIT_MAX)));
        }
        let Ok(body) = response.bytes().await else { return Ok(Err(WAIT)) };
        Ok(Ok(Answer { status, body }))
    }

    /// Signed anew each time: a signature is good once.
    fn request(&self, call: &Call) -> anyhow::Result<reqwest::RequestBuilder> {
        let url = format!("{}/{}{}", self.0.address, call.service, call.target);
        let mut request = self.0.http.request(call.method.clone(), url);
        match &call.who {
            As::Person(token) => request = request.bearer_auth(token),
            As::Channel(channel) => {
                let signed = self.0.keys.sign(*channel, call.method.as_str(), &call.target, &call.body)?;
                for (name, value) in signed {
                    request = request.header(name, value);
                }
            }
        }
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        Ok(request.body(call.body.clone()))
    }
}

//! How everyone in the year speaks to the services: over HTTP, with a token or signed.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, bail};
use kernel::{Actor, ActorId, Channel, MerchantId, Role};
use reqwest::Method;
use serde_json::Value;
use testkit::identity;

/// Whose call it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum As {
    /// Staff: the number is the person.
    Staff(u128, Role),
    /// A merchant's own account.
    Merchant(MerchantId),
    /// A front end.
    Channel(Channel),
}

/// The officer who investigates, and the two who decide.
pub(crate) const OFFICER: As = As::Staff(1, Role::CreditOfficer);
pub(crate) const REVIEWER: As = As::Staff(2, Role::CreditReviewer);
pub(crate) const ANOTHER: As = As::Staff(3, Role::CreditReviewer);
/// Who looks into objections: whoever verified the breach does not.
pub(crate) const EXAMINER: As = As::Staff(7, Role::CreditOfficer);
/// Who calls citizens back.
pub(crate) const CALLER: As = As::Staff(4, Role::FollowupCaller);
/// Who reads everything.
pub(crate) const AUDITOR: As = As::Staff(5, Role::Auditor);
/// Who watches the system.
pub(crate) const OPERATIONS: As = As::Staff(6, Role::Operations);

/// One call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    who: As,
    method: Method,
    at: SocketAddr,
    target: String,
    body: Option<Value>,
    headers: Vec<(&'static str, String)>,
}

impl Call {
    pub(crate) fn get(who: As, at: SocketAddr, target: impl Into<String>) -> Self {
        Self { who, method: Method::GET, at, target: target.into(), body: None, headers: Vec::new() }
    }

    pub(crate) fn post(who: As, at: SocketAddr, target: impl Into<String>, body: Value) -> Self {
        Self { method: Method::POST, body: Some(body), ..Self::get(who, at, target) }
    }

    pub(crate) fn put(who: As, at: SocketAddr, target: impl Into<String>, body: Value) -> Self {
        Self { method: Method::PUT, body: Some(body), ..Self::get(who, at, target) }
    }

    /// Only if it still is what was looked at.
    pub(crate) fn if_version(mut self, version: u64) -> Self {
        self.headers.push(("if-match", format!("\"{version}\"")));
        self
    }

    /// The same call by somebody else.
    pub(crate) const fn by(mut self, who: As) -> Self {
        self.who = who;
        self
    }

    /// One intent.
    pub(crate) fn with_key(mut self, key: impl Into<String>) -> Self {
        self.headers.push(("idempotency-key", key.into()));
        self
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    asked: String,
    status: u16,
    pub(crate) body: Value,
}

impl Answer {
    /// What was answered, if it was done.
    pub(crate) fn ok(self) -> anyhow::Result<Value> {
        if !(200..300).contains(&self.status) {
            bail!("{}: {} {}", self.asked, self.status, self.body);
        }
        Ok(self.body)
    }

    pub(crate) const fn is_done(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The code of the problem; empty when there is none.
    pub(crate) fn code(&self) -> &str {
        text(&self.body, "code")
    }
}

/// A member of an object as text; empty when it is none.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A member of an object as a number; 0 when it is none.
pub(crate) fn number(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or_default()
}

/// A member of an object; null when it has none of the name.
pub(crate) fn part<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(&Value::Null)
}

/// The items of a page.
pub(crate) fn items(page: &Value) -> &[Value] {
    page.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Makes the calls.
pub(crate) struct Http {
    client: reqwest::Client,
    nonces: AtomicU64,
}

impl Http {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { client, nonces: AtomicU64::new(0) })
    }

    pub(crate) async fn call(&self, call: Call) -> anyhow::Result<Answer> {
        let asked = format!("{} {}", call.method, call.target);
        let response = self.send(call).await.with_context(|| asked.clone())?;
        let status = response.status().as_u16();
        let text = response.text().await.with_context(|| asked.clone())?;
        Ok(Answer { asked, status, body: serde_json::from_str(&text).unwrap_or(Value::Null) })
    }

    /// What was answered, as it came.
    pub(crate) async fn bytes(&self, call: Call) -> anyhow::Result<Vec<u8>> {
        Ok(self.send(call).await?.error_for_status()?.bytes().await?.to_vec())
    }

    async fn send(&self, call: Call) -> anyhow::Result<reqwest::Response> {
        let Call { who, method, at, target, body, headers } = call;
        let bytes = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let mut request = self.client.request(method.clone(), format!("http://{at}{target}"));
        request = match who {
            As::Staff(number, role) => {
                let person = Actor::Staff { id: ActorId::from_u128(number) };
                request.bearer_auth(identity::Person::acting(person, role).token())
            }
            As::Merchant(id) => {
                let account = identity::Person::acting(Actor::Merchant { id }, Role::Merchant);
                request.bearer_auth(account.token())
            }
            As::Channel(channel) => {
                let nonce = format!("year-{}", self.nonces.fetch_add(1, Ordering::Relaxed));
                let (secret, method) = (identity::CHANNEL_SECRET, method.as_str());
                let signed = identity::signature(secret, channel, &nonce, method, &target, &bytes);
                signed.into_iter().fold(request, |request, (name, value)| request.header(name, value))
            }
        };
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if !bytes.is_empty() {
            request = request.header("content-type", "application/json").body(bytes);
        }
        Ok(request.send().await?)
    }

    /// All items of a list, page by page. The target has a query already.
    pub(crate) async fn all(&self, who: As, at: SocketAddr, target: &str) -> anyhow::Result<Vec<Value>> {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.call(Call::get(who, at, format!("{target}&limit=200{after}"))).await?.ok()?;
            found.extend_from_slice(items(&page));
            match page.get("next").and_then(Value::as_str) {
                Some(next) => after = format!("&after={next}"),
                None => return Ok(found),
            }
        }
    }
}

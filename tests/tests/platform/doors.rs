//! The front door of one service: HTTP, as people and front ends use it.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{Channel, IdSource as _, Role};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use testkit::identity::{CHANNEL_SECRET, Person, signature};

use crate::town::CITY;

/// One service as its users see it.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    base: String,
    keys: Arc<Keys>,
    client: reqwest::Client,
}

/// By what people and front ends are known.
#[derive(Debug)]
pub(crate) enum Keys {
    /// By the test's own issuer and secret, which the services are configured with.
    Tests,
    /// By what the platform made itself: an account for each role, one of them a merchant's.
    Own { merchant: String, tokens: BTreeMap<Role, String>, secrets: BTreeMap<Channel, String> },
}

impl Keys {
    fn token(&self, who: &Person) -> String {
        match self {
            Self::Tests => who.token(),
            Self::Own { merchant, tokens, .. } => {
                assert!(who.of_merchant().is_none_or(|of| of == merchant), "{who:?} has no account");
                tokens[&who.role().unwrap()].clone()
            }
        }
    }

    fn secret(&self, channel: Channel) -> &str {
        match self {
            Self::Tests => CHANNEL_SECRET,
            Self::Own { secrets, .. } => &secrets[&channel],
        }
    }
}

/// Somebody at a door.
#[derive(Debug, Clone)]
pub(crate) enum Who {
    /// Somebody without an account.
    Anybody,
    /// By token.
    Person(Person),
    /// By signature.
    Channel(Channel),
}

/// What came back. No answer at all is an error of the call.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) retry_after: Option<String>,
    pub(crate) body: Value,
}

impl Answer {
    /// The body of an answer that says yes.
    pub(crate) fn yes(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.body);
        self.body
    }

    pub(crate) fn if_yes(self) -> Option<Value> {
        self.status.is_success().then_some(self.body)
    }
}

impl Door {
    /// The door at this address, such as `http://127.0.0.1:8101`.
    pub(crate) fn at(base: impl Into<String>) -> Self {
        Self::with(base, Arc::new(Keys::Tests))
    }

    /// The same for those who are known by these keys.
    pub(crate) fn with(base: impl Into<String>, keys: Arc<Keys>) -> Self {
        Self { base: base.into(), keys, client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    pub(crate) async fn get(&self, who: &Person, path: &str) -> Value {
        self.try_get(who, path).await.unwrap().yes()
    }

    pub(crate) async fn try_get(&self, who: &Person, path: &str) -> reqwest::Result<Answer> {
        let url = format!("{}{}", self.base, in_city(path));
        send(self.client.get(url).bearer_auth(self.keys.token(who))).await
    }

    pub(crate) async fn post(&self, who: &Person, path: &str, body: &Value) -> Value {
        self.try_post(who, path, body, None).await.unwrap().yes()
    }

    pub(crate) async fn try_post(
        &self,
        who: &Person,
        path: &str,
        body: &Value,
        version: Option<u64>,
    ) -> reqwest::Result<Answer> {
        let url = format!("{}{}", self.base, in_city(path));
        let mut request = self.client.post(url).bearer_auth(self.keys.token(who)).json(body);
        if let Some(version) = version {
            request = request.header("if-match", format!("\"{version}\""));
        }
        send(request).await
    }

    pub(crate) async fn get_as(&self, channel: Channel, path: &str) -> Value {
        send(self.signed(channel, &Method::GET, path, Vec::new())).await.unwrap().yes()
    }

    pub(crate) async fn post_as(&self, channel: Channel, path: &str, body: &Value, key: &str) -> Value {
        self.try_post_as(channel, path, body, key).await.unwrap().yes()
    }

    pub(crate) async fn try_post_as(
        &self,
        channel: Channel,
        path: &str,
        body: &Value,
        key: &str,
    ) -> reqwest::Result<Answer> {
        let request = self.signed(channel, &Method::POST, path, serde_json::to_vec(body).unwrap());
        send(request.header("idempotency-key", key).header("content-type", "application/json")).await
    }

    /// How a request is answered: its status, and the code of a refusal. The rest of the answer is left where it is:
    /// some have no end.
    pub(crate) async fn ask(
        &self,
        who: &Who,
        method: &Method,
        target: &str,
        (media_type, body): (&str, Vec<u8>),
    ) -> (u16, String) {
        let request = match who {
            Who::Channel(channel) => self.signed(*channel, method, target, body),
            Who::Anybody | Who::Person(_) => {
                self.client.request(method.clone(), format!("{}{target}", self.base)).body(body)
            }
        };
        let request = match who {
            Who::Person(person) => request.bearer_auth(self.keys.token(person)),
            Who::Anybody | Who::Channel(_) => request,
        };
        let key = chassis::clock::SystemIds::new().next_id().to_string();
        let headers = [("content-type", media_type), ("idempotency-key", &key), ("if-match", "\"1\"")];
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let response = request.send().await.unwrap();
        let status = response.status();
        let is_refusal = status.is_client_error() || status.is_server_error();
        let body: Value = if is_refusal { response.json().await.unwrap_or_default() } else { Value::Null };
        (status.as_u16(), body["code"].as_str().unwrap_or_default().to_owned())
    }

    fn signed(
        &self,
        channel: Channel,
        method: &Method,
        path: &str,
        body: Vec<u8>,
    ) -> reqwest::RequestBuilder {
        let nonce = chassis::clock::SystemIds::new().next_id().to_string();
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.base));
        let secret = self.keys.secret(channel);
        for (name, value) in signature(secret, channel, &nonce, method.as_str(), path, &body) {
            request = request.header(name, value);
        }
        request.body(body)
    }
}

fn in_city(path: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}city={CITY}")
}

async fn send(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let status = response.status();
    let retry_after = response.headers().get("retry-after").map(|wait| wait.to_str().unwrap().to_owned());
    let text = response.text().await?;
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Ok(Answer { status, retry_after, body })
}

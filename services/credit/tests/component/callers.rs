//! People who call the service: each with the token of a role.

use std::net::SocketAddr;

use kernel::{Actor, ActorId, MerchantId, Role};
use reqwest::header;
use serde_json::Value;
use testkit::identity;

/// Somebody with a token, or without.
pub(crate) struct Caller {
    address: SocketAddr,
    token: Option<String>,
    http: reqwest::Client,
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    pub(crate) cache: Option<String>,
    pub(crate) body: Value,
}

impl Reply {
    /// Status and code of a problem.
    pub(crate) fn problem(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }
}

impl Caller {
    fn new(address: SocketAddr, token: Option<String>) -> Self {
        Self { address, token, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// The same number is the same person.
    pub(crate) fn staff(address: SocketAddr, n: u128, role: Role) -> Self {
        let person = Actor::Staff { id: ActorId::from_u128(n) };
        Self::new(address, Some(identity::Person::acting(person, role).token()))
    }

    pub(crate) fn merchant(address: SocketAddr, id: MerchantId) -> Self {
        let account = identity::Person::acting(Actor::Merchant { id }, Role::Merchant);
        Self::new(address, Some(account.token()))
    }

    pub(crate) fn nobody(address: SocketAddr) -> Self {
        Self::new(address, None)
    }

    pub(crate) async fn get(&self, target: &str) -> Reply {
        self.get_unless(target, None).await
    }

    pub(crate) async fn get_unless(&self, target: &str, known: Option<&str>) -> Reply {
        let mut request = self.http.get(format!("http://{}{target}", self.address));
        if let Some(known) = known {
            request = request.header(header::IF_NONE_MATCH, known);
        }
        self.send(request).await
    }

    /// A change to the version that was looked at.
    pub(crate) async fn change(&self, target: &str, version: u64, body: &Value) -> Reply {
        let request = self.http.post(format!("http://{}{target}", self.address)).json(body);
        self.send(request.header(header::IF_MATCH, format!("\"{version}\""))).await
    }

    pub(crate) async fn post(&self, target: &str, key: &str, body: &Value) -> Reply {
        let request = self.http.post(format!("http://{}{target}", self.address)).json(body);
        self.send(request.header("idempotency-key", key)).await
    }

    async fn send(&self, mut request: reqwest::RequestBuilder) -> Reply {
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = |name| {
            response.headers().get(name).map(|value: &header::HeaderValue| value.to_str().unwrap().to_owned())
        };
        let (etag, cache) = (text(header::ETAG), text(header::CACHE_CONTROL));
        let body = response.text().await.unwrap();
        Reply { status, etag, cache, body: serde_json::from_str(&body).unwrap_or(Value::Null) }
    }
}

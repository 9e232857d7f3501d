//! Somebody with a token, talking to the service.

use std::net::SocketAddr;

use kernel::{Actor, ActorId, MerchantId, Role};
use reqwest::header;
use serde_json::Value;
use testkit::identity;

pub(crate) struct Person {
    address: SocketAddr,
    token: Option<String>,
    http: reqwest::Client,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    pub(crate) cache: Option<String>,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn problem(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }

    /// The body of an answer that went well.
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.body
    }
}

impl Person {
    fn new(address: SocketAddr, token: Option<String>) -> Self {
        Self { address, token, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    pub(crate) fn nobody(address: SocketAddr) -> Self {
        Self::new(address, None)
    }

    /// Staff in this role; the same number is the same person.
    pub(crate) fn staff(address: SocketAddr, number: u128, role: Role) -> Self {
        let actor = Actor::Staff { id: ActorId::from_u128(number) };
        Self::new(address, Some(identity::Person::acting(actor, role).token()))
    }

    pub(crate) fn merchant(address: SocketAddr, id: MerchantId) -> Self {
        let actor = Actor::Merchant { id };
        Self::new(address, Some(identity::Person::acting(actor, Role::Merchant).token()))
    }

    /// The account of a company that is no merchant yet; this will be its id.
    pub(crate) fn applicant(address: SocketAddr, id: MerchantId) -> Self {
        Self::new(address, Some(identity::Person::applicant(&id.to_string()).token()))
    }

    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.send(self.http.get(self.url(target))).await
    }

    /// What is no text: status, entity tag, body.
    pub(crate) async fn bytes(&self, target: &str) -> (u16, Option<String>, Vec<u8>) {
        let mut request = self.http.get(self.url(target));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        let tag = response.headers().get(header::ETAG).map(|tag| tag.to_str().unwrap().to_owned());
        (response.status().as_u16(), tag, response.bytes().await.unwrap().to_vec())
    }

    pub(crate) async fn get_unless(&self, target: &str, known: &str) -> Answer {
        self.send(self.http.get(self.url(target)).header(header::IF_NONE_MATCH, known)).await
    }

    /// Posts; the version goes into `If-Match`.
    pub(crate) async fn post(&self, target: &str, version: impl Into<Option<u64>>, body: &Value) -> Answer {
        let mut request = self.http.post(self.url(target)).json(body);
        if let Some(version) = version.into() {
            request = request.header(header::IF_MATCH, format!("\"{version}\""));
        }
        self.send(request).await
    }

    pub(crate) async fn put(&self, target: &str, version: u64, body: &Value) -> Answer {
        let request = self.http.put(self.url(target)).json(body);
        self.send(request.header(header::IF_MATCH, format!("\"{version}\""))).await
    }

    pub(crate) async fn post_once(&self, target: &str, key: &str, body: &Value) -> Answer {
        self.send(self.http.post(self.url(target)).json(body).header("idempotency-key", key)).await
    }

    /// Hands a file in.
    pub(crate) async fn post_file(&self, target: &str, key: &str, file: &[u8]) -> Answer {
        let request = self.http.post(self.url(target)).body(file.to_vec());
        self.send(request.header("idempotency-key", key)).await
    }

    /// A file that goes out.
    pub(crate) async fn download(&self, target: &str) -> Vec<u8> {
        let request = self.http.get(self.url(target));
        let response = request.bearer_auth(self.token.as_ref().unwrap()).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200, "{target}");
        response.bytes().await.unwrap().to_vec()
    }

    fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    async fn send(&self, mut request: reqwest::RequestBuilder) -> Answer {
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (etag, cache) = (header(header::ETAG), header(header::CACHE_CONTROL));
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, etag, cache, text, body }
    }
}

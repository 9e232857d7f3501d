//! Questions and answers over the NATS service API: instances of a service share the load in a queue group,
//! and `nats micro` shows them.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::client::RequestErrorKind;
use async_nats::service::{
    NATS_SERVICE_ERROR, NATS_SERVICE_ERROR_CODE, ServiceExt as _, error::Error as Refusal,
};
use bytes::Bytes;
use contracts::Rpc;
use futures::StreamExt as _;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::{Bus, BusError, cloudevents};
use crate::telemetry;

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RpcError {
    /// No instance is there, or none answered in time: try again later.
    #[error("{0} does not answer")]
    Unavailable(&'static str),
    /// The service refused, with the status and code it would give over HTTP.
    #[error("refused with {status} {code}: {detail}")]
    Refused {
        /// As in HTTP.
        status: u16,
        /// The problem's code.
        code: String,
        /// What to mend, in ASCII.
        detail: String,
    },
    /// The answer is not understood: mixed versions.
    #[error("the answer is not understood: {0}")]
    Malformed(String),
}

/// Answers one kind of question.
pub trait Answer<R: Rpc>: Send + Sync + 'static {
    /// Answers, or says why not.
    fn answer(&self, ask: R) -> impl Future<Output = Result<R::Reply, RpcError>> + Send;
}

type Handler = Arc<dyn Fn(Bytes) -> BoxFuture<'static, Result<Bytes, RpcError>> + Send + Sync>;

/// The questions a service answers.
#[derive(Clone)]
pub struct Answers {
    service: &'static str,
    endpoints: Vec<Endpoint>,
}

#[derive(Clone)]
struct Endpoint {
    name: &'static str,
    subject: &'static str,
    concurrency: usize,
    handler: Handler,
}

impl Answers {
    /// Of this service.
    #[must_use]
    pub fn new(service: &'static str) -> Self {
        Self { service, endpoints: Vec::new() }
    }

    /// Adds a question, of which at most `concurrency` are worked on at once.
    #[must_use]
    pub fn on<R: Rpc, A: Answer<R>>(mut self, concurrency: usize, answer: A) -> Self {
        let answer = Arc::new(answer);
        let handler: Handler = Arc::new(move |payload| {
            let answer = Arc::clone(&answer);
            Box::pin(async move {
                let ask: R = serde_json::from_slice(&payload).map_err(|error| RpcError::Refused {
                    status: 400,
                    code: "malformed".to_owned(),
                    detail: error.to_string(),
                })?;
                let reply = answer.answer(ask).await?;
                let reply =
                    serde_json::to_vec(&reply).map_err(|error| RpcError::Malformed(error.to_string()))?;
                Ok(Bytes::from(reply))
            })
        });
        self.endpoints.push(Endpoint { name: R::ENDPOINT, subject: R::SUBJECT, concurrency, handler });
        self
    }

    /// Answers until stopped; what was asked before the stop is still answered.
    ///
    /// # Errors
    /// [`BusError`] when the service cannot be announced.
    pub(crate) async fn run(self, bus: Bus, stop: CancellationToken) -> Result<(), BusError> {
        let service = bus
            .client
            .service_builder()
            .metadata(HashMap::from([("platform".to_owned(), "81890".to_owned())]))
            .queue_group(self.service)
            .start(self.service, env!("CARGO_PKG_VERSION"))
            .await
            .map_err(BusError::unavailable)?;
        let mut running = Vec::new();
        for endpoint in self.endpoints {
            let requests = service
                .endpoint_builder()
                .name(endpoint.name)
                .add(endpoint.subject)
                .await
                .map_err(BusError::unavailable)?;
            let until = stop.clone().cancelled_owned();
            running.push(
                requests.take_until(until).for_each_concurrent(endpoint.concurrency, move |request| {
                    serve(Arc::clone(&endpoint.handler), request)
                }),
            );
        }
        futures::future::join_all(running).await;
        service.stop().await.map_err(BusError::unavailable)
    }
}

async fn serve(handler: Handler, request: async_nats::service::Request) {
    let payload = request.message.payload.clone();
    let parent =
        request.message.headers.as_ref().and_then(|headers| cloudevents::find(headers, "traceparent"));
    let answering = handler(payload);
    // Most questions come untraced and by the ten thousand a second: a span only where one is asked for.
    let answer = match parent {
        Some(parent) => {
            let span = telemetry::rpc_span(&request.message.subject, parent);
            tracing::Instrument::instrument(answering, span).await
        }
        None => answering.await,
    };
    let answer = answer.map_err(|error| match error {
        RpcError::Refused { status, code, detail } => {
            Refusal { status: format!("{code}|{}", cloudevents::encode(&detail)), code: usize::from(status) }
        }
        other => {
            Refusal { status: format!("unavailable|{}", cloudevents::encode(&other.to_string())), code: 503 }
        }
    });
    if let Err(error) = request.respond(answer).await {
        tracing::debug!(%error, "an answer was not sent");
    }
}

impl Bus {
    /// Asks, and waits for the answer at most as long as `patience`.
    ///
    /// # Errors
    /// [`RpcError`] by what the asker can do about it.
    pub async fn ask<R: Rpc>(&self, ask: &R, patience: Duration) -> Result<R::Reply, RpcError> {
        let payload = serde_json::to_vec(ask).map_err(|error| RpcError::Malformed(error.to_string()))?;
        let mut request = async_nats::client::Request::new().payload(payload.into()).timeout(Some(patience));
        if let Some(trace) = telemetry::current_traceparent() {
            let mut headers = HeaderMap::new();
            headers.insert("traceparent", trace.as_str());
            request = request.headers(headers);
        }
        let reply =
            self.client.send_request(R::SUBJECT, request).await.map_err(|error| match error.kind() {
                RequestErrorKind::TimedOut
                | RequestErrorKind::NoResponders
                | RequestErrorKind::InvalidSubject
                | RequestErrorKind::MaxPayloadExceeded
                | RequestErrorKind::Other => RpcError::Unavailable(R::SERVICE),
            })?;
        if let Some(refusal) = reply.headers.as_ref().and_then(refusal) {
            return Err(refusal);
        }
        serde_json::from_slice(&reply.payload).map_err(|error| RpcError::Malformed(error.to_string()))
    }

    /// Asks at most `tries_max` times, each for `patience`; none when the service stays silent or refuses to answer.
    pub async fn ask_again<R: Rpc>(
        &self,
        ask: &R,
        patience: Duration,
        tries_max: NonZeroU32,
    ) -> Option<R::Reply> {
        for tried in 1..=tries_max.get() {
            match self.ask(ask, patience).await {
                Ok(reply) => return Some(reply),
                Err(RpcError::Unavailable(_)) => {}
                Err(error @ (RpcError::Refused { .. } | RpcError::Malformed(_))) => {
                    tracing::warn!(%error, subject = R::SUBJECT, "a question was not answered");
                }
            }
            if tried < tries_max.get() {
                tokio::time::sleep(self.backoff(usize::try_from(tried).unwrap_or(usize::MAX))).await;
            }
        }
        None
    }
}

fn refusal(headers: &HeaderMap) -> Option<RpcError> {
    let status = cloudevents::find(headers, NATS_SERVICE_ERROR_CODE)?.parse().unwrap_or(500);
    let text = cloudevents::find(headers, NATS_SERVICE_ERROR).unwrap_or_default();
    let (code, detail) = text.split_once('|').unwrap_or((text, ""));
    let detail = cloudevents::decode("detail", detail).unwrap_or_default();
    Some(RpcError::Refused { status, code: code.to_owned(), detail })
}

//! Live streams: server-sent events, and the long-poll for clients that know none.
//!
//! A stream says something at once and every 15 s, since a proxy that hears nothing for 60 s closes it. It
//! ends when the service stops; clients come back by themselves, each after a wait of its own, and resume
//! with `Last-Event-ID`. A client that lags is to be ended too, never to miss something silently.

use core::convert::Infallible;
use core::fmt::Display;
use core::str::FromStr;
use core::time::Duration;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};
use http::request::Parts;
use http::{HeaderName, HeaderValue, header};
use kernel::IdSource;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::problem::{Problem, TOO_MANY_STREAMS};
use crate::config::HttpConfig;
use crate::tasks::{Stage, Tasks};
use crate::telemetry::{Metrics, names};

/// Between two signs of life.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Shortest and longest wait before a client whose stream ended comes back.
const COME_BACK_MS: core::ops::Range<u64> = 500..4_500;
/// Longest wait of a long-poll, in seconds.
const LONG_POLL_MAX_S: u16 = 25;

/// One event, written once and sent to however many: a clone shares the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    whole: Bytes,
    data: Bytes,
}

impl Frame {
    /// An event. `id` is what a client shows to resume, in one line; `name` its type.
    ///
    /// # Errors
    /// When the data has no form in JSON.
    pub fn event(id: impl Display, name: &str, data: &impl Serialize) -> Result<Self, serde_json::Error> {
        Self::written(format!("id: {id}\nevent: {name}\ndata: "), data)
    }

    /// An event beside the ones that a client resumes by: it has no id, and one that is missed is not sent again.
    ///
    /// # Errors
    /// When the data has no form in JSON.
    pub fn aside(name: &str, data: &impl Serialize) -> Result<Self, serde_json::Error> {
        Self::written(format!("event: {name}\ndata: "), data)
    }

    fn written(head: String, data: &impl Serialize) -> Result<Self, serde_json::Error> {
        let mut text = head.into_bytes();
        let begins = text.len();
        // JSON in one line never breaks a frame.
        serde_json::to_writer(&mut text, data)?;
        let ends = text.len();
        text.extend_from_slice(b"\n\n");
        let whole = Bytes::from(text);
        Ok(Self { data: whole.slice(begins..ends), whole })
    }

    /// As it goes over a stream.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.whole
    }

    /// The data alone, JSON: what a long-poll is answered.
    #[must_use]
    pub fn data(&self) -> &Bytes {
        &self.data
    }
}

/// The open live streams of one service, and their limit. Cheap to clone.
#[derive(Clone)]
pub struct Streams {
    places: Arc<Semaphore>,
    stop: CancellationToken,
    ids: Arc<dyn IdSource>,
}

impl Streams {
    /// None open yet.
    #[must_use]
    pub fn new(config: &HttpConfig, metrics: &Metrics, tasks: &Tasks, ids: Arc<dyn IdSource>) -> Self {
        let limit = config.streams_max.get().min(Semaphore::MAX_PERMITS);
        let places = Arc::new(Semaphore::new(limit));
        let counted = Arc::clone(&places);
        metrics.observe(names::HTTP_STREAMS_OPEN, "Live streams held open.", move || {
            let open = limit.saturating_sub(counted.available_permits());
            f64::from(u32::try_from(open).unwrap_or(u32::MAX))
        });
        Self { places, stop: tasks.token(Stage::Drain), ids }
    }

    /// Takes a place, before anything costly is done for the stream.
    ///
    /// # Errors
    /// 429 when all places are taken.
    pub fn place(&self) -> Result<Place, Problem> {
        let wait = Duration::from_millis(self.come_back_ms());
        match Arc::clone(&self.places).try_acquire_owned() {
            Ok(permit) => Ok(Place { permit, streams: self.clone() }),
            Err(_) => Err(Problem::new(TOO_MANY_STREAMS).retry_after(wait)),
        }
    }

    fn come_back_ms(&self) -> u64 {
        let spread = COME_BACK_MS.end.saturating_sub(COME_BACK_MS.start).max(1);
        COME_BACK_MS.start.saturating_add(self.ids.random() % spread)
    }
}

/// A place for one live stream, or for one long-poll that waits.
pub struct Place {
    permit: OwnedSemaphorePermit,
    streams: Streams,
}

impl Place {
    /// The answer that streams the frames until they end, the client goes, or the service stops.
    pub fn stream(self, frames: impl Stream<Item = Frame> + Send + 'static) -> Response {
        let hello = Bytes::from(format!("retry: {}\n: hello\n\n", self.streams.come_back_ms()));
        let live = Live { frames: Box::pin(frames), stop: self.streams.stop.clone(), _permit: self.permit };
        let rest = futures::stream::unfold(live, Live::next);
        let body = futures::stream::once(core::future::ready(hello)).chain(rest).map(Ok::<_, Infallible>);
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform")),
            (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
        ];
        (headers, Body::from_stream(body)).into_response()
    }

    /// Waits for news as a long-poll does: `wait_s` seconds, at most 25. `None` when none came in that time, or
    /// the service stops. What is news already is taken whatever the wait.
    pub async fn wait<T>(self, wait_s: u16, news: impl Future<Output = Option<T>>) -> Option<T> {
        let patience = Duration::from_secs(u64::from(wait_s.min(LONG_POLL_MAX_S)));
        tokio::select! {
            biased;
            news = news => news,
            () = self.streams.stop.cancelled() => None,
            () = tokio::time::sleep(patience) => None,
        }
    }
}

struct Live<S> {
    frames: core::pin::Pin<Box<S>>,
    stop: CancellationToken,
    _permit: OwnedSemaphorePermit,
}

impl<S: Stream<Item = Frame>> Live<S> {
    async fn next(mut self) -> Option<(Bytes, Self)> {
        let bytes = tokio::select! {
            biased;
            () = self.stop.cancelled() => return None,
            frame = self.frames.next() => frame?.whole,
            () = tokio::time::sleep(KEEP_ALIVE) => Bytes::from_static(b": still here\n\n"),
        };
        Some((bytes, self))
    }
}

/// The last event that a client has seen, by which its stream resumes. One that is not understood counts as none,
/// and the client starts anew: browsers send by themselves what another server may have given them, and end a
/// stream for good that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastEventId<T>(pub Option<T>);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for LastEventId<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let given = parts.headers.get("last-event-id").and_then(|value| value.to_str().ok());
        Ok(Self(given.and_then(|text| text.parse().ok())))
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use testkit::{ManualClock, SeededIds};

    use super::*;
    use crate::health::Health;

    fn streams(limit: usize) -> (Streams, Tasks) {
        let ids: Arc<dyn IdSource> = Arc::new(SeededIds::new(1, Arc::new(ManualClock::default())));
        let tasks = Tasks::new(Health::new(), Arc::clone(&ids));
        let mut config = super::super::shell::tests::config();
        config.streams_max = limit.try_into().unwrap();
        let metrics = Metrics::try_new("test", "1").unwrap();
        (Streams::new(&config, &metrics, &tasks, ids), tasks)
    }

    async fn next(body: &mut Body) -> Option<String> {
        let frame = body.frame().await?.unwrap().into_data().unwrap();
        Some(String::from_utf8(frame.to_vec()).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_speaks_at_once_and_every_fifteen_seconds() {
        let (streams, _tasks) = streams(1);
        let began = tokio::time::Instant::now();
        let mut body = streams.place().unwrap().stream(futures::stream::pending()).into_body();
        assert!(next(&mut body).await.unwrap().ends_with(": hello\n\n"));
        assert_eq!(began.elapsed(), Duration::ZERO);
        assert_eq!(next(&mut body).await.unwrap(), ": still here\n\n");
        assert_eq!(began.elapsed().as_secs(), 15);
    }

    #[tokio::test]
    async fn a_stream_ends_when_the_service_stops() {
        let (streams, tasks) = streams(1);
        let mut body = streams.place().unwrap().stream(futures::stream::pending()).into_body();
        next(&mut body).await.unwrap();
        tasks.token(Stage::Drain).cancel();
        assert_eq!(next(&mut body).await, None);
    }

    #[tokio::test]
    async fn above_the_limit_a_stream_is_refused_until_another_ends() {
        let (streams, _tasks) = streams(1);
        let open = streams.place().unwrap().stream(futures::stream::pending());
        let refused = streams.place().err().unwrap().into_response();
        assert_eq!(refused.status().as_u16(), 429);
        assert!(refused.headers().contains_key(header::RETRY_AFTER));
        drop(open);
        assert!(streams.place().is_ok());
    }

    #[test]
    fn an_event_is_one_frame() {
        let frame = Frame::event(7, "ranking", &"two\nlines").unwrap();
        assert_eq!(frame.bytes(), "id: 7\nevent: ranking\ndata: \"two\\nlines\"\n\n");
        assert_eq!(frame.data(), "\"two\\nlines\"");
        let aside = Frame::aside("presence", &1).unwrap();
        assert_eq!(aside.bytes(), "event: presence\ndata: 1\n\n");
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_poll_takes_news_at_once_and_waits_no_longer_than_it_may() {
        let (streams, tasks) = streams(1);
        let began = tokio::time::Instant::now();
        assert_eq!(streams.place().unwrap().wait(0, core::future::ready(Some(1))).await, Some(1));
        assert_eq!(streams.place().unwrap().wait(60, core::future::pending::<Option<()>>()).await, None);
        assert_eq!(began.elapsed().as_secs(), 25);
        tasks.token(Stage::Drain).cancel();
        assert_eq!(streams.place().unwrap().wait(25, core::future::pending::<Option<()>>()).await, None);
        assert_eq!(began.elapsed().as_secs(), 25);
    }
}

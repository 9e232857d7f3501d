//! Listening. Every connection has a time limit for its heads, and there is a limit to connections.

use core::time::Duration;
use std::sync::Arc;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::config::HttpConfig;
use crate::tasks::{Stage, Tasks};

/// Header fields of one request.
const HEADERS_MAX: usize = 64;
/// Bytes of one request's head and of what is buffered.
const BUFFER_MAX: usize = 64 * 1_024;
/// After an error of the listener itself (no descriptors left), before it is asked again.
const ACCEPT_WAIT: Duration = Duration::from_millis(100);
/// Connections of the ops port: probes, one or two scrapers.
const OPS_CONNECTIONS_MAX: usize = 64;

/// One port: its limits, and when it stops.
#[derive(Debug, Clone, Copy)]
pub struct Port {
    name: &'static str,
    connections_max: usize,
    header_timeout: Duration,
    accept: Stage,
    drain: Stage,
}

impl Port {
    /// The public port: stops accepting first, then answers what it has.
    #[must_use]
    pub fn public(config: &HttpConfig) -> Self {
        Self {
            name: "http",
            connections_max: config.connections_max.get(),
            header_timeout: Duration::from_millis(config.header_timeout_ms.get()),
            accept: Stage::Accept,
            drain: Stage::Drain,
        }
    }

    /// The ops port: answers to the end, so that the stop can be watched.
    #[must_use]
    pub const fn ops() -> Self {
        Self {
            name: "ops",
            connections_max: OPS_CONNECTIONS_MAX,
            header_timeout: Duration::from_secs(10),
            accept: Stage::Close,
            drain: Stage::Close,
        }
    }
}

/// Serves the routes on the listener until the tasks are told to stop.
pub fn serve(port: Port, listener: TcpListener, routes: Router, tasks: &Tasks) {
    let accepting = accept(port, listener, routes, tasks.clone());
    tasks.spawn(port.accept, port.name, accepting);
}

async fn accept(port: Port, listener: TcpListener, routes: Router, tasks: Tasks) {
    let (told, drain) = (tasks.token(port.accept), tasks.token(port.drain));
    let places = Arc::new(Semaphore::new(port.connections_max.min(Semaphore::MAX_PERMITS)));
    loop {
        let next = told.run_until_cancelled(connection(&listener, &places)).await;
        let Some((stream, place)) = next else { return };
        let serving = talk(stream, routes.clone(), port.header_timeout, drain.clone(), place);
        tasks.spawn_connection(port.drain, serving);
    }
}

/// The next connection, once there is a place for it.
async fn connection(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed: there is always a place in the end.
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_WAIT).await;
            }
        }
    }
}

async fn talk(
    stream: TcpStream,
    routes: Router,
    header_timeout: Duration,
    drain: CancellationToken,
    place: Option<OwnedSemaphorePermit>,
) {
    let _place = place;
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "connection is gone");
        return;
    }
    let service = TowerToHyperService::new(routes);
    let mut talking = core::pin::pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(header_timeout)
            .max_headers(HEADERS_MAX)
            .max_buf_size(BUFFER_MAX)
            .serve_connection(TokioIo::new(stream), service)
    );
    let result = match drain.run_until_cancelled(talking.as_mut()).await {
        Some(result) => result,
        None => {
            talking.as_mut().graceful_shutdown();
            talking.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, "connection ended early");
    }
}

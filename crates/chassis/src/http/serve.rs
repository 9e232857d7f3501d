//! Listening. There is a limit to connections, and to how long one may go without anything happening on it.

use core::pin::pin;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use core::task::{Context, Poll};
use core::time::Duration;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower::Service;

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
    idle_max: Duration,
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
            idle_max: Duration::from_millis(config.idle_timeout_ms.get()),
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
            idle_max: Duration::from_secs(60),
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
        // A token of its own: asking a shared one at each wake would make all connections meet at its lock.
        let talking = talk(stream, routes.clone(), port.idle_max, drain.child_token());
        tasks.spawn_connection(port.drain, async move {
            let _place = place;
            talking.await;
        });
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
            Ok((stream, _)) => match stream.set_nodelay(true) {
                Ok(()) => return (stream, place),
                Err(error) => tracing::debug!(%error, "connection is gone"),
            },
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_WAIT).await;
            }
        }
    }
}

/// Answers what comes over one connection until it ends.
async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send,
    routes: Router,
    idle_max: Duration,
    drain: CancellationToken,
) {
    let signs = Arc::new(Signs::default());
    let watched = Arc::clone(&signs);
    let service = service_fn(move |request: Request<Incoming>| {
        let working = Working::new(&watched);
        let answering = routes.clone().call(request);
        async move {
            let _working = working;
            answering.await
        }
    });
    let io = TokioIo::new(Watched { stream, signs: Arc::clone(&signs) });
    let mut talking = pin!(
        http1::Builder::new().max_headers(HEADERS_MAX).max_buf_size(BUFFER_MAX).serve_connection(io, service)
    );
    let mut idle = pin!(signs.idle(idle_max));
    let result = tokio::select! {
        biased;
        result = talking.as_mut() => result,
        () = drain.cancelled() => {
            talking.as_mut().graceful_shutdown();
            talking.await
        }
        () = idle.as_mut() => Ok(()),
    };
    if let Err(error) = result {
        tracing::debug!(%error, "connection ended early");
    }
}

/// The signs of life of one connection. A client that sends a head byte by byte, or reads no answer, gives
/// none. Kept by counting, not by a timer per request, which cost a tenth of a small request.
#[derive(Default)]
struct Signs {
    /// Requests whose answer is being made.
    working: AtomicU32,
    /// Heads read and writes done.
    progress: AtomicU64,
}

impl Signs {
    /// Ends when nothing happened for `idle_max`, at the latest after twice that.
    async fn idle(&self, idle_max: Duration) {
        let mut seen = 0;
        loop {
            tokio::time::sleep(idle_max).await;
            let progress = self.progress.load(Ordering::Relaxed);
            if progress == seen && self.working.load(Ordering::Relaxed) == 0 {
                return;
            }
            seen = progress;
        }
    }

    fn step(&self) {
        self.progress.fetch_add(1, Ordering::Relaxed);
    }
}

/// One request in work on a connection.
struct Working(Arc<Signs>);

impl Working {
    fn new(signs: &Arc<Signs>) -> Self {
        signs.step();
        signs.working.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(signs))
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.working.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A stream whose writes are counted.
struct Watched<I> {
    stream: I,
    signs: Arc<Signs>,
}

impl<I: AsyncRead + Unpin> AsyncRead for Watched<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Watched<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if written.is_ready() {
            self.signs.step();
        }
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        if written.is_ready() {
            self.signs.step();
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
    use tokio_util::task::TaskTracker;

    use super::*;

    const IDLE_MAX: Duration = Duration::from_secs(30);

    /// A connection to a service whose one route, `/live`, says something every 15 s.
    fn connected() -> DuplexStream {
        let live = async || {
            let frames = futures::stream::unfold((), async |()| {
                tokio::time::sleep(IDLE_MAX / 2).await;
                Some((Ok::<_, io::Error>("still here"), ()))
            });
            Body::from_stream(frames)
        };
        let routes = Router::new().route("/live", axum::routing::get(live));
        let (client, server) = tokio::io::duplex(1_024);
        TaskTracker::new().spawn(talk(server, routes, IDLE_MAX, CancellationToken::new()));
        client
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_never_ends_ends_the_connection() {
        let mut client = connected();
        let mut head = b"GET /live HTTP/1.1\r\nhost: ".iter().chain(core::iter::repeat(&b'x'));
        let began = tokio::time::Instant::now();
        while client.write_all(&[*head.next().unwrap()]).await.is_ok() {
            tokio::time::advance(Duration::from_secs(1)).await;
            assert!(began.elapsed() < IDLE_MAX * 3);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_that_says_something_goes_on() {
        let mut client = connected();
        client.write_all(b"GET /live HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut said = String::new();
        while said.matches("still here").count() < 20 {
            let mut part = [0; 256];
            let length = client.read(&mut part).await.unwrap();
            assert_ne!(length, 0, "{said}");
            said.push_str(core::str::from_utf8(&part[..length]).unwrap());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_requests_is_closed() {
        let mut client = connected();
        assert_eq!(client.read(&mut [0; 16]).await.unwrap(), 0);
    }
}

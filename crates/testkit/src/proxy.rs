//! A wire between a client and a server on loopback, to be broken on purpose while a test runs.
//!
//! Shape: each connection is two one-way pumps. A pump reads chunks, notes when each may go on, and writes
//! them in order once the [`Mode`] lets that direction through; so bytes that are held back arrive complete
//! after the fault, as TCP would repeat them. Bounds: 64 chunks of 16 KiB wait in each direction; then reading
//! stops and the sender feels it.

use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::port::Port;

const CHUNK_BYTES: usize = 16 * 1024;
const CHUNKS_WAITING: usize = 64;

/// What the wire does. It may be changed at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Carries everything.
    Pass,
    /// Closes all connections, and each new one at once.
    Cut,
    /// A silent partition: connections stay, nothing passes until the mode changes.
    Hold,
    /// A one-way partition: only this direction passes.
    Only(Direction),
    /// Every byte arrives this much later; the throughput stays.
    Delay(Duration),
    /// The server's side is closed, the client's stays open and its bytes vanish: the client does not learn
    /// that nobody listens. New connections end the same. All of them are closed when the mode changes.
    HalfOpen,
}

/// A direction of travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

impl Mode {
    fn lets_through(self, direction: Direction) -> bool {
        match self {
            Self::Pass | Self::Delay(_) => true,
            Self::Only(open) => open == direction,
            Self::Cut | Self::Hold | Self::HalfOpen => false,
        }
    }

    fn delay(self) -> Duration {
        match self {
            Self::Delay(delay) => delay,
            Self::Pass | Self::Cut | Self::Hold | Self::Only(_) | Self::HalfOpen => Duration::ZERO,
        }
    }
}

/// The wire. Dropping it closes everything on it.
#[derive(Debug)]
pub struct FaultProxy {
    port: Port,
    mode: watch::Sender<Mode>,
    _accepting: JoinSet<()>,
}

impl FaultProxy {
    /// A wire to `server`, which need not be up yet; it starts with [`Mode::Pass`].
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(server: SocketAddr) -> anyhow::Result<Self> {
        let port = Port::claim()?;
        let listener = TcpListener::bind(port.addr()).await.context("cannot open the proxy's port")?;
        let (mode, watched) = watch::channel(Mode::Pass);
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, server, watched));
        Ok(Self { port, mode, _accepting: accepting })
    }

    /// Where clients connect.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.port.addr()
    }

    /// Where NATS clients connect.
    #[must_use]
    pub fn nats_url(&self) -> String {
        format!("nats://{}", self.addr())
    }

    /// Changes what the wire does, for connections that are open too.
    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

/// Connections live in the set, so they end with this future.
async fn accept(listener: TcpListener, server: SocketAddr, mode: watch::Receiver<Mode>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((client, _)) = accepted else { continue };
                connections.spawn(carry(client, server, mode.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// One connection, from its start to its end or to a mode that closes it.
async fn carry(mut client: TcpStream, server: SocketAddr, mode: watch::Receiver<Mode>) {
    let now = *mode.borrow();
    match now {
        Mode::Cut => return,
        Mode::HalfOpen => return swallow(client, mode).await,
        Mode::Pass | Mode::Hold | Mode::Only(_) | Mode::Delay(_) => {}
    }
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    // Small frames must not wait for each other: the wire adds no delay of its own.
    if client.set_nodelay(true).is_err() || server.set_nodelay(true).is_err() {
        return;
    }
    let half_open = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let up = pump(from_client, to_server, Direction::ToServer, mode.clone());
        let down = pump(from_server, to_client, Direction::ToClient, mode.clone());
        tokio::select! {
            _ = async { tokio::join!(up, down) } => false,
            closed_by = closing(mode.clone()) => closed_by == Mode::HalfOpen,
        }
    };
    drop(server);
    if half_open {
        swallow(client, mode).await;
    }
}

/// Waits for a mode that ends the connections that are open.
async fn closing(mut mode: watch::Receiver<Mode>) -> Mode {
    let closes = |mode: &Mode| matches!(mode, Mode::Cut | Mode::HalfOpen);
    mode.wait_for(closes).await.map_or(Mode::Cut, |mode| *mode)
}

/// Reads what the client sends to nobody, until it gives up or the mode changes.
async fn swallow(mut client: TcpStream, mut mode: watch::Receiver<Mode>) {
    let mut lost = vec![0; CHUNK_BYTES];
    let reading = async { while client.read(&mut lost).await.is_ok_and(|bytes| bytes > 0) {} };
    let changed = async { mode.wait_for(|mode| *mode != Mode::HalfOpen).await.map(|_| ()) };
    tokio::select! {
        () = reading => {}
        _ = changed => {}
    }
}

/// Carries one direction until its sender closes or its receiver is gone.
async fn pump(from: ReadHalf<'_>, to: WriteHalf<'_>, direction: Direction, mode: watch::Receiver<Mode>) {
    let (queue, waiting) = mpsc::channel(CHUNKS_WAITING);
    let reading = read(from, queue, mode.clone());
    let writing = write(to, waiting, direction, mode);
    tokio::select! {
        // The end of reading is the end of the queue, so writing still gets to its end.
        () = async { reading.await; pending().await } => {}
        () = writing => {}
    }
}

/// A chunk, and when it may go on.
type Chunk = (Instant, Bytes);

async fn read(mut from: ReadHalf<'_>, queue: mpsc::Sender<Chunk>, mode: watch::Receiver<Mode>) {
    loop {
        let mut chunk = BytesMut::with_capacity(CHUNK_BYTES);
        if !from.read_buf(&mut chunk).await.is_ok_and(|bytes| bytes > 0) {
            return;
        }
        let due = Instant::now() + mode.borrow().delay();
        if queue.send((due, chunk.freeze())).await.is_err() {
            return;
        }
    }
}

async fn write(
    mut to: WriteHalf<'_>,
    mut waiting: mpsc::Receiver<Chunk>,
    direction: Direction,
    mut mode: watch::Receiver<Mode>,
) {
    let mut next = waiting.recv().await;
    while let Some((due, chunk)) = next {
        sleep_until(due).await;
        let open = mode.wait_for(|mode| mode.lets_through(direction)).await.is_ok();
        if !open || to.write_all(&chunk).await.is_err() {
            return;
        }
        next = waiting.recv().await;
    }
    // The end of the stream is held back like its bytes. A receiver that is gone needs no end.
    if mode.wait_for(|mode| mode.lets_through(direction)).await.is_ok() {
        drop(to.shutdown().await);
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    /// A server that sends back what it reads, its wire, and a client on it.
    async fn echo() -> (JoinSet<()>, FaultProxy, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let proxy = FaultProxy::start(listener.local_addr().unwrap()).await.unwrap();
        let mut server = JoinSet::new();
        server.spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (mut from, mut to) = stream.split();
                drop(tokio::io::copy(&mut from, &mut to).await);
            }
        });
        let client = TcpStream::connect(proxy.addr()).await.unwrap();
        (server, proxy, client)
    }

    async fn echoed(client: &mut TcpStream, text: &[u8]) -> std::io::Result<()> {
        let mut back = vec![0; text.len()];
        client.write_all(text).await?;
        tokio::time::timeout(SOON, client.read_exact(&mut back)).await??;
        assert_eq!(back, text);
        Ok(())
    }

    #[tokio::test]
    async fn bytes_held_back_by_a_partition_arrive_after_it() {
        let (_server, proxy, mut client) = echo().await;
        echoed(&mut client, b"before").await.unwrap();
        for partition in [Mode::Hold, Mode::Only(Direction::ToServer), Mode::Only(Direction::ToClient)] {
            proxy.set(partition);
            client.write_all(b"during").await.unwrap();
            let silent = tokio::time::timeout(Duration::from_millis(50), client.peek(&mut [0])).await;
            assert!(silent.is_err(), "{partition:?} lets an echo through");
            proxy.set(Mode::Pass);
            let mut back = [0; 6];
            client.read_exact(&mut back).await.unwrap();
            assert_eq!(&back, b"during");
        }
    }

    #[tokio::test]
    async fn a_cut_closes_and_refuses_until_it_is_mended() {
        let (_server, proxy, mut client) = echo().await;
        echoed(&mut client, b"before").await.unwrap();
        proxy.set(Mode::Cut);
        assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
        let mut refused = TcpStream::connect(proxy.addr()).await.unwrap();
        assert!(echoed(&mut refused, b"during").await.is_err());
        proxy.set(Mode::Pass);
        let mut again = TcpStream::connect(proxy.addr()).await.unwrap();
        echoed(&mut again, b"after").await.unwrap();
    }

    #[tokio::test]
    async fn a_delay_holds_each_byte_that_long() {
        let (_server, proxy, mut client) = echo().await;
        let delay = Duration::from_millis(40);
        proxy.set(Mode::Delay(delay));
        let sent = Instant::now();
        echoed(&mut client, b"late").await.unwrap();
        assert!(sent.elapsed() >= 2 * delay);
    }

    #[tokio::test]
    async fn a_half_open_connection_looks_alive_to_the_client_only() {
        let (_server, proxy, mut client) = echo().await;
        echoed(&mut client, b"before").await.unwrap();
        proxy.set(Mode::HalfOpen);
        client.write_all(b"lost").await.unwrap();
        assert!(tokio::time::timeout(Duration::from_millis(50), client.peek(&mut [0])).await.is_err());
        proxy.set(Mode::Pass);
        assert!(!client.read(&mut [0]).await.is_ok_and(|bytes| bytes > 0));
    }
}

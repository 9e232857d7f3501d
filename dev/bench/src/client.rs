//! A load client: requests written beforehand, over HTTP/1.1 connections that stay open, each sending its next
//! request when the last is answered. It does as little as it can, since it shares the machine with what it
//! measures.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::stats::Latencies;

/// An answer that takes longer is a failure.
const PATIENCE: Duration = Duration::from_secs(30);

/// One connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(at: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(at).await.context("cannot connect")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and reads its answer: the status, and the body in the buffer.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<(u16, &[u8])> {
        tokio::time::timeout(PATIENCE, self.exchange_patiently(request)).await.context("no answer in time")?
    }

    async fn exchange_patiently(&mut self, request: &[u8]) -> anyhow::Result<(u16, &[u8])> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let (mut head, mut whole) = (None, usize::MAX);
        while self.buffer.len() < whole {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the connection was closed in the middle of an answer");
            }
            if head.is_none()
                && let Some(read) = Head::read(&self.buffer)?
            {
                whole = read.length + read.body;
                head = Some(read);
            }
        }
        let head = head.context("no head")?;
        let body = self.buffer.get(head.length..whole).context("no body")?;
        Ok((head.status, body))
    }
}

/// What stands before a body.
struct Head {
    status: u16,
    length: usize,
    body: usize,
}

impl Head {
    /// None until it is whole.
    fn read(bytes: &[u8]) -> anyhow::Result<Option<Self>> {
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
        let text = std::str::from_utf8(bytes.get(..end).unwrap_or_default())?;
        let mut lines = text.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status")?.parse()?;
        let length = lines
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .context("an answer without a length")?;
        Ok(Some(Self { status, length: end + 4, body: length.1.trim().parse()? }))
    }
}

/// How a load went.
pub(crate) struct Load {
    /// From the first request to the last answer.
    pub(crate) took: Duration,
    /// One for each answer.
    pub(crate) latencies: Latencies,
}

/// Sends each connection's requests one after the other, all connections at once. Every answer must have the
/// status.
pub(crate) async fn send(at: SocketAddr, requests: Vec<Vec<Bytes>>, status: u16) -> anyhow::Result<Load> {
    let mut connections = Vec::with_capacity(requests.len());
    for _ in &requests {
        connections.push(Connection::open(at).await?);
    }
    let mut sending = JoinSet::new();
    let start = Instant::now();
    for (mut connection, requests) in connections.into_iter().zip(requests) {
        sending.spawn(async move {
            let mut latencies = Latencies::with_capacity(requests.len());
            for request in requests {
                one(&mut connection, &request, status, &mut latencies).await?;
            }
            anyhow::Ok(latencies)
        });
    }
    finish(sending, start).await
}

/// Sends the same request over and over on so many connections, for this long.
pub(crate) async fn repeat(
    at: SocketAddr,
    request: &Arc<[u8]>,
    connections: usize,
    long: Duration,
) -> anyhow::Result<Load> {
    let mut sending = JoinSet::new();
    let start = Instant::now();
    for _ in 0..connections {
        let (mut connection, request) = (Connection::open(at).await?, Arc::clone(request));
        sending.spawn(async move {
            let mut latencies = Latencies::default();
            while start.elapsed() < long {
                one(&mut connection, &request, 200, &mut latencies).await?;
            }
            anyhow::Ok(latencies)
        });
    }
    finish(sending, start).await
}

async fn one(
    connection: &mut Connection,
    request: &[u8],
    wanted: u16,
    latencies: &mut Latencies,
) -> anyhow::Result<()> {
    let sent = Instant::now();
    let (status, body) = connection.exchange(request).await?;
    if status != wanted {
        bail!("answered {status}: {}", String::from_utf8_lossy(body));
    }
    latencies.add(sent.elapsed());
    Ok(())
}

async fn finish(mut sending: JoinSet<anyhow::Result<Latencies>>, start: Instant) -> anyhow::Result<Load> {
    let mut latencies = Latencies::default();
    while let Some(done) = sending.join_next().await {
        latencies.merge(done??);
    }
    Ok(Load { took: start.elapsed(), latencies })
}

/// Sends so many requests a second, spread over the connections, however long the answers take: the latency of each
/// counts from when it was due, so a wait for a free connection is part of it. Every answer must be 200.
pub(crate) async fn open_loop(
    at: SocketAddr,
    requests: Vec<Bytes>,
    per_second: usize,
    connections: usize,
) -> anyhow::Result<Latencies> {
    let apart = Duration::from_secs(1) / u32::try_from(per_second)?;
    let mut opened = Vec::with_capacity(connections);
    for _ in 0..connections {
        opened.push(Connection::open(at).await?);
    }
    let mut sending = JoinSet::new();
    let start = tokio::time::Instant::now();
    for (first, mut connection) in opened.into_iter().enumerate() {
        let mine: Vec<(u32, Bytes)> =
            (0..).zip(&requests).skip(first).step_by(connections).map(|(n, it)| (n, it.clone())).collect();
        sending.spawn(async move {
            let mut latencies = Latencies::with_capacity(mine.len());
            for (number, request) in mine {
                let due = start + apart * number;
                tokio::time::sleep_until(due).await;
                let (status, body) = connection.exchange(&request).await?;
                if status != 200 {
                    bail!("answered {status}: {}", String::from_utf8_lossy(body));
                }
                latencies.add(due.elapsed());
            }
            anyhow::Ok(latencies)
        });
    }
    let mut latencies = Latencies::default();
    while let Some(done) = sending.join_next().await {
        latencies.merge(done??);
    }
    Ok(latencies)
}

/// Sends so many requests a second, spread over the connections, until stopped or out of them. An answer that is
/// not 201 ends it.
pub(crate) async fn paced(
    at: SocketAddr,
    requests: Vec<Bytes>,
    per_second: usize,
    connections: usize,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let mut sending = JoinSet::new();
    let start = tokio::time::Instant::now();
    let apart = Duration::from_secs(1) / u32::try_from(per_second)?;
    for first in 0..connections {
        let mine: Vec<(u32, Bytes)> = (0..)
            .zip(&requests)
            .skip(first)
            .step_by(connections)
            .map(|(number, request)| (number, request.clone()))
            .collect();
        let (mut connection, stop) = (Connection::open(at).await?, stop.clone());
        sending.spawn(async move {
            for (number, request) in mine {
                let turn = tokio::time::sleep_until(start + apart * number);
                if stop.run_until_cancelled(turn).await.is_none() {
                    return Ok(());
                }
                let (status, body) = connection.exchange(&request).await?;
                if status != 201 {
                    bail!("answered {status}: {}", String::from_utf8_lossy(body));
                }
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = sending.join_next().await {
        done??;
    }
    Ok(())
}

//! Front ends that hold live streams open, in a process of their own: half of the open files of ten thousand
//! streams, and none of the service's memory.
//!
//! Says `ready` when every stream has its first list, then listens until standard input ends, and gives for each
//! channel how long each stage took. Of several pushes for one commit the last counts: the list is right on that
//! front end from then on, whichever instance of dispatch was asked.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use chassis::clock::SystemClock;
use kernel::{Channel, Clock as _};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::servers::Signer;
use crate::stats::Latencies;

/// Streams that connect at the same moment.
const CONNECTING: usize = 128;
/// All must have their first list within this.
const READY_WITHIN: Duration = Duration::from_secs(120);

/// Which list is watched, and by how many.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where intake listens
    #[arg(long)]
    at: SocketAddr,
    /// How many streams, over all channels
    #[arg(long)]
    streams: usize,
    /// The item
    #[arg(long)]
    item: String,
    /// The street
    #[arg(long)]
    area: String,
}

/// Milliseconds of one stage over all that was heard.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Stage {
    /// The middle.
    pub(crate) p50: f64,
    /// All but one in a hundred.
    pub(crate) p99: f64,
    /// The longest.
    pub(crate) max: f64,
}

/// What the front ends of one channel, or of all, heard.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Heard {
    /// Open streams.
    pub(crate) streams: usize,
    /// Commits that reached a stream, over all streams.
    pub(crate) commits: usize,
    /// From credit's commit to the fold in dispatch.
    pub(crate) applied: Stage,
    /// From the fold to intake's push.
    pub(crate) pushed: Stage,
    /// From the push to the front end.
    pub(crate) received: Stage,
    /// From the commit to the front end.
    pub(crate) whole: Stage,
}

/// What was heard, by channel; `all` is over all of them.
pub(crate) type Outcome = BTreeMap<String, Heard>;

/// When one commit was where; microseconds since 1970.
#[derive(Debug, Clone, Copy)]
struct Moments {
    committed: i64,
    applied: i64,
    pushed: i64,
    received: i64,
}

/// The whole of the process.
pub(crate) async fn run(args: &Args) -> anyhow::Result<()> {
    let signer = Signer::new()?;
    let target = format!("/v1/recommendations/stream?city=330200&item={}&area={}", args.item, args.area);
    let (ready, stop) = (Arc::new(AtomicUsize::new(0)), CancellationToken::new());
    let connecting = Arc::new(Semaphore::new(CONNECTING));
    let mut streams = JoinSet::new();
    for (number, channel) in Channel::ALL.into_iter().cycle().take(args.streams).enumerate() {
        let request = signer.request(channel, "GET", &target, "");
        let (at, ready, stop, connecting) =
            (args.at, Arc::clone(&ready), stop.clone(), Arc::clone(&connecting));
        streams.spawn(async move {
            let heard = listen(at, &request, &ready, &connecting, stop).await;
            heard.map(|moments| (channel, moments)).with_context(|| format!("stream {number}"))
        });
    }
    let all_ready = async {
        while ready.load(Ordering::Relaxed) < args.streams {
            if let Some(ended) = streams.try_join_next() {
                ended??;
                bail!("a stream ended before all were open");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    };
    tokio::time::timeout(READY_WITHIN, all_ready).await.context("not all streams opened in time")??;
    say("ready")?;
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    stop.cancel();
    let mut all = Vec::new();
    while let Some(done) = streams.join_next().await {
        all.push(done??);
    }
    say(&serde_json::to_string(&outcome(&all))?)
}

fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// Keeps one stream open and notes what comes.
async fn listen(
    at: SocketAddr,
    request: &Bytes,
    ready: &AtomicUsize,
    connecting: &Semaphore,
    stop: CancellationToken,
) -> anyhow::Result<Vec<Moments>> {
    let turn = connecting.acquire().await?;
    let mut stream = TcpStream::connect(at).await?;
    stream.write_all(request).await?;
    let mut turn = Some(turn);
    let (mut buffer, mut moments) = (Vec::with_capacity(8 * 1024), Vec::new());
    loop {
        let read = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(moments),
            read = stream.read_buf(&mut buffer) => read?,
        };
        if read == 0 {
            bail!("the stream ended: {}", String::from_utf8_lossy(&buffer));
        }
        let received = SystemClock.now().as_micros();
        while let Some(end) = buffer.windows(2).position(|two| two == b"\n\n") {
            let frame: Vec<u8> = buffer.drain(..end + 2).collect();
            let Ok(frame) = std::str::from_utf8(&frame) else { bail!("a frame is not text") };
            if frame.contains("event: recommendation") && turn.take().is_some() {
                ready.fetch_add(1, Ordering::Relaxed);
            }
            if let (Some(committed), Some(applied), Some(pushed)) = (
                number_of(frame, "committed_wall_us"),
                number_of(frame, "applied_wall_us"),
                number_of(frame, "pushed_wall_us"),
            ) {
                moments.push(Moments { committed, applied, pushed, received });
            }
        }
    }
}

/// A number by its name: the list around it is left unread, for the front ends share the machine.
fn number_of(frame: &str, name: &str) -> Option<i64> {
    let (_, rest) = frame.split_once(&format!("\"{name}\":"))?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit())?;
    rest.get(..end)?.parse().ok()
}

fn outcome(all: &[(Channel, Vec<Moments>)]) -> Outcome {
    let mut outcome =
        Outcome::from([("all".to_owned(), heard(all.iter().map(|(_, moments)| moments.as_slice())))]);
    for channel in Channel::ALL {
        let of = all.iter().filter(|(on, _)| *on == channel).map(|(_, moments)| moments.as_slice());
        outcome.insert(channel.to_string(), heard(of));
    }
    outcome
}

fn heard<'a>(streams: impl Iterator<Item = &'a [Moments]>) -> Heard {
    let mut last_of_each = Vec::new();
    let mut count = 0;
    for moments in streams {
        count += 1;
        let last: BTreeMap<i64, Moments> = moments.iter().map(|one| (one.committed, *one)).collect();
        last_of_each.extend(last.into_values());
    }
    let stage = |from: fn(&Moments) -> i64, to: fn(&Moments) -> i64| {
        let mut took = Latencies::with_capacity(last_of_each.len());
        for one in &last_of_each {
            let us = u32::try_from(to(one).saturating_sub(from(one))).unwrap_or_default();
            took.add_us(f64::from(us));
        }
        Stage { p50: took.quantile_ms(0.5), p99: took.quantile_ms(0.99), max: took.quantile_ms(1.0) }
    };
    Heard {
        streams: count,
        commits: last_of_each.len(),
        applied: stage(|one| one.committed, |one| one.applied),
        pushed: stage(|one| one.applied, |one| one.pushed),
        received: stage(|one| one.pushed, |one| one.received),
        whole: stage(|one| one.committed, |one| one.received),
    }
}

//! TEMPORARY
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]
use axum::{Router, routing::get};
use chassis::{
    clock::SystemIds,
    config::*,
    health::Health,
    http::{Port, Shell, serve},
    tasks::Tasks,
    telemetry::{Metrics, Tracing},
};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn load(addr: std::net::SocketAddr, secs: u64) -> f64 {
    let end = Instant::now() + Duration::from_secs(secs);
    let mut set = tokio::task::JoinSet::new();
    let began = Instant::now();
    for _ in 0..64 {
        set.spawn(async move {
            let mut s = tokio::net::TcpStream::connect(addr).await.unwrap();
            s.set_nodelay(true).unwrap();
            let mut n = 0u64;
            let mut buf = vec![0u8; 4096];
            while Instant::now() < end {
                s.write_all(b"GET /things/5 HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
                let mut have = 0;
                loop {
                    let r = s.read(&mut buf[have..]).await.unwrap();
                    have += r;
                    if r == 0 || buf[..have].ends_with(b"hello") {
                        break;
                    }
                }
                n += 1;
            }
            n
        });
    }
    let total: u64 = set.join_all().await.into_iter().sum();
    total as f64 / began.elapsed().as_secs_f64()
}

fn http() -> HttpConfig {
    HttpConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        body_limit_bytes: 262144,
        request_timeout_ms: 10000.try_into().unwrap(),
        long_poll_timeout_ms: 10000.try_into().unwrap(),
        header_timeout_ms: 30000.try_into().unwrap(),
        connections_max: 1000.try_into().unwrap(),
        concurrency_limit: 1000.try_into().unwrap(),
        streams_max: 10.try_into().unwrap(),
    }
}

fn main() {
    let mode = std::env::args().nth(1).unwrap();
    let log = std::env::args().nth(2);
    if let Some(log) = log {
        let otlp = std::env::args().nth(3);
        let t = Tracing::install(
            "x",
            "1",
            &TelemetryConfig { log, log_format: LogFormat::Json, otlp_endpoint: otlp, sample_ratio: 0.1 },
        )
        .unwrap();
        Box::leak(Box::new(t));
    }
    if mode == "client" {
        return;
    }
    let server = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let client = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let routes = Router::new().route("/things/{id}", get(async || "hello"));
    let addr = server.block_on(async {
        let l = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let a = l.local_addr().unwrap();
        match mode.as_str() {
            "bare" => {
                tokio::spawn(async move { axum::serve(l, routes).await.unwrap() });
            }
            m => {
                let ids = Arc::new(SystemIds::new());
                let tasks = Tasks::new(Health::new(), ids.clone());
                let metrics = Metrics::try_new("x", "1").unwrap();
                let app = if m == "serve" {
                    routes
                } else {
                    Shell::new(&http(), &metrics, ids, vec![]).wrap(routes)
                };
                serve(Port::public(&http()), l, app, &tasks);
                std::mem::forget((tasks, metrics));
            }
        }
        a
    });
    for _ in 0..3 {
        let rps = client.block_on(load(addr, 3));
        println!("{mode} {rps:.0}");
    }
    std::process::exit(0);
}

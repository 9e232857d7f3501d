//! The configuration file of one nats-server.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What a test may choose. The defaults are production's, with small limits.
#[derive(Debug, Clone)]
pub struct Options {
    /// Longest payload that the server takes, in bytes. NATS's own default: 1 MiB.
    pub max_payload_bytes: u32,
    /// Whether each message is on disk before it is acknowledged (`sync_interval: always`).
    pub sync_always: bool,
    /// Most that all streams may keep on disk, in bytes: room for what the five streams reserve.
    pub max_file_store_bytes: u64,
    /// Another nats-server than the usual one: for upgrades.
    pub binary: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_payload_bytes: 1024 * 1024,
            sync_always: true,
            max_file_store_bytes: 16 << 30,
            binary: None,
        }
    }
}

/// A server's place in a cluster.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) route_port: u16,
    pub(super) peer_route_ports: Vec<u16>,
}

/// What differs from server to server.
pub(super) struct Node<'a> {
    pub(super) name: &'a str,
    pub(super) client_port: u16,
    pub(super) monitor_port: u16,
    pub(super) store: &'a Path,
    pub(super) place: Option<&'a Place>,
}

/// The text of the file.
pub(super) fn render(options: &Options, node: &Node<'_>) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    writeln!(text, "server_name: {}", node.name)?;
    writeln!(text, "listen: \"127.0.0.1:{}\"", node.client_port)?;
    writeln!(text, "http: \"127.0.0.1:{}\"", node.monitor_port)?;
    writeln!(text, "max_payload: {}", options.max_payload_bytes)?;
    writeln!(text, "jetstream {{")?;
    writeln!(text, "  store_dir: \"{}\"", node.store.display())?;
    writeln!(text, "  max_file_store: {}", options.max_file_store_bytes)?;
    writeln!(text, "  max_memory_store: 67108864")?;
    if options.sync_always {
        writeln!(text, "  sync_interval: always")?;
    }
    writeln!(text, "}}")?;
    if let Some(place) = node.place {
        let peers: Vec<String> =
            place.peer_route_ports.iter().map(|port| format!("\"nats://127.0.0.1:{port}\"")).collect();
        writeln!(text, "cluster {{")?;
        writeln!(text, "  name: testkit")?;
        writeln!(text, "  listen: \"127.0.0.1:{}\"", place.route_port)?;
        // Clients keep to the addresses they were given: a proxy between them must not be passed by.
        writeln!(text, "  no_advertise: true")?;
        writeln!(text, "  routes: [{}]", peers.join(", "))?;
        writeln!(text, "}}")?;
    }
    Ok(text)
}

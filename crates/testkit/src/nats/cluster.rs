use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use serde_json::Value;

use super::{HEALTHY_WITHIN, Options, Place, Server};
use crate::port::Port;
use crate::wait;

/// Several nats-servers that replicate JetStream among themselves.
#[derive(Debug)]
pub struct Cluster {
    nodes: Vec<Server>,
    _route_ports: Vec<Port>,
}

/// What a configuration of one's own must name of one server. All ports are on 127.0.0.1.
#[derive(Debug, Clone)]
pub struct Spot {
    /// The server's name.
    pub name: String,
    /// Where clients connect.
    pub client_port: u16,
    /// Where its monitoring pages are.
    pub monitor_port: u16,
    /// Where the other servers connect.
    pub route_port: u16,
    /// The same of all servers.
    pub all_route_ports: Vec<u16>,
    /// Where JetStream keeps its files.
    pub store: PathBuf,
}

impl Cluster {
    /// Starts `size` servers (3 for R3) and waits until they have a leader and all are current.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn start(size: usize, options: Options) -> anyhow::Result<Self> {
        let route_ports = (0..size).map(|_| Port::claim()).collect::<anyhow::Result<Vec<_>>>()?;
        let mut nodes = Vec::with_capacity(size);
        for (number, own) in (1..).zip(&route_ports) {
            let peers = route_ports.iter().map(Port::number).filter(|port| *port != own.number());
            let place = Place { route_port: own.number(), peer_route_ports: peers.collect() };
            nodes.push(Server::prepare(&format!("n{number}"), &options, Some(&place))?);
        }
        let mut cluster = Self { nodes, _route_ports: route_ports };
        cluster.restart_all().await?;
        Ok(cluster)
    }

    /// Starts servers of these names from a configuration of one's own, which `configure` fills in for each.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn configured(names: &[&str], configure: impl Fn(&Spot) -> String) -> anyhow::Result<Self> {
        let route_ports = names.iter().map(|_| Port::claim()).collect::<anyhow::Result<Vec<_>>>()?;
        let routes: Vec<u16> = route_ports.iter().map(Port::number).collect();
        let mut nodes = Vec::with_capacity(names.len());
        for (name, route_port) in names.iter().zip(&routes) {
            let server = Server::prepare(name, &Options::default(), None)?;
            let spot = Spot {
                name: (*name).to_owned(),
                client_port: server.client_port.number(),
                monitor_port: server.monitor_port.number(),
                route_port: *route_port,
                all_route_ports: routes.clone(),
                store: server.store(),
            };
            std::fs::write(server.config_file(), configure(&spot))?;
            nodes.push(server);
        }
        let mut cluster = Self { nodes, _route_ports: route_ports };
        cluster.restart_all().await?;
        Ok(cluster)
    }

    /// Where clients connect: one address per server, all of which a client should be given.
    #[must_use]
    pub fn urls(&self) -> Vec<String> {
        self.nodes.iter().map(Server::url).collect()
    }

    /// The servers, in the order of their names `n1`, `n2` ...
    #[must_use]
    pub fn nodes(&self) -> &[Server] {
        &self.nodes
    }

    /// One server, to be broken.
    ///
    /// # Errors
    /// When there is none of that index (from 0).
    pub fn node(&mut self, index: usize) -> anyhow::Result<&mut Server> {
        self.nodes.get_mut(index).with_context(|| format!("the cluster has no node {index}"))
    }

    /// A new connection that knows all servers.
    ///
    /// # Errors
    /// When none answers.
    pub async fn client(&self) -> anyhow::Result<async_nats::Client> {
        Ok(async_nats::connect(self.urls()).await?)
    }

    /// Kills all that are up.
    ///
    /// # Errors
    /// When one cannot be killed.
    pub fn kill9_all(&mut self) -> anyhow::Result<()> {
        self.nodes.iter_mut().filter(|node| node.is_up()).try_for_each(Server::kill9)
    }

    /// Starts all that are down, then waits as [`start`](Self::start) does.
    ///
    /// # Errors
    /// When one does not become healthy.
    pub async fn restart_all(&mut self) -> anyhow::Result<()> {
        self.nodes.iter_mut().filter(|node| !node.is_up()).try_for_each(Server::launch)?;
        self.leader().await?;
        for node in &mut self.nodes {
            node.healthy().await?;
        }
        Ok(())
    }

    /// The index of the server that leads the cluster's metadata; waits for an election.
    ///
    /// # Errors
    /// When nobody is elected in time.
    pub async fn leader(&self) -> anyhow::Result<usize> {
        self.elected("a leader of the cluster", "/jsz", |page| {
            page.pointer("/meta_cluster/leader")?.as_str().map(str::to_owned)
        })
        .await
    }

    /// The index of the server that leads this stream; waits for an election.
    ///
    /// # Errors
    /// When nobody is elected in time, or there is no such stream.
    pub async fn leader_of(&self, stream: &str) -> anyhow::Result<usize> {
        let what = format!("a leader of the stream {stream}");
        self.elected(&what, "/jsz?streams=1", |page| stream_leader(page, stream)).await
    }

    /// Asks the servers that are up in turn, until one names a leader that is up too.
    async fn elected(
        &self,
        what: &str,
        page: &str,
        read: impl Fn(&Value) -> Option<String>,
    ) -> anyhow::Result<usize> {
        wait::until(what, HEALTHY_WITHIN, async || {
            for asked in self.nodes.iter().filter(|node| node.is_up()) {
                // A paused server does not answer; the others must still be asked.
                let answer = tokio::time::timeout(Duration::from_secs(1), asked.monitor(page)).await;
                let leader = answer.ok().and_then(Result::ok).as_ref().and_then(&read);
                let index = leader.and_then(|name| self.nodes.iter().position(|node| node.name() == name));
                let up = index.filter(|index| self.nodes.get(*index).is_some_and(Server::is_up));
                if up.is_some() {
                    return up;
                }
            }
            None
        })
        .await
    }
}

fn stream_leader(page: &Value, stream: &str) -> Option<String> {
    let accounts = page.get("account_details")?.as_array()?;
    let mut streams =
        accounts.iter().filter_map(|account| account.get("stream_detail")?.as_array()).flatten();
    let found = streams.find(|detail| detail.get("name").and_then(Value::as_str) == Some(stream))?;
    found.pointer("/cluster/leader")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use async_nats::jetstream;

    use super::*;
    use crate::raw;

    async fn with_a_stream() -> (Cluster, async_nats::Client) {
        let cluster = Cluster::start(3, Options::default()).await.unwrap();
        let client = cluster.client().await.unwrap();
        let stream = jetstream::stream::Config {
            name: "t".into(),
            subjects: vec!["t.>".into()],
            num_replicas: 3,
            ..Default::default()
        };
        jetstream::new(client.clone()).create_stream(stream).await.unwrap();
        (cluster, client)
    }

    #[tokio::test]
    async fn another_server_leads_the_stream_after_its_leader_was_killed() {
        let (mut cluster, client) = with_a_stream().await;
        raw::store(&client, "t.a", &[], "1").await.unwrap();
        let killed = cluster.leader_of("t").await.unwrap();
        cluster.node(killed).unwrap().kill9().unwrap();
        assert_ne!(cluster.leader_of("t").await.unwrap(), killed);
        let client = cluster.client().await.unwrap();
        let stored = wait::until("an ack of the new leader", HEALTHY_WITHIN, async || {
            raw::store(&client, "t.a", &[], "2").await.ok()
        });
        assert!(stored.await.unwrap() >= 2);
        cluster.node(killed).unwrap().restart().await.unwrap();
    }

    #[tokio::test]
    async fn the_others_are_asked_while_the_first_is_paused() {
        let (mut cluster, _client) = with_a_stream().await;
        cluster.node(0).unwrap().pause().await.unwrap();
        let led = wait::until("a leader that answers", HEALTHY_WITHIN, async || {
            cluster.leader_of("t").await.ok().filter(|leader| *leader != 0)
        });
        led.await.unwrap();
        cluster.node(0).unwrap().resume().unwrap();
        cluster.node(0).unwrap().healthy().await.unwrap();
    }

    #[tokio::test]
    async fn a_cluster_comes_back_with_its_store_after_all_were_killed() {
        let (mut cluster, client) = with_a_stream().await;
        raw::store(&client, "t.a", &[], "1").await.unwrap();
        cluster.kill9_all().unwrap();
        cluster.restart_all().await.unwrap();
        cluster.leader_of("t").await.unwrap();
        let jetstream = jetstream::new(cluster.client().await.unwrap());
        let stream = jetstream.get_stream("t").await.unwrap();
        assert_eq!(stream.get_info().await.unwrap().state.messages, 1);
    }
}

//! Which port is whose: all are counted from the one that people are told.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::{Context as _, bail};

/// The four, in the order in which they are started: each before those who ask it.
pub(crate) const SERVICES: [&str; 4] = ["credit", "dispatch", "feedback", "intake"];

/// From the public port to the broker's.
const BROKER: u16 = 1;
/// From the public port to the first service's own, when each is a process.
const SERVICE: u16 = 11;
/// From the public port to the first service's probes and metrics.
const OPS: u16 = 21;
/// From the public port to the last one used.
const LAST: u16 = 24;

/// The ports of a platform on this machine, all on loopback.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    public: u16,
}

/// Where one service listens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServicePorts {
    /// Its API, when it is a process of its own.
    pub(crate) http: SocketAddr,
    /// `/livez`, `/readyz` and `/metrics`.
    pub(crate) ops: SocketAddr,
}

impl Ports {
    /// Counted from this one.
    pub(crate) fn from(public: u16) -> anyhow::Result<Self> {
        public.checked_add(LAST).with_context(|| format!("choose a --port below {}", u16::MAX - LAST))?;
        Ok(Self { public })
    }

    /// The address that people are told.
    pub(crate) const fn public(self) -> SocketAddr {
        loopback(self.public)
    }

    /// The same as browsers name it.
    pub(crate) fn origin(self) -> String {
        format!("http://{}", self.public())
    }

    /// The broker's.
    pub(crate) const fn broker(self) -> SocketAddr {
        loopback(self.public + BROKER)
    }

    /// Of the service with this place in [`SERVICES`].
    pub(crate) fn service(self, place: usize) -> ServicePorts {
        let place = u16::try_from(place).unwrap_or(u16::MAX);
        let port = |first: u16| loopback(self.public.saturating_add(first).saturating_add(place));
        ServicePorts { http: port(SERVICE), ops: port(OPS) }
    }

    /// Says what to do if somebody else has one of them.
    pub(crate) fn check_free(self, separate: bool) -> anyhow::Result<()> {
        let mut wanted = vec![(self.public(), "the platform"), (self.broker(), "the broker")];
        for (place, name) in SERVICES.into_iter().enumerate() {
            let ServicePorts { http, ops } = self.service(place);
            wanted.push((ops, name));
            if separate {
                wanted.push((http, name));
            }
        }
        for (address, whose) in wanted {
            if let Err(error) = TcpListener::bind(address) {
                bail!(
                    "{address}, meant for {whose}, cannot be had ({error}): end what listens there (`ss -ltnp` \
                     shows it), or choose another port with --port; that one and the {LAST} after it are used"
                );
            }
        }
        Ok(())
    }
}

const fn loopback(port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_with_what_to_do() {
        let holder = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = holder.local_addr().unwrap().port();
        let said = Ports { public: port }.check_free(false).unwrap_err().to_string();
        assert!(said.contains(&format!("127.0.0.1:{port}")) && said.contains("--port"), "{said}");
    }

    #[test]
    fn a_port_with_no_room_above_it_is_refused() {
        assert!(Ports::from(u16::MAX - LAST + 1).is_err());
    }
}

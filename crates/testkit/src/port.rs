//! Loopback ports that stay the same while a server is down.
//!
//! Port 0 will not do for a server that must come back where it was: its number belongs to the range from
//! which the kernel serves outgoing connections, so while it is down anybody may be given it - even the client
//! that keeps dialling it, which then talks to itself. So ports are taken below that range.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr as UnixAddr, UnixDatagram};
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::Context;

/// Linux serves outgoing connections from 32768 on; well-known services live below 10000.
const FIRST: u16 = 10_000;
const COUNT: u16 = 22_000;

/// A loopback port that no other test takes until this is dropped.
#[derive(Debug)]
pub struct Port {
    number: u16,
    /// Held by the kernel under a name in the abstract namespace: the claim holds across processes and ends
    /// with this one, however it ends.
    _claim: UnixDatagram,
}

impl Port {
    /// Claims a free one.
    ///
    /// # Errors
    /// When all 22,000 are taken.
    pub fn claim() -> anyhow::Result<Self> {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        // Test processes start at different places, so that they seldom meet.
        let start = u16::try_from(std::process::id() % u32::from(COUNT)).unwrap_or(0);
        (0..COUNT)
            .find_map(|_| {
                let step = NEXT.fetch_add(1, Ordering::Relaxed) % COUNT;
                Self::try_claim(FIRST + (start + step) % COUNT)
            })
            .context("no free loopback port")
    }

    /// Claims so many free ones, each one above the other.
    ///
    /// # Errors
    /// When there are nowhere so many in a row.
    pub fn claim_row(count: u16) -> anyhow::Result<Vec<Self>> {
        let start = u16::try_from(std::process::id() % u32::from(COUNT)).unwrap_or(0);
        let row = |first: u16| (0..count).map(|place| Self::try_claim(first.checked_add(place)?)).collect();
        (0..COUNT)
            .find_map(|step| row(FIRST + (start + step) % COUNT))
            .with_context(|| format!("no {count} free loopback ports in a row"))
    }

    fn try_claim(number: u16) -> Option<Self> {
        let name = UnixAddr::from_abstract_name(format!("testkit-port-{number}")).ok()?;
        let claim = UnixDatagram::bind_addr(&name).ok()?;
        TcpListener::bind((Ipv4Addr::LOCALHOST, number)).ok()?;
        Some(Self { number, _claim: claim })
    }

    /// Its number.
    #[must_use]
    pub const fn number(&self) -> u16 {
        self.number
    }

    /// 127.0.0.1 and the number.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claimed_port_is_given_to_nobody_else_until_it_is_dropped() {
        let port = Port::claim().unwrap();
        let number = port.number();
        assert!(Port::try_claim(number).is_none());
        drop(port);
        assert!(Port::try_claim(number).is_some());
    }

    #[test]
    fn ports_in_a_row_are_claimed_together() {
        let row = Port::claim_row(5).unwrap();
        let numbers: Vec<u16> = row.iter().map(Port::number).collect();
        assert_eq!(numbers, (numbers[0]..numbers[0] + 5).collect::<Vec<_>>());
        assert!(numbers.into_iter().all(|number| Port::try_claim(number).is_none()));
    }

    #[test]
    fn a_port_in_use_is_passed_over() {
        let held = Port::claim().unwrap();
        let _listener = TcpListener::bind(held.addr()).unwrap();
        let number = held.number();
        drop(held);
        assert!(Port::try_claim(number).is_none());
    }
}

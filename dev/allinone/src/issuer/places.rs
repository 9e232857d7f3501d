//! Where browsers see the platform. What is not listed here is never redirected to.

use http::{HeaderMap, header};

use crate::ports::Ports;

/// The issuer's part of the address.
pub(crate) const PATH: &str = "/issuer";
/// The console's part of the address.
const CONSOLE: &str = "/console/";
/// Where the console takes its code.
const LOGIN_BACK: &str = "/console/login/back";

/// The origins at which browsers see the platform, the one that people are told first.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    told: String,
    others: Vec<String>,
}

impl Places {
    /// The told address, the same by name, and those of development servers in front.
    pub(crate) fn of(ports: Ports, in_front: &[String]) -> Self {
        let by_name = format!("http://localhost:{}", ports.public().port());
        let others = std::iter::once(by_name).chain(in_front.iter().cloned()).collect();
        Self { told: ports.origin(), others }
    }

    /// What tokens name as their issuer, wherever they were asked for.
    pub(super) fn issuer(&self) -> String {
        format!("{}{PATH}", self.told)
    }

    /// The origin by which this request came. One that is not listed does not count: it may be anybody's text.
    pub(super) fn seen(&self, headers: &HeaderMap) -> &str {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let is_asked = |origin: &&String| origin.split_once("://").map(|(_, authority)| authority) == host;
        self.others.iter().find(is_asked).unwrap_or(&self.told)
    }

    /// Whether codes may go there.
    pub(super) fn takes_codes(&self, uri: &str) -> bool {
        self.all().any(|origin| uri.strip_prefix(origin.as_str()) == Some(LOGIN_BACK))
    }

    /// Whether somebody may be sent there after they left.
    pub(super) fn receives_leavers(&self, uri: &str) -> bool {
        self.all().any(|origin| uri.strip_prefix(origin.as_str()) == Some(CONSOLE))
    }

    fn all(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.told).chain(&self.others)
    }
}

//! The three kinds of messages and how their subjects are made.

use kernel::City;
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::streams::Stream;

/// Something that happened, kept in a stream, consumed at least once by whoever cares.
///
/// Subject: `<service>.<event>.v<N>.<city>.<key>`; CloudEvents type: `cn.81890.<service>.<event>.v<N>`.
pub trait Event: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// `<service>.<event>.v<N>`, all of it ASCII tokens; checked at compile time by [`event!`].
    const SUBJECT: &'static str;
    /// The CloudEvents type.
    const TYPE: &'static str;
    /// Where it is kept.
    const STREAM: Stream;

    /// The city it happened in.
    fn city(&self) -> City;

    /// The aggregate it happened to: events of one key keep their order.
    fn key(&self) -> Uuid;

    /// A typical one, stored beside the schema so that every later version can prove it still reads it.
    fn example() -> Self;

    /// The whole subject.
    fn subject(&self) -> String {
        format!("{}.{}.{}", Self::SUBJECT, self.city(), self.key())
    }
}

/// Something said once on core NATS to whoever listens now: fast, and allowed to get lost, because a slower
/// sure path says the same.
///
/// Subject: `live.<service>.<name>.v<N>.<city>`.
pub trait Broadcast: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// `live.<service>.<name>.v<N>`.
    const SUBJECT: &'static str;

    /// The city it concerns.
    fn city(&self) -> City;

    /// A typical one.
    fn example() -> Self;

    /// The whole subject.
    fn subject(&self) -> String {
        format!("{}.{}", Self::SUBJECT, self.city())
    }
}

/// A question to one instance of a service, answered through the NATS service API.
pub trait Rpc: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// The answer.
    type Reply: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static;
    /// The service that answers.
    const SERVICE: &'static str;
    /// The endpoint's name in the service API.
    const ENDPOINT: &'static str;
    /// `rpc.<service>.<endpoint>.v<N>`.
    const SUBJECT: &'static str;
}

/// Whether `subject` is dot-separated tokens of `a-z`, `0-9` and `-`.
#[must_use]
pub const fn is_token(subject: &str) -> bool {
    let bytes = subject.as_bytes();
    let mut at = 0;
    let mut token = 0;
    while at < bytes.len() {
        #[expect(clippy::indexing_slicing, reason = "the loop bounds it, and const fn has no iterator")]
        let byte = bytes[at];
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' => token += 1,
            b'.' if token > 0 => token = 0,
            _ => return false,
        }
        at += 1;
    }
    token > 0
}

/// Implements [`Event`]: `event!(RequestReceived, "intake", "request-received", 1, Stream::Intake, request, { example })`.
#[macro_export]
macro_rules! event {
    ($name:ident, $service:literal, $event:literal, $version:literal, $stream:expr, $key:ident, $example:expr) => {
        impl $crate::Event for $name {
            const SUBJECT: &'static str = concat!($service, ".", $event, ".v", $version);
            const TYPE: &'static str = concat!("cn.81890.", $service, ".", $event, ".v", $version);
            const STREAM: $crate::streams::Stream = $stream;

            fn city(&self) -> kernel::City {
                self.city
            }

            fn key(&self) -> uuid::Uuid {
                self.$key.uuid()
            }

            fn example() -> Self {
                $example
            }
        }

        const _: () = assert!($crate::is_token(<$name as $crate::Event>::SUBJECT));
    };
}

/// Implements [`Broadcast`].
#[macro_export]
macro_rules! broadcast {
    ($name:ident, $service:literal, $event:literal, $version:literal, $example:expr) => {
        impl $crate::Broadcast for $name {
            const SUBJECT: &'static str = concat!("live.", $service, ".", $event, ".v", $version);

            fn city(&self) -> kernel::City {
                self.city
            }

            fn example() -> Self {
                $example
            }
        }

        const _: () = assert!($crate::is_token(<$name as $crate::Broadcast>::SUBJECT));
    };
}

/// Implements [`Rpc`].
#[macro_export]
macro_rules! rpc {
    ($name:ident => $reply:ty, $service:literal, $endpoint:literal, $version:literal) => {
        impl $crate::Rpc for $name {
            type Reply = $reply;
            const SERVICE: &'static str = $service;
            const ENDPOINT: &'static str = $endpoint;
            const SUBJECT: &'static str = concat!("rpc.", $service, ".", $endpoint, ".v", $version);
        }

        const _: () = assert!($crate::is_token(<$name as $crate::Rpc>::SUBJECT));
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_ascii_tokens_only() {
        assert!(is_token("intake.request-received.v1"));
        for wrong in ["", ".a", "a..b", "a.", "A", "诉求", "a.*", "a.>", "a b"] {
            assert!(!is_token(wrong), "{wrong}");
        }
    }
}

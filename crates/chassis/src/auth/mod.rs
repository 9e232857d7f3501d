//! Who calls, and what they may do: bearer tokens of staff and merchants, signed requests of channels.
//!
//! A handler takes a [`Caller`] (or [`Staff`], where only people may call), asks it for a [`Permission`] and goes
//! on. What each role may do stands in [`matrix`], nowhere else.

mod keys;
pub mod matrix;
mod party;
mod problems;
mod remembered;
mod token;
pub mod webhook;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use kernel::{Actor, Channel, City, Clock, MerchantId, PersonalText, Role};
use serde::de::DeserializeOwned;

pub use keys::KeySetError;
pub use matrix::{Permission, permits};
pub use party::{FromParty, Party, Signed};
pub use problems::*;
pub use token::{Principal, TokenError, Tokens};

use crate::config::AuthConfig;
use crate::http::Problem;
use crate::http::{decode_as, read};

/// Header that names the channel whose key signed.
pub const CHANNEL_HEADER: &str = "x-channel";

/// Why callers cannot be told apart at all.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// No key set.
    #[error(transparent)]
    KeySet(#[from] KeySetError),
    /// A channel's key cannot be used.
    #[error("key {key} of channel {channel}: {source}")]
    Key {
        /// The channel.
        channel: Channel,
        /// The key's name.
        key: String,
        /// Why.
        source: webhook::KeyError,
    },
}

/// Tells callers apart. Cheap to clone.
#[derive(Clone)]
pub struct Auth(Arc<Inner>);

struct Inner {
    tokens: Tokens,
    channels: BTreeMap<Channel, Party>,
}

impl Auth {
    /// Reads the keys of issuer and channels.
    ///
    /// # Errors
    /// [`AuthError`] with what to mend.
    pub async fn open(config: &AuthConfig, wall: Arc<dyn Clock>) -> Result<Self, AuthError> {
        let mut channels = BTreeMap::new();
        for (&channel, keys) in &config.channels {
            let opened = Party::open(channel.as_str(), &keys.keys, Arc::clone(&wall));
            let party = opened.map_err(|(key, source)| AuthError::Key { channel, key, source })?;
            channels.insert(channel, party);
        }
        let tokens = Tokens::open(config, wall).await?;
        Ok(Self(Arc::new(Inner { tokens, channels })))
    }

    async fn by_token(&self, headers: &HeaderMap) -> Option<Result<Principal, Problem>> {
        let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        Some(self.0.tokens.verify(token).await.map_err(|error| BAD_TOKEN.detail(error.to_string())))
    }

    fn by_signature(&self, channel: Channel, signed: &Signature<'_>, body: &[u8]) -> Result<(), Problem> {
        match self.0.channels.get(&channel) {
            Some(party) => party.verify(&signed.signed(), body),
            None => Err(UNKNOWN_CHANNEL.detail(format!("no key of channel {channel} is known here"))),
        }
    }
}

/// The headers of a signed request.
const SIGNED_HEADERS: [&str; 4] =
    [CHANNEL_HEADER, webhook::ID_HEADER, webhook::TIMESTAMP_HEADER, webhook::SIGNATURE_HEADER];

/// What the headers of a signed request say.
struct Signature<'a> {
    /// Who signed, as it says.
    name: &'a str,
    id: &'a str,
    timestamp: i64,
    signature: &'a str,
    request_line: String,
}

impl<'a> Signature<'a> {
    fn read(parts: &'a Parts) -> Result<Self, Problem> {
        let get = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let [Some(name), Some(id), Some(timestamp), Some(signature)] = SIGNED_HEADERS.map(get) else {
            return Err(UNSIGNED.detail(unsigned(&SIGNED_HEADERS.map(|name| (name, get(name).is_some())))));
        };
        let timestamp =
            timestamp.parse().map_err(|_| BAD_SIGNATURE.detail("webhook-timestamp is not a number"))?;
        // As this service sees it: a prefix that a gateway or an outer router took off is not signed.
        let target = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let request_line = webhook::request_line(parts.method.as_str(), target);
        Ok(Self { name, id, timestamp, signature, request_line })
    }

    fn signed(&self) -> Signed<'_> {
        let Self { id, timestamp, signature, .. } = *self;
        Signed { id, timestamp, signature, line: &self.request_line }
    }
}

/// The body of a signed request: read, up to its limit, before the signature can be checked.
async fn signed_body(parts: &Parts, body: axum::body::Body) -> Result<Bytes, Problem> {
    let mut bare = Request::new(body);
    *bare.extensions_mut() = parts.extensions.clone();
    read(bare).await
}

/// What is missing of a signature, or all that would do.
fn unsigned(headers: &[(&str, bool)]) -> String {
    let missing: Vec<_> = headers.iter().filter(|(_, there)| !there).map(|(name, _)| *name).collect();
    if missing.len() == headers.len() {
        format!("send a bearer token, or {}", missing.join(", "))
    } else {
        format!("the signature lacks {}", missing.join(", "))
    }
}

/// A member of staff or a merchant, by bearer token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff(pub Principal);

impl Staff {
    /// Goes on only with the permission.
    ///
    /// # Errors
    /// [`FORBIDDEN`].
    pub fn require(&self, permission: Permission) -> Result<&Principal, Problem> {
        permit(&self.0.roles, permission)?;
        Ok(&self.0)
    }
}

impl<S> FromRequestParts<S> for Staff
where
    Auth: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Auth::from_ref(state).by_token(&parts.headers).await {
            Some(principal) => principal.map(Self),
            None => Err(UNSIGNED.detail("send a bearer token")),
        }
    }
}

/// Whoever calls: a front end by its signature, or a person by a token. Holds the body, which the signature covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// As decisions and the timeline record it.
    pub actor: Actor,
    /// What it acts as.
    pub roles: Vec<Role>,
    /// The only city it may see; all when absent.
    pub city: Option<City>,
    /// The merchant it belongs to.
    pub merchant: Option<MerchantId>,
    /// What colleagues call the person, where the issuer says so.
    pub name: Option<PersonalText>,
    /// The channel, if it is one, and the nonce of its signature.
    pub signed: Option<(Channel, String)>,
    /// The raw body.
    pub body: Bytes,
    /// What the body is declared as.
    media_type: Option<HeaderValue>,
}

impl Caller {
    /// Goes on only with the permission.
    ///
    /// # Errors
    /// [`FORBIDDEN`].
    pub fn require(&self, permission: Permission) -> Result<(), Problem> {
        permit(&self.roles, permission)
    }

    /// The body, decoded.
    ///
    /// # Errors
    /// The problem of the body: it is not declared as JSON, is none, or has another form, with a pointer.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        decode_as(self.media_type.as_ref(), &self.body)
    }
}

impl<S> FromRequest<S> for Caller
where
    Auth: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let auth = Auth::from_ref(state);
        let media_type = request.headers().get(header::CONTENT_TYPE).cloned();
        if let Some(principal) = auth.by_token(request.headers()).await {
            let Principal { actor, roles, city, merchant, name } = principal?;
            let body = read(request).await?;
            return Ok(Self { actor, roles, city, merchant, name, signed: None, body, media_type });
        }
        let (parts, body) = request.into_parts();
        let signature = Signature::read(&parts)?;
        let channel: Channel =
            signature.name.parse().map_err(|_| UNKNOWN_CHANNEL.detail("x-channel is none of ours"))?;
        let body = signed_body(&parts, body).await?;
        auth.by_signature(channel, &signature, &body)?;
        Ok(Self {
            actor: Actor::Channel { channel },
            roles: vec![Role::Channel],
            city: None,
            merchant: None,
            name: None,
            signed: Some((channel, signature.id.to_owned())),
            body,
            media_type,
        })
    }
}

fn permit(roles: &[Role], permission: Permission) -> Result<(), Problem> {
    if roles.iter().any(|&role| matrix::allows(role, permission)) {
        Ok(())
    } else {
        Err(FORBIDDEN.detail(format!("{permission} is not among what this account may do")))
    }
}

#[cfg(test)]
mod tests;

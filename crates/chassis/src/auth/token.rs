//! Bearer tokens: EdDSA-signed JWTs of one issuer, verified once and remembered until they expire.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use kernel::{Actor, ActorId, City, Clock as _, MerchantId, Role, Timestamp};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::clock::SystemClock;
use crate::config::AuthConfig;

/// How far an issuer's clock may be from ours.
const LEEWAY: Duration = Duration::from_secs(30);
/// A token is no longer than this.
const TOKEN_BYTES_MAX: usize = 8 * 1_024;
/// For the key set to come, when it stands at an address.
const FETCH_WITHIN: Duration = Duration::from_secs(5);
/// A key set is no larger than this.
const JWKS_BYTES_MAX: usize = 64 * 1_024;

/// Why tokens cannot be verified at all.
#[derive(Debug, thiserror::Error)]
pub enum KeySetError {
    /// The file or address does not give it.
    #[error("the key set cannot be read from {0}: {1}")]
    Unreadable(String, String),
    /// It holds no key that can be used.
    #[error("the key set holds no usable Ed25519 key")]
    Empty,
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is not one of our issuer's, or is meant for somebody else.
    #[error("the token is not valid")]
    Invalid,
    /// It is out of date.
    #[error("the token has expired")]
    Expired,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// As decisions and the timeline record it.
    pub actor: Actor,
    /// What it acts as.
    pub roles: Vec<Role>,
    /// The only city it may see; all when absent.
    pub city: Option<City>,
    /// The merchant it belongs to.
    pub merchant: Option<MerchantId>,
}

#[derive(Deserialize)]
struct Claims {
    sub: ActorId,
    exp: i64,
    roles: Vec<Role>,
    #[serde(default)]
    city: Option<City>,
    #[serde(default)]
    merchant: Option<MerchantId>,
}

/// Verifies tokens.
pub struct Tokens {
    keys: HashMap<String, DecodingKey>,
    validation: Validation,
    remembered: Mutex<HashMap<[u8; 32], (Principal, Timestamp)>>,
    remembered_max: usize,
}

impl Tokens {
    /// Reads the key set from where the configuration says.
    ///
    /// # Errors
    /// [`KeySetError`].
    pub async fn open(config: &AuthConfig) -> Result<Self, KeySetError> {
        let text = key_set(&config.jwks).await?;
        let set: JwkSet = serde_json::from_str(&text)
            .map_err(|error| KeySetError::Unreadable("the configuration".to_owned(), error.to_string()))?;
        let keys: HashMap<String, DecodingKey> = set
            .keys
            .iter()
            .filter_map(|jwk| {
                let id = jwk.common.key_id.clone().unwrap_or_default();
                DecodingKey::from_jwk(jwk).ok().map(|key| (id, key))
            })
            .collect();
        if keys.is_empty() {
            return Err(KeySetError::Empty);
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[&config.audience]);
        validation.set_issuer(&[&config.issuer]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        // Checked by `verify` against the wall clock it is given.
        validation.validate_exp = false;
        Ok(Self {
            keys,
            validation,
            remembered: Mutex::new(HashMap::new()),
            remembered_max: config.token_cache_max.get(),
        })
    }

    /// Who the token speaks for.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn verify(&self, token: &str) -> Result<Principal, TokenError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(TokenError::Invalid);
        }
        let now = SystemClock.now();
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        if let Some((principal, expires)) = self.remembered().get(&digest) {
            return if now < *expires { Ok(principal.clone()) } else { Err(TokenError::Expired) };
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        let key = self.keys.get(header.kid.as_deref().unwrap_or_default()).ok_or(TokenError::Invalid)?;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &self.validation)
            .map_err(|_| TokenError::Invalid)?
            .claims;
        let expires = Timestamp::from_micros(claims.exp.saturating_mul(1_000_000)).after(LEEWAY);
        if now >= expires {
            return Err(TokenError::Expired);
        }
        let principal = principal(claims)?;
        self.remember(digest, principal.clone(), expires, now);
        Ok(principal)
    }

    fn remember(&self, digest: [u8; 32], principal: Principal, expires: Timestamp, now: Timestamp) {
        let mut remembered = self.remembered();
        if remembered.len() >= self.remembered_max {
            remembered.retain(|_, (_, expires)| now < *expires);
        }
        if remembered.len() < self.remembered_max {
            remembered.insert(digest, (principal, expires));
        }
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], (Principal, Timestamp)>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A merchant's account acts for its merchant; roles of channels and services are not for people's tokens.
fn principal(claims: Claims) -> Result<Principal, TokenError> {
    let forbidden = claims.roles.iter().any(|role| matches!(role, Role::Channel | Role::Service));
    let is_merchant = claims.roles.contains(&Role::Merchant);
    if forbidden || claims.roles.is_empty() || is_merchant != claims.merchant.is_some() {
        return Err(TokenError::Invalid);
    }
    let actor = match claims.merchant {
        Some(id) => Actor::Merchant { id },
        None => Actor::Staff { id: claims.sub },
    };
    Ok(Principal { actor, roles: claims.roles, city: claims.city, merchant: claims.merchant })
}

async fn key_set(place: &str) -> Result<String, KeySetError> {
    if place.trim_start().starts_with('{') {
        return Ok(place.to_owned());
    }
    let unreadable = |error: String| KeySetError::Unreadable(place.to_owned(), error);
    if place.starts_with("http://") || place.starts_with("https://") {
        let client = reqwest::Client::builder()
            .timeout(FETCH_WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| unreadable(error.to_string()))?;
        let answer = client.get(place).send().await.and_then(reqwest::Response::error_for_status);
        let body = answer.map_err(|error| unreadable(error.to_string()))?.bytes().await;
        let body = body.map_err(|error| unreadable(error.to_string()))?;
        if body.len() > JWKS_BYTES_MAX {
            return Err(unreadable("it is too large".to_owned()));
        }
        return String::from_utf8(body.to_vec()).map_err(|error| unreadable(error.to_string()));
    }
    tokio::fs::read_to_string(place).await.map_err(|error| unreadable(error.to_string()))
}

//! Bearer tokens: EdDSA-signed JWTs of one issuer, verified once and remembered until they expire.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use kernel::{Actor, ActorId, City, Clock, MerchantId, PersonalText, Role, Timestamp};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::keys::{self, KeySetError};
use super::remembered::Remembered;
use crate::config::AuthConfig;

/// How far an issuer's clock may be from ours.
const LEEWAY: Duration = Duration::from_secs(30);
/// A token is no longer than this.
const TOKEN_BYTES_MAX: usize = 8 * 1_024;
/// Characters of a name; the rest is cut off.
const NAME_CHARS_MAX: usize = 40;
/// The key set is asked for again no sooner than this, however many unknown keys are named.
const REFRESH_WAIT: Duration = Duration::from_secs(30);
/// The key set is asked for again after this, so that a withdrawn key stops working.
const REFRESH_AFTER: Duration = Duration::from_secs(600);

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is not one of our issuer's, or is meant for somebody else.
    #[error("the token is not valid")]
    Invalid,
    /// It is out of date, or not yet good.
    #[error("the token has expired, or is not yet good")]
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
    /// What colleagues call the person, where the issuer says so: to be shown to them, never to decide by.
    pub name: Option<PersonalText>,
}

#[derive(Deserialize)]
struct Claims {
    sub: ActorId,
    exp: i64,
    #[serde(default)]
    nbf: Option<i64>,
    roles: Vec<Role>,
    #[serde(default)]
    city: Option<City>,
    #[serde(default)]
    merchant: Option<MerchantId>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    preferred_username: Option<String>,
}

type Keys = HashMap<String, Arc<DecodingKey>>;

/// Verifies tokens.
pub struct Tokens {
    place: String,
    keys: RwLock<Keys>,
    /// When the key set was last asked for; held while it is, so that one request asks and the others wait.
    asked: tokio::sync::Mutex<Instant>,
    validation: Validation,
    remembered: Mutex<Remembered<[u8; 32], Principal>>,
    wall: Arc<dyn Clock>,
}

impl Tokens {
    /// Reads the key set from where the configuration says. `wall` judges what has expired.
    ///
    /// # Errors
    /// [`KeySetError`].
    pub async fn open(config: &AuthConfig, wall: Arc<dyn Clock>) -> Result<Self, KeySetError> {
        let keys = usable(&keys::read(&config.jwks).await?)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[&config.audience]);
        validation.set_issuer(&[&config.issuer]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        // Checked by `verify` against the wall clock it is given.
        validation.validate_exp = false;
        Ok(Self {
            place: config.jwks.clone(),
            keys: RwLock::new(keys),
            asked: tokio::sync::Mutex::new(Instant::now()),
            validation,
            remembered: Mutex::new(Remembered::new(config.token_cache_max)),
            wall,
        })
    }

    /// Who the token speaks for.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn verify(&self, token: &str) -> Result<Principal, TokenError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(TokenError::Invalid);
        }
        let now = self.wall.now();
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let known = self.remembered.lock().unwrap_or_else(PoisonError::into_inner).get(&digest);
        if let Some((principal, expires)) = known {
            return if now < expires { Ok(principal) } else { Err(TokenError::Expired) };
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        let key = self.key(header.kid.as_deref().unwrap_or_default()).await.ok_or(TokenError::Invalid)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &self.validation)
            .map_err(|_| TokenError::Invalid)?
            .claims;
        let expires = at(claims.exp).after(LEEWAY);
        if now >= expires || claims.nbf.is_some_and(|begin| now < at(begin).before(LEEWAY)) {
            return Err(TokenError::Expired);
        }
        let principal = principal(claims)?;
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.put(digest, principal.clone(), expires);
        Ok(principal)
    }

    async fn key(&self, id: &str) -> Option<Arc<DecodingKey>> {
        let find = || self.keys.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        let found = find();
        let patience = if found.is_some() { REFRESH_AFTER } else { REFRESH_WAIT };
        self.refresh(patience).await;
        find()
    }

    /// Reads the key set again, if that was not done within `patience`. What cannot be read leaves the keys
    /// as they are: an issuer that is away for a moment locks nobody out.
    async fn refresh(&self, patience: Duration) {
        let mut asked = self.asked.lock().await;
        if asked.elapsed() < patience {
            return;
        }
        *asked = Instant::now();
        match keys::read(&self.place).await.and_then(|text| usable(&text)) {
            Ok(keys) => *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys,
            Err(error) => tracing::warn!(%error, "the key set was not read again"),
        }
    }
}

/// The Ed25519 keys of a set, by their names.
fn usable(text: &str) -> Result<Keys, KeySetError> {
    let set: JwkSet =
        serde_json::from_str(text).map_err(|error| KeySetError::Malformed(error.to_string()))?;
    let is_ed25519 = |jwk: &&Jwk| matches!(&jwk.algorithm, AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519);
    let named = set.keys.iter().filter(is_ed25519).filter_map(|jwk| {
        let key = DecodingKey::from_jwk(jwk).ok()?;
        Some((jwk.common.key_id.clone().unwrap_or_default(), Arc::new(key)))
    });
    let keys: Keys = named.collect();
    if keys.is_empty() { Err(KeySetError::Empty) } else { Ok(keys) }
}

const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds.saturating_mul(1_000_000))
}

/// A merchant's account acts for its merchant. One that names none is an applicant's: it acts for the merchant of its own
/// id, which nobody else can have, so that it is the merchant's account once the application is admitted (ADR 0010).
/// Roles of channels and services are not for people's tokens.
fn principal(claims: Claims) -> Result<Principal, TokenError> {
    let forbidden = claims.roles.iter().any(|role| matches!(role, Role::Channel | Role::Service));
    let is_merchant = claims.roles.contains(&Role::Merchant);
    let applies = claims.roles == [Role::Merchant];
    let fits = is_merchant == claims.merchant.is_some() || applies;
    if forbidden || claims.roles.is_empty() || !fits {
        return Err(TokenError::Invalid);
    }
    let own = applies.then(|| MerchantId::new(claims.sub.uuid()));
    let merchant = claims.merchant.or(own);
    let actor = match merchant {
        Some(id) => Actor::Merchant { id },
        None => Actor::Staff { id: claims.sub },
    };
    let mut names = [claims.name, claims.preferred_username].into_iter().flatten();
    let name = names.find(|name| !name.trim().is_empty());
    let name = name.map(|name| PersonalText::new(name.chars().take(NAME_CHARS_MAX).collect()));
    Ok(Principal { actor, roles: claims.roles, city: claims.city, merchant, name })
}

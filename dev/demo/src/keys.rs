//! The keys of the demo's own platform: channels sign their requests, and people get their tokens.
//!
//! The demo owns the platform that it starts, so it reads the keys from the data folder, as an operator hands
//! them to a channel's team. It also signs tokens with the local issuer's key: in the demo it is the city's
//! identity provider, for a thousand merchants. No door is opened in the platform for that.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kernel::{ActorId, Channel, MerchantId, Role};
use serde_json::json;
use sha2::Sha256;
use uuid::Uuid;

use crate::clock::wall;

/// Good for longer than any demo.
const TOKEN_LIFE_S: i64 = 8 * 3_600;
/// Whom the tokens of the all-in-one's issuer are for.
const AUDIENCE: &str = "81890";

/// A bearer token.
pub(crate) type Token = Arc<str>;

/// All keys.
pub(crate) struct Keys {
    channels: BTreeMap<Channel, Hmac<Sha256>>,
    /// As it calls itself.
    issuer: String,
    signing: EncodingKey,
    merchants: Mutex<HashMap<MerchantId, Token>>,
}

impl Keys {
    /// From the data folder of the platform at this address.
    pub(crate) fn read(data: &Path, address: &str) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(data.join("channels.json")).context("cannot read channels.json")?;
        let secrets: BTreeMap<Channel, String> = serde_json::from_str(&text)?;
        let channels = secrets.into_iter().map(|(channel, secret)| Ok((channel, key_of(&secret)?)));
        let pem = std::fs::read(data.join("issuer.pem")).context("cannot read issuer.pem")?;
        Ok(Self {
            channels: channels.collect::<anyhow::Result<_>>()?,
            issuer: format!("{address}/issuer"),
            signing: EncodingKey::from_ed_pem(&pem)?,
            merchants: Mutex::default(),
        })
    }

    /// The headers of a signed request, by the Standard Webhooks scheme over the request line and the body.
    pub(crate) fn sign(
        &self,
        channel: Channel,
        method: &str,
        target: &str,
        body: &[u8],
    ) -> anyhow::Result<[(&'static str, String); 4]> {
        let key = self.channels.get(&channel).context("a channel has no key")?;
        let (id, now) = (nonce(), wall().as_secs());
        let mut mac = key.clone();
        mac.update(format!("{id}.{now}.{method} {target}\n").as_bytes());
        mac.update(body);
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        Ok([
            ("x-channel", channel.to_string()),
            ("webhook-id", id),
            ("webhook-timestamp", now.to_string()),
            ("webhook-signature", signature),
        ])
    }

    /// The token of a member of staff: the `n`-th with this role.
    pub(crate) fn staff(&self, role: Role, n: u128) -> anyhow::Result<Token> {
        let place = Role::ALL.iter().position(|known| *known == role).unwrap_or_default();
        let id = (u128::try_from(place)? << 32) | n;
        self.token(ActorId::from_u128(id), role, None)
    }

    /// The token of a merchant's account.
    pub(crate) fn merchant(&self, merchant: MerchantId) -> anyhow::Result<Token> {
        let known = || self.merchants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = known().get(&merchant) {
            return Ok(Arc::clone(token));
        }
        let token = self.token(ActorId::new(merchant.uuid()), Role::Merchant, Some(merchant))?;
        known().insert(merchant, Arc::clone(&token));
        Ok(token)
    }

    fn token(&self, sub: ActorId, role: Role, merchant: Option<MerchantId>) -> anyhow::Result<Token> {
        let mut claims = json!({
            "iss": self.issuer, "aud": AUDIENCE, "sub": sub, "roles": [role], "exp": wall().as_secs() + TOKEN_LIFE_S,
        });
        if let (Some(merchant), Some(claims)) = (merchant, claims.as_object_mut()) {
            claims.insert("merchant".to_owned(), json!(merchant));
        }
        let header = Header { kid: Some("local".to_owned()), ..Header::new(Algorithm::EdDSA) };
        Ok(jsonwebtoken::encode(&header, &claims, &self.signing)?.into())
    }
}

/// Never the same: of a signature, or of an intent.
pub(crate) fn nonce() -> String {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes);
    Uuid::from_bytes(bytes).simple().to_string()
}

fn key_of(secret: &str) -> anyhow::Result<Hmac<Sha256>> {
    let text = secret.strip_prefix("whsec_").context("a channel's key does not begin with whsec_")?;
    Hmac::new_from_slice(&STANDARD.decode(text)?).map_err(|error| anyhow!("a channel's key: {error}"))
}

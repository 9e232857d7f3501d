//! A small local issuer of bearer tokens, for a platform on one machine. Never for production.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::http::{Json, Problem};
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kernel::{Clock, MerchantId, Role};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::accounts::{Accounts, random_bytes, write_private};

/// Who signs.
pub(crate) const ISSUER: &str = "http://127.0.0.1/issuer";
/// For whom.
pub(crate) const AUDIENCE: &str = "81890";
/// How long a token is good.
const TOKEN_LIFE: Duration = Duration::from_secs(8 * 3_600);

chassis::problems! {
    /// The types of problems that the issuer alone has.
    pub(crate) PROBLEMS;

    /// Nobody has this name with this password.
    BAD_LOGIN = UNAUTHORIZED, "bad-login", "name and password do not fit together" / "用户名与密码不符",
        "本机账号的用户名和密码在启动时写入账号文件。请核对后重试。",
        "The names and passwords of this machine were written to the file of accounts at the start. Check them.";
}

/// What a token says; the services read the same.
#[derive(Debug, Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: String,
    exp: i64,
    iat: i64,
    roles: [Role; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<MerchantId>,
}

/// The key that signs.
pub(crate) struct SigningKeys {
    key: EncodingKey,
    jwks: Value,
}

impl SigningKeys {
    /// Reads the signing key, or makes one.
    pub(crate) fn open(file: &Path) -> anyhow::Result<Self> {
        let signing = if file.exists() {
            let pem = fs::read_to_string(file)?;
            SigningKey::from_pkcs8_pem(&pem).with_context(|| format!("cannot read {}", file.display()))?
        } else {
            let signing = SigningKey::from_bytes(&random_bytes::<32>());
            let pem = signing.to_pkcs8_pem(LineEnding::LF).context("cannot write the signing key")?;
            write_private(file, &pem)?;
            signing
        };
        let pem = signing.to_pkcs8_pem(LineEnding::LF).context("cannot write the signing key")?;
        let key = EncodingKey::from_ed_pem(pem.as_bytes())?;
        let public = URL_SAFE_NO_PAD.encode(signing.verifying_key().as_bytes());
        let jwks = json!({ "keys": [{
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "local", "x": public,
        }] });
        Ok(Self { key, jwks })
    }

    /// The public keys, as the services' configuration takes them.
    pub(crate) fn jwks(&self) -> String {
        self.jwks.to_string()
    }
}

/// The issuer.
#[derive(Clone)]
pub(crate) struct Issuer {
    inner: Arc<Inner>,
}

struct Inner {
    keys: SigningKeys,
    accounts: Accounts,
    wall: Arc<dyn Clock>,
}

impl Issuer {
    /// Issues to these accounts.
    pub(crate) fn new(keys: SigningKeys, accounts: Accounts, wall: Arc<dyn Clock>) -> Self {
        Self { inner: Arc::new(Inner { keys, accounts, wall }) }
    }

    /// `POST /token` and `GET /jwks.json`.
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/token", post(token))
            .route(
                "/jwks.json",
                get(|State(issuer): State<Issuer>| async move { Json(issuer.inner.keys.jwks.clone()) }),
            )
            .with_state(self.clone())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    username: String,
    password: String,
}

async fn token(State(issuer): State<Issuer>, Json(login): Json<Login>) -> Result<Json<Value>, Problem> {
    // A password hash takes tens of milliseconds of a core: not on the threads that serve.
    let granted = tokio::task::spawn_blocking(move || issuer.grant(&login)).await;
    let token = granted.map_err(|error| Problem::internal(&error))?;
    let token = token.map_err(|error| Problem::internal(&error))?.ok_or(BAD_LOGIN)?;
    Ok(Json(json!({ "access_token": token, "token_type": "Bearer", "expires_in": TOKEN_LIFE.as_secs() })))
}

impl Issuer {
    fn grant(&self, login: &Login) -> jsonwebtoken::errors::Result<Option<String>> {
        let Some(account) = self.inner.accounts.verify(&login.username, &login.password) else {
            return Ok(None);
        };
        let now = self.inner.wall.now();
        let claims = Claims {
            iss: ISSUER,
            aud: AUDIENCE,
            sub: account.id.to_string(),
            exp: now.after(TOKEN_LIFE).as_secs(),
            iat: now.as_secs(),
            roles: [account.role],
            merchant: account.merchant,
        };
        let header = Header { kid: Some("local".to_owned()), ..Header::new(Algorithm::EdDSA) };
        Ok(Some(jsonwebtoken::encode(&header, &claims, &self.inner.keys.key)?))
    }
}

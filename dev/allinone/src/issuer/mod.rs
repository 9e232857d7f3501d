//! The local OIDC provider, for a platform on one machine: it signs in people with a password and gives their
//! tokens. Never for production: there, an identity provider of the city does.
//!
//! The console comes by the authorization code flow with PKCE ([`authorize`], [`token`], [`logout`], as
//! [`discovery`] says); `curl` by name and password as JSON at the same [`token`] endpoint. One file per endpoint.
//! Who signed in once with a browser is known to all its tabs until somebody signs out in one of them ([`sessions`]).
//! All of it is kept in memory, with a limit on how many, and written down from a clean stop to the next start ([`kept`]).

mod authorize;
mod claims;
mod cookies;
mod discovery;
mod guesses;
mod kept;
mod keys;
mod login_page;
mod logout;
mod places;
mod sessions;
mod token;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::get;
use chassis::http::Json;
use kernel::Clock;

pub(crate) use self::keys::SigningKeys;
pub(crate) use self::places::{PATH, Places};

use self::guesses::Guesses;
use self::login_page::Spent;
use self::sessions::Sessions;
use crate::accounts::{Account, Accounts};

/// For whom access tokens are.
pub(crate) const AUDIENCE: &str = "81890";
/// As the console calls itself.
pub(crate) const CLIENT: &str = "console";
/// How long the session of a browser lasts without being renewed, and so how long nobody may touch the console.
pub(crate) const IDLE: Duration = Duration::from_secs(30 * 60);
/// How long it lasts at most, however busy: a working day.
const ABSOLUTE: Duration = Duration::from_secs(12 * 3_600);
/// No form and no login is longer, in bytes.
const BODY_MAX: usize = 8 * 1_024;

chassis::problems! {
    /// The types of problems that the issuer alone has.
    pub(crate) PROBLEMS;

    /// Nobody has this name with this password.
    BAD_LOGIN = UNAUTHORIZED, "bad-login", "name and password do not fit together" / "用户名与密码不符",
        "本机账号的用户名和密码在启动时写入账号文件。请核对后重试。",
        "The names and passwords of this machine were written to the file of accounts at the start. Check them.";

    /// Wrong passwords came too often.
    TOO_MANY_LOGINS = TOO_MANY_REQUESTS, "too-many-logins", "too many wrong passwords" / "密码错误次数过多",
        "同一用户名或整台机器上输错密码的次数过多。请等待 Retry-After 所示的秒数后再试。",
        "Wrong passwords came too often, for this name or altogether. Wait for the seconds of Retry-After.";
}

/// The issuer.
#[derive(Clone)]
pub(crate) struct Issuer {
    inner: Arc<Inner>,
}

struct Inner {
    keys: SigningKeys,
    accounts: Accounts,
    places: Places,
    sessions: Sessions,
    spent: Spent,
    guesses: Guesses,
    wall: Arc<dyn Clock>,
}

/// Why somebody is not let in.
enum NotIn {
    /// Name and password do not fit together.
    Wrong,
    /// Too often; again after this.
    TooMany(Duration),
    /// The comparison did not come to its end.
    Broken(tokio::task::JoinError),
}

impl Issuer {
    /// Issues to these accounts, for browsers that see the platform at these places.
    pub(crate) fn new(keys: SigningKeys, accounts: Accounts, places: Places, wall: Arc<dyn Clock>) -> Self {
        let (sessions, guesses) = (Sessions::new(Arc::clone(&wall)), Guesses::new(Arc::clone(&wall)));
        Self {
            inner: Arc::new(Inner {
                keys,
                accounts,
                places,
                sessions,
                spent: Spent::default(),
                guesses,
                wall,
            }),
        }
    }

    /// All endpoints, to be nested under [`PATH`].
    pub(crate) fn router(&self) -> Router {
        let jwks = async |State(issuer): State<Self>| Json(issuer.inner.keys.public_set().clone());
        Router::new()
            .route("/jwks.json", get(jwks))
            .merge(discovery::routes())
            .merge(authorize::routes())
            .merge(token::routes())
            .merge(logout::routes())
            .merge(login_page::routes())
            .layer(DefaultBodyLimit::max(BODY_MAX))
            .with_state(self.clone())
    }

    /// The account with this name and password. What is wrong is counted against guessing.
    async fn verify(&self, username: String, password: String) -> Result<Account, NotIn> {
        self.inner.guesses.admit(&username).map_err(NotIn::TooMany)?;
        let (issuer, name) = (self.clone(), username.clone());
        // A password hash takes tens of milliseconds of a core: not on the threads that serve.
        let compared =
            tokio::task::spawn_blocking(move || issuer.inner.accounts.verify(&name, &password).cloned());
        let account = compared.await.map_err(NotIn::Broken)?.ok_or(NotIn::Wrong)?;
        self.inner.guesses.forgive(&username);
        Ok(account)
    }
}

#[cfg(test)]
mod tests;

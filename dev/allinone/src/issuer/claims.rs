//! What tokens say.

use std::time::Duration;

use kernel::{MerchantId, Role, Timestamp};
use serde::{Deserialize, Serialize};

use super::{AUDIENCE, CLIENT, Issuer};
use crate::accounts::{Account, CITY};

/// What an access token says; the services read the same.
#[derive(Debug, Serialize)]
struct AccessClaims<'a> {
    iss: String,
    aud: &'a str,
    sub: String,
    exp: i64,
    iat: i64,
    preferred_username: &'a str,
    name: &'a str,
    roles: [Role; 1],
    /// The one city that the account is for; none for those who look at the whole platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<MerchantId>,
}

/// What the console is told of who came. Services refuse it: it is for another audience.
#[derive(Debug, Serialize)]
struct IdClaims<'a> {
    iss: String,
    aud: &'a str,
    sub: String,
    exp: i64,
    iat: i64,
    auth_time: i64,
    sid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    preferred_username: &'a str,
    name: &'a str,
    roles: [Role; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<MerchantId>,
}

/// What is read of an id token that comes back.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Hint {
    /// The session it was issued in.
    pub(super) sid: String,
    /// Whose it was.
    pub(super) sub: String,
}

/// The sign-in that an id token speaks of.
pub(super) struct SignIn<'a> {
    pub(super) account: &'a Account,
    pub(super) session: &'a str,
    pub(super) nonce: Option<&'a str>,
    pub(super) at: Timestamp,
}

impl Issuer {
    /// For the services.
    pub(super) fn access_token(
        &self,
        account: &Account,
        life: Duration,
    ) -> jsonwebtoken::errors::Result<String> {
        let now = self.inner.wall.now();
        self.inner.keys.sign(&AccessClaims {
            iss: self.inner.places.issuer(),
            aud: AUDIENCE,
            sub: account.id.to_string(),
            exp: now.after(life).as_secs(),
            iat: now.as_secs(),
            preferred_username: &account.username,
            name: &account.name,
            roles: [account.role],
            city: (!matches!(account.role, Role::Operations | Role::Auditor)).then_some(CITY),
            merchant: account.merchant,
        })
    }

    /// For the console.
    pub(super) fn id_token(
        &self,
        sign_in: &SignIn<'_>,
        life: Duration,
    ) -> jsonwebtoken::errors::Result<String> {
        let (now, account) = (self.inner.wall.now(), sign_in.account);
        self.inner.keys.sign(&IdClaims {
            iss: self.inner.places.issuer(),
            aud: CLIENT,
            sub: account.id.to_string(),
            exp: now.after(life).as_secs(),
            iat: now.as_secs(),
            auth_time: sign_in.at.as_secs(),
            sid: sign_in.session,
            nonce: sign_in.nonce,
            preferred_username: &account.username,
            name: &account.name,
            roles: [account.role],
            merchant: account.merchant,
        })
    }
}

//! Who signed in with which browser, and the codes and sessions of its tabs, in memory.
//! From a stop to the next start sign-ons and sessions are kept, and codes are not: nobody is under way then.
//!
//! A sign-on is what a password began: the browser holds a random text as a cookie, here is its digest. Each tab that
//! comes with it gets a session of its own. They go on together, for as long as one of them is renewed and for a working day
//! at most, and end together when somebody signs out in one.
//!
//! A code is good once within [`CODE_LIFE`]. A session has one refresh token at a time; each is good once. A code or
//! a refresh token that comes a second time was copied: its session ends, for whoever holds it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Clock, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::{ABSOLUTE, IDLE};
use crate::accounts::{Account, Accounts, random_bytes};

/// How long a code waits to be taken.
const CODE_LIFE: Duration = Duration::from_secs(60);
/// How many codes are kept, the oldest given up first.
const CODES_MAX: usize = 1_000;
/// How many sessions are kept, the longest unused given up first.
const SESSIONS_MAX: usize = 10_000;
/// How many of them may be one account's.
const SESSIONS_PER_ACCOUNT: usize = 20;
/// How many sign-ons are kept, the longest unused given up first.
const SIGN_ONS_MAX: usize = 10_000;

/// A sign-on, by the digest of its cookie.
pub(super) type Key = [u8; 32];

/// What a browser asked for.
#[derive(Clone)]
pub(super) struct Grant {
    /// By which it may.
    pub(super) sign_on: Key,
    pub(super) redirect_uri: String,
    /// The PKCE challenge, S256.
    pub(super) challenge: String,
    pub(super) nonce: Option<String>,
}

struct Code {
    grant: Grant,
    made: Timestamp,
    /// The session it became.
    taken: Option<String>,
}

/// What a password began.
#[derive(Clone, Serialize, Deserialize)]
struct SignOn {
    account: Account,
    began: Timestamp,
    used: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
struct Session {
    account: Account,
    sign_on: Key,
    /// When somebody signed in.
    began: Timestamp,
    used: Timestamp,
    /// Digest of the only refresh token that is good.
    refresh: [u8; 32],
}

/// A session whose refresh token was just made.
pub(super) struct Renewed {
    pub(super) session: String,
    pub(super) refresh_token: String,
    pub(super) account: Account,
    pub(super) nonce: Option<String>,
    /// When somebody signed in.
    pub(super) began: Timestamp,
}

/// What outlasts a stop.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    sign_ons: Vec<(Key, SignOn)>,
    sessions: Vec<(String, Session)>,
}

/// All codes and sessions.
pub(super) struct Sessions {
    state: Mutex<State>,
    wall: Arc<dyn Clock>,
}

#[derive(Default)]
struct State {
    /// By the digest of the code.
    codes: HashMap<[u8; 32], Code>,
    sign_ons: HashMap<Key, SignOn>,
    /// By the session's id.
    sessions: HashMap<String, Session>,
}

impl Sessions {
    pub(super) fn new(wall: Arc<dyn Clock>) -> Self {
        Self { state: Mutex::default(), wall }
    }

    /// Begins a sign-on, and gives its cookie. The one that the browser had before is over: whoever knows its cookie is
    /// nobody now, and tabs of another account end. Those of the same account go on.
    pub(super) fn sign_on(&self, account: Account, before: Option<&str>) -> (String, Key) {
        let (now, cookie) = (self.wall.now(), random_text());
        let key = digest(&cookie);
        let mut state = self.lock();
        state.forget(now);
        if let Some(before) = before.map(digest)
            && state.sign_ons.remove(&before).is_some()
        {
            for session in state.sessions.values_mut().filter(|session| session.sign_on == before) {
                if session.account.id == account.id {
                    session.sign_on = key;
                }
            }
        }
        while state.sign_ons.len() >= SIGN_ONS_MAX {
            let oldest = state.sign_ons.iter().min_by_key(|(_, sign_on)| sign_on.used).map(|(key, _)| *key);
            oldest.and_then(|key| state.sign_ons.remove(&key));
        }
        state.sign_ons.insert(key, SignOn { account, began: now, used: now });
        // What had the old one alone.
        state.forget(now);
        (cookie, key)
    }

    /// The sign-on of this cookie, if it is not over; it is used by that.
    pub(super) fn signed_on(&self, cookie: &str) -> Option<Key> {
        let (now, key) = (self.wall.now(), digest(cookie));
        let mut state = self.lock();
        state.forget(now);
        state.sign_ons.get_mut(&key)?.used = now;
        Some(key)
    }

    /// A code for somebody who signed in.
    pub(super) fn code(&self, grant: Grant) -> String {
        let (now, code) = (self.wall.now(), random_text());
        let mut state = self.lock();
        state.codes.retain(|_, code| now.since(code.made) < CODE_LIFE);
        while state.codes.len() >= CODES_MAX {
            let oldest = state.codes.iter().min_by_key(|(_, code)| code.made).map(|(key, _)| *key);
            oldest.and_then(|key| state.codes.remove(&key));
        }
        state.codes.insert(digest(&code), Code { grant, made: now, taken: None });
        code
    }

    /// Begins the session of a code, if the code is good and comes from whoever asked for it.
    pub(super) fn begin(&self, code: &str, redirect_uri: &str, verifier: &str) -> Option<Renewed> {
        let now = self.wall.now();
        let mut state = self.lock();
        let state = &mut *state;
        let found = state.codes.get_mut(&digest(code)).filter(|code| now.since(code.made) < CODE_LIFE)?;
        if let Some(session) = &found.taken {
            state.sessions.remove(session);
            return None;
        }
        let id = random_text();
        // Whoever comes with another verifier has not asked for it: the code is spent all the same.
        found.taken = Some(id.clone());
        let grant = found.grant.clone();
        let challenge = URL_SAFE_NO_PAD.encode(digest(verifier));
        if grant.redirect_uri != redirect_uri || !same(challenge.as_bytes(), grant.challenge.as_bytes()) {
            return None;
        }
        state.forget(now);
        let key = grant.sign_on;
        let sign_on = state.sign_ons.get_mut(&key)?;
        sign_on.used = now;
        let (account, began) = (sign_on.account.clone(), sign_on.began);
        state.make_room(&account);
        let (refresh_token, refresh) = refresh_token(&id);
        let session = Session { account: account.clone(), sign_on: key, began, used: now, refresh };
        state.sessions.insert(id.clone(), session);
        Some(Renewed { session: id, refresh_token, account, nonce: grant.nonce, began })
    }

    /// Goes on with a session. A token that was used already ends it.
    pub(super) fn renew(&self, token: &str) -> Option<Renewed> {
        let now = self.wall.now();
        let (id, _) = token.split_once('.')?;
        let mut state = self.lock();
        let state = &mut *state;
        state.forget(now);
        let session = state.sessions.get_mut(id)?;
        if !same(&digest(token), &session.refresh) {
            state.sessions.remove(id);
            return None;
        }
        let (refresh_token, refresh) = refresh_token(id);
        (session.refresh, session.used) = (refresh, now);
        if let Some(sign_on) = state.sign_ons.get_mut(&session.sign_on) {
            sign_on.used = now;
        }
        let (account, began) = (session.account.clone(), session.began);
        Some(Renewed { session: id.to_owned(), refresh_token, account, nonce: None, began })
    }

    /// Ends the sign-on of a session, also where the session is over and the browser brought the cookie of the same account,
    /// and with it all its sessions.
    pub(super) fn leave(&self, session: &str, sub: &str, cookie: Option<&str>) {
        let now = self.wall.now();
        let mut state = self.lock();
        if let Some(session) = state.sessions.remove(session) {
            state.sign_ons.remove(&session.sign_on);
        }
        if let Some(key) = cookie.map(digest)
            && state.sign_ons.get(&key).is_some_and(|sign_on| sign_on.account.id.to_string() == sub)
        {
            state.sign_ons.remove(&key);
        }
        state.forget(now);
    }

    /// Who is signed in, to be resumed.
    pub(super) fn kept(&self) -> Kept {
        let state = self.lock();
        Kept {
            sign_ons: state.sign_ons.iter().map(|(key, sign_on)| (*key, sign_on.clone())).collect(),
            sessions: state.sessions.iter().map(|(id, session)| (id.clone(), session.clone())).collect(),
        }
    }

    /// Goes on with them, as far as their accounts are as they were when they signed in.
    pub(super) fn resume(&self, Kept { sign_ons, sessions }: Kept, accounts: &Accounts) {
        let now = self.wall.now();
        let mut state = self.lock();
        state.sign_ons.extend(sign_ons.into_iter().filter_map(|(key, sign_on)| {
            let account = accounts.still(&sign_on.account)?.clone();
            Some((key, SignOn { account, ..sign_on }))
        }));
        state.sessions.extend(sessions.into_iter().filter_map(|(id, session)| {
            let account = accounts.still(&session.account)?.clone();
            Some((id, Session { account, ..session }))
        }));
        state.forget(now);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether somebody was here of late, and came within a working day.
fn is_alive(now: Timestamp, began: Timestamp, used: Timestamp) -> bool {
    now.since(used) < IDLE && now.since(began) < ABSOLUTE
}

impl State {
    /// What is over, and every session whose sign-on is.
    fn forget(&mut self, now: Timestamp) {
        let Self { sign_ons, sessions, .. } = self;
        sign_ons.retain(|_, sign_on| is_alive(now, sign_on.began, sign_on.used));
        sessions.retain(|_, session| {
            is_alive(now, session.began, session.used) && sign_ons.contains_key(&session.sign_on)
        });
    }

    /// For one session more, of this account.
    fn make_room(&mut self, account: &Account) {
        let is_theirs = |session: &Session| session.account.id == account.id;
        let theirs = self.sessions.values().filter(|session| is_theirs(session)).count();
        if theirs >= SESSIONS_PER_ACCOUNT {
            self.give_up(is_theirs);
        }
        if self.sessions.len() >= SESSIONS_MAX {
            self.give_up(|_| true);
        }
    }

    fn give_up(&mut self, among: impl Fn(&Session) -> bool) {
        let among = self.sessions.iter().filter(|(_, session)| among(session));
        let longest_unused = among.min_by_key(|(_, session)| session.used).map(|(id, _)| id.clone());
        longest_unused.and_then(|id| self.sessions.remove(&id));
    }
}

/// The token is told, its digest is kept. It names its session, so that a used one is known as such.
fn refresh_token(session: &str) -> (String, [u8; 32]) {
    let token = format!("{session}.{}", random_text());
    let kept = digest(&token);
    (token, kept)
}

pub(super) fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

/// 256 random bits.
pub(super) fn random_text() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

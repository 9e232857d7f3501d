//! The accounts of a platform on one machine: enough of each role for every step that takes another person, with random
//! passwords that are printed once.
//!
//! Never for production: there, an identity provider of the city issues the tokens.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, anyhow};
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{ActorId, MerchantId, Role};
use serde::{Deserialize, Serialize};

/// The city that all of them belong to: the sample city, Ningbo (宁波).
pub(crate) const CITY: u32 = 330_200;

/// An account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    /// What it logs in with.
    pub(crate) username: String,
    /// What colleagues call the person; as this program has it, whatever a file from before says.
    #[serde(default)]
    pub(crate) name: String,
    /// Who it is.
    pub(crate) id: ActorId,
    /// What it may do.
    pub(crate) role: Role,
    /// The merchant it belongs to, if it is a merchant's.
    pub(crate) merchant: Option<MerchantId>,
    password_hash: String,
}

/// A password that was just made: shown once, kept nowhere.
pub(crate) struct Fresh {
    /// The account's name.
    pub(crate) username: String,
    /// What colleagues call the person.
    pub(crate) name: &'static str,
    /// What it may do.
    pub(crate) role: Role,
    /// The password.
    pub(crate) password: String,
}

/// Who is to have an account.
pub(crate) struct Wanted {
    /// What it logs in with.
    pub(crate) username: &'static str,
    /// What colleagues call the person.
    pub(crate) name: &'static str,
    /// Who it is.
    pub(crate) id: ActorId,
    /// What it may do.
    pub(crate) role: Role,
    /// The merchant it belongs to, if it is a merchant's.
    pub(crate) merchant: Option<MerchantId>,
}

/// All accounts.
pub(crate) struct Accounts(Vec<Account>);

impl Accounts {
    /// The merchant that has an account in the file, if there is one.
    pub(crate) fn merchant_in(file: &Path) -> anyhow::Result<Option<MerchantId>> {
        Ok(read(file)?.into_iter().flatten().find_map(|account| account.merchant))
    }

    /// Reads the accounts, makes those that are wanted and are not there, and says the passwords of what it made.
    /// `renew` makes all of them anew.
    pub(crate) fn open(file: &Path, wanted: &[Wanted], renew: bool) -> anyhow::Result<(Self, Vec<Fresh>)> {
        let mut accounts = read(file)?.filter(|_| !renew).unwrap_or_default();
        let mut fresh = Vec::new();
        for &Wanted { username, name, id, role, merchant } in wanted {
            if let Some(known) = accounts.iter_mut().find(|known| known.username == username) {
                name.clone_into(&mut known.name);
                continue;
            }
            let password = random_password();
            let hash = Argon2::default()
                .hash_password(password.as_bytes())
                .map_err(|error| anyhow!("cannot hash a password: {error}"))?;
            let (username, password_hash) = (username.to_owned(), hash.to_string());
            fresh.push(Fresh { username: username.clone(), name, role, password });
            accounts.push(Account { username, name: name.to_owned(), id, role, merchant, password_hash });
        }
        if !fresh.is_empty() {
            write_private(file, &serde_json::to_string_pretty(&accounts)?)?;
        }
        Ok((Self(accounts), fresh))
    }

    /// The account, if name and password fit. Takes as long for an unknown name as for a wrong password.
    pub(crate) fn verify(&self, username: &str, password: &str) -> Option<&Account> {
        let account = self.0.iter().find(|account| account.username == username);
        let compared = account.or_else(|| self.0.first())?;
        let hash = PasswordHash::new(&compared.password_hash).ok()?;
        let fits = Argon2::default().verify_password(password.as_bytes(), &hash).is_ok();
        account.filter(|_| fits)
    }

    /// The account that somebody signed in to, as it is now, if it is there and its password is that of then.
    pub(crate) fn still(&self, then: &Account) -> Option<&Account> {
        self.0.iter().find(|now| now.id == then.id && now.password_hash == then.password_hash)
    }
}

fn read(file: &Path) -> anyhow::Result<Option<Vec<Account>>> {
    if !file.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).map(Some).with_context(|| format!("cannot read {}", file.display()))
}

/// 120 random bits.
pub(crate) fn random_password() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<15>())
}

/// Random bytes from the operating system.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes);
    bytes
}

/// Writes a file that only its owner can read.
pub(crate) fn write_private(file: &Path, text: &str) -> anyhow::Result<()> {
    let open = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file);
    let written = open.and_then(|mut open| open.write_all(text.as_bytes()));
    written.with_context(|| format!("cannot write {}", file.display()))
}

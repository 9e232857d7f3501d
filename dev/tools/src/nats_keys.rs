//! The keys of a bus: one nkey user per service, one for the volunteer centre, one for people, one for the server's own account, and the
//! password by which the servers know each other.
//!
//! A seed belongs to its service alone; the servers hold the public halves and can sign nothing.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use nkeys::KeyPair;

/// The users that `deploy/nats/nats.conf` knows.
pub const USERS: [&str; 7] = ["intake", "dispatch", "feedback", "credit", "centre", "operator", "sys"];

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// Keys that are in use must not be lost.
    #[error("{0} is not empty: keys are never written over")]
    Taken(String),
    /// The files cannot be written.
    #[error("the keys cannot be written")]
    Io(#[from] io::Error),
    /// The system has no randomness to give.
    #[error("a key cannot be made: {0}")]
    Key(#[from] nkeys::error::Error),
}

/// Writes `<user>.seed` for each user, and `keys.conf` with all public keys and the routes to `hosts`.
///
/// # Errors
/// [`KeysError`].
pub fn write(folder: &Path, hosts: &[String]) -> Result<(), KeysError> {
    fs::create_dir_all(folder)?;
    if fs::read_dir(folder)?.next().is_some() {
        return Err(KeysError::Taken(folder.display().to_string()));
    }
    let mut conf = String::from("# Made by `cargo xtask nats-keys`; secret because of the password.\n");
    for user in USERS {
        let pair = KeyPair::new_user();
        private(&folder.join(format!("{user}.seed")), &pair.seed()?)?;
        conf.push_str(&format!("{}_NKEY: \"{}\"\n", user.to_uppercase(), pair.public_key()));
    }
    // Random as a key is; letters and digits alone, so that it stands in an address as it is.
    let password = KeyPair::new_user().public_key();
    conf.push_str(&format!("ROUTE_PASSWORD: \"{password}\"\n"));
    let routes: Vec<String> =
        hosts.iter().map(|host| format!("\"nats-route://route:{password}@{host}\"")).collect();
    conf.push_str(&format!("ROUTES: [{}]\n", routes.join(", ")));
    private(&folder.join("keys.conf"), &conf)
}

fn private(file: &Path, text: &str) -> Result<(), KeysError> {
    let mut open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    Ok(open.write_all(text.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn every_user_has_a_seed_of_its_own_that_nobody_else_reads_and_that_fits_its_public_key() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &["nats-1:6222".to_owned()]).unwrap();
        let conf = fs::read_to_string(folder.path().join("keys.conf")).unwrap();
        for user in USERS {
            let file = folder.path().join(format!("{user}.seed"));
            let seed = fs::read_to_string(&file).unwrap();
            let public = KeyPair::from_seed(&seed).unwrap().public_key();
            assert!(conf.contains(&format!("{}_NKEY: \"{public}\"", user.to_uppercase())));
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(conf.contains("@nats-1:6222\"]"));
    }

    #[test]
    fn keys_are_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &[]).unwrap();
        assert!(matches!(write(folder.path(), &[]), Err(KeysError::Taken(_))));
    }
}

//! Where the issuer's public keys come from.

use std::time::Duration;

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
    /// It is no JWK set.
    #[error("the key set is malformed: {0}")]
    Malformed(String),
    /// It holds no key that can be used.
    #[error("the key set holds no usable Ed25519 key")]
    Empty,
}

/// Reads the text of a key set: `place` is that text itself, an address, or the path of a file.
pub(super) async fn read(place: &str) -> Result<String, KeySetError> {
    if place.trim_start().starts_with('{') {
        return Ok(place.to_owned());
    }
    let read = if place.starts_with("http://") {
        fetch(place).await
    } else {
        tokio::fs::read_to_string(place).await.map_err(|error| error.to_string())
    };
    read.map_err(|error| KeySetError::Unreadable(place.to_owned(), error))
}

/// Chunk by chunk, so that an endless answer ends at the limit.
async fn fetch(address: &str) -> Result<String, String> {
    let client = reqwest::Client::builder()
        .timeout(FETCH_WITHIN)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| error.to_string())?;
    let answer = client.get(address).send().await.and_then(reqwest::Response::error_for_status);
    let mut answer = answer.map_err(|error| error.to_string())?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| error.to_string())? {
        if body.len().saturating_add(chunk.len()) > JWKS_BYTES_MAX {
            return Err("it is too large".to_owned());
        }
        body.extend_from_slice(&chunk);
    }
    String::from_utf8(body).map_err(|error| error.to_string())
}

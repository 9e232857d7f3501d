//! Keys that sign what the platform hands out - codes on workers' phones, certificates, lists of revocations - and
//! the crypto suites behind them.
//!
//! A [`CryptoSuite`] is chosen by the key, not by what is signed: whoever holds an SM2 key (国密, with the feature
//! `sm`) signs everything by it, and what Ed25519 signed before goes on being accepted. Both kinds have seeds of 32
//! bytes and signatures of 64.

mod ed25519;
#[cfg(feature = "sm")]
mod sm;

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// A signature, whatever suite made it.
pub type Signature = [u8; 64];

/// How something is signed (密码算法).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// SM2 with SM3 (GB/T 32918, GB/T 32905), by the default identity `1234567812345678`.
    #[cfg(feature = "sm")]
    Sm2,
}

impl Algorithm {
    /// All that this build knows.
    pub const ALL: &'static [Self] = &[
        Self::Ed25519,
        #[cfg(feature = "sm")]
        Self::Sm2,
    ];

    /// The one form in configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            #[cfg(feature = "sm")]
            Self::Sm2 => "sm2",
        }
    }

    /// By which COSE (RFC 9052) names it. Nothing is registered for SM2: -65537 is of the range for private use, and
    /// means it only here.
    #[must_use]
    pub const fn cose(self) -> i64 {
        match self {
            Self::Ed25519 => -8,
            #[cfg(feature = "sm")]
            Self::Sm2 => -65_537,
        }
    }

    /// By which JOSE names it, and its key's type and curve. Nothing is registered for SM2: those are ours.
    #[must_use]
    pub const fn jose(self) -> Jose {
        match self {
            Self::Ed25519 => Jose { alg: "EdDSA", kty: "OKP", crv: "Ed25519" },
            #[cfg(feature = "sm")]
            Self::Sm2 => Jose { alg: "SM2SM3", kty: "EC", crv: "SM2" },
        }
    }

    fn suite(self) -> &'static dyn CryptoSuite {
        match self {
            Self::Ed25519 => &ed25519::Suite,
            #[cfg(feature = "sm")]
            Self::Sm2 => &sm::Suite,
        }
    }
}

/// Names in JSON Object Signing and Encryption (RFC 7517, RFC 7518, RFC 8037).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jose {
    /// The algorithm.
    pub alg: &'static str,
    /// The key's type.
    pub kty: &'static str,
    /// The curve.
    pub crv: &'static str,
}

/// A scheme of signatures: what it makes of the bytes of keys.
pub trait CryptoSuite: Send + Sync {
    /// The secret half from its seed.
    ///
    /// # Errors
    /// [`KeyError`] for the few seeds that are none.
    fn secret(&self, seed: &[u8; 32]) -> Result<Arc<dyn Signs>, KeyError>;

    /// The public half.
    ///
    /// # Errors
    /// [`KeyError`] when the bytes are no point of the curve.
    fn public(&self, bytes: &[u8]) -> Result<Arc<dyn Verifies>, KeyError>;
}

/// A secret half.
pub trait Signs: Send + Sync {
    /// The signature of these bytes.
    ///
    /// # Errors
    /// [`SignError`] where chance made a signature that is none; never for Ed25519.
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError>;

    /// The bytes of its public half.
    fn public(&self) -> Vec<u8>;
}

/// A public half.
pub trait Verifies: Send + Sync {
    /// Whether the secret half signed these bytes. Strict: one message has no second form of the same signature.
    fn verifies(&self, message: &[u8], signature: &Signature) -> bool;
}

/// The text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a key: expected base64, with the algorithm and a colon in front unless it is ed25519")]
pub struct KeyError;

/// Nothing was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key did not sign")]
pub struct SignError;

/// Why bytes are not taken for signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// No key of this name is trusted.
    #[error("no trusted key has this name")]
    UnknownKey,
    /// The key did not sign these bytes.
    #[error("the signature does not fit")]
    Forged,
}

/// What a key is called: the first bytes of its public half's SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// From its four bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// Its four bytes.
    #[must_use]
    pub const fn bytes(self) -> [u8; 4] {
        self.0
    }

    fn of(public: &[u8]) -> Self {
        let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(public));
        Self([a, b, c, d])
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for KeyId {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u32::from_str_radix(text, 16).ok().filter(|_| digits).ok_or(KeyError)?;
        Ok(Self(number.to_be_bytes()))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A key that verifies.
#[derive(Clone)]
pub struct PublicKey {
    id: KeyId,
    algorithm: Algorithm,
    bytes: Vec<u8>,
    half: Arc<dyn Verifies>,
}

impl PublicKey {
    /// From its bytes: 32 for Ed25519, an uncompressed point (65) for SM2.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_bytes(algorithm: Algorithm, bytes: Vec<u8>) -> Result<Self, KeyError> {
        let half = algorithm.suite().public(&bytes)?;
        Ok(Self { id: KeyId::of(&bytes), algorithm, bytes, half })
    }

    /// What it is called.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Its algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its coordinates as JOSE wants them: one for Ed25519, two for a point of SM2.
    #[must_use]
    pub fn coordinates(&self) -> (&[u8], Option<&[u8]>) {
        match self.bytes.split_first() {
            Some((4, point)) if point.len() == 64 => {
                let (x, y) = point.split_at(32);
                (x, Some(y))
            }
            _ => (&self.bytes, None),
        }
    }

    /// Whether its secret half signed these bytes.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        self.half.verifies(message, signature)
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (algorithm, bytes) = read(text)?;
        Self::from_bytes(algorithm, bytes)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.algorithm.as_str(), self.id)
    }
}

/// A key that signs.
#[derive(Clone)]
pub struct SecretKey {
    public: PublicKey,
    half: Arc<dyn Signs>,
}

impl SecretKey {
    /// From the 32 bytes of its seed in base64, with the algorithm and a colon in front unless it is Ed25519.
    ///
    /// # Errors
    /// [`KeyError`], which does not repeat the text.
    pub fn try_new(text: &str) -> Result<Self, KeyError> {
        let (algorithm, seed) = read(text)?;
        let seed = <[u8; 32]>::try_from(seed.as_slice()).map_err(|_| KeyError)?;
        let half = algorithm.suite().secret(&seed)?;
        let public = PublicKey::from_bytes(algorithm, half.public())?;
        Ok(Self { public, half })
    }

    /// What it is called.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.public.id
    }

    /// Its public half.
    #[must_use]
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs these bytes.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        self.half.sign(message)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({} {})", self.public.algorithm.as_str(), self.public.id)
    }
}

/// The keys that are trusted (信任列表).
#[derive(Debug, Clone, Default)]
pub struct TrustList(Vec<PublicKey>);

impl TrustList {
    /// Of these keys; each counts once.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = PublicKey>) -> Self {
        let mut list: Vec<PublicKey> = Vec::new();
        for key in keys {
            if list.iter().all(|known| known.bytes != key.bytes) {
                list.push(key);
            }
        }
        Self(list)
    }

    /// All of them.
    #[must_use]
    pub fn keys(&self) -> &[PublicKey] {
        &self.0
    }

    /// Whether the key of this name signed these bytes by this algorithm.
    ///
    /// # Errors
    /// [`Unproven`].
    pub fn prove(
        &self,
        id: KeyId,
        algorithm: Option<Algorithm>,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), Unproven> {
        let fits = |key: &&PublicKey| key.id == id && algorithm.is_none_or(|named| named == key.algorithm);
        let mut known = self.0.iter().filter(fits).peekable();
        known.peek().ok_or(Unproven::UnknownKey)?;
        if known.any(|key| key.verifies(message, signature)) { Ok(()) } else { Err(Unproven::Forged) }
    }
}

/// The keys in use: the first signs, all are accepted, so that a key is changed without a gap.
#[derive(Debug, Clone, Default)]
pub struct KeyRing {
    signer: Option<SecretKey>,
    trusted: TrustList,
}

impl KeyRing {
    /// The first of these keys signs; what the others signed, and those of whom only the public half is left, is
    /// accepted.
    #[must_use]
    pub fn new(keys: Vec<SecretKey>, former: Vec<PublicKey>) -> Self {
        let trusted = TrustList::new(keys.iter().map(|key| key.public.clone()).chain(former));
        Self { signer: keys.into_iter().next(), trusted }
    }

    /// The key that signs.
    #[must_use]
    pub const fn signer(&self) -> Option<&SecretKey> {
        self.signer.as_ref()
    }

    /// The keys that are accepted.
    #[must_use]
    pub const fn trusted(&self) -> &TrustList {
        &self.trusted
    }
}

fn read(text: &str) -> Result<(Algorithm, Vec<u8>), KeyError> {
    let (algorithm, bytes) = match text.trim().split_once(':') {
        None => (Algorithm::Ed25519, text.trim()),
        Some((named, bytes)) => {
            let algorithm = Algorithm::ALL.iter().find(|known| known.as_str() == named);
            (*algorithm.ok_or(KeyError)?, bytes)
        }
    };
    Ok((algorithm, STANDARD.decode(bytes).map_err(|_| KeyError)?))
}

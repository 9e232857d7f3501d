//! COSE_Sign1 around CBOR, in exactly one form.

use ciborium::Value;
use coset::iana::EnumI64 as _;
use coset::{
    Algorithm as Named, CborSerializable as _, CoseSign1, CoseSign1Builder, Header,
    TaggedCborSerializable as _, iana,
};

use crate::keys::{Algorithm, KeyId, SecretKey, SignError, TrustList, Unproven};

/// Why bytes are not taken for what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// They have another form.
    #[error("it has another form")]
    Unreadable,
    /// No key that is trusted signed them.
    #[error(transparent)]
    Unproven(#[from] Unproven),
}

/// Signs the value; `form` says what it is and stands in the signature alone.
pub(super) fn sealed(value: &Value, form: &[u8], key: &SecretKey) -> Result<Vec<u8>, SignError> {
    let payload = value.clone().to_vec().map_err(|_| SignError)?;
    let algorithm = key.public().algorithm();
    let alg = match iana::Algorithm::from_i64(algorithm.cose()) {
        Some(registered) => Named::Assigned(registered),
        None => Named::PrivateUse(algorithm.cose()),
    };
    let header = Header { alg: Some(alg), key_id: key.id().bytes().to_vec(), ..Header::default() };
    CoseSign1Builder::new()
        .protected(header)
        .payload(payload)
        .try_create_signature(form, |signed| key.sign(signed).map(Vec::from))?
        .build()
        .to_tagged_vec()
        .map_err(|_| SignError)
}

/// The value that one of these keys signed, and which.
pub(super) fn opened(bytes: &[u8], form: &[u8], trust: &TrustList) -> Result<(Value, KeyId), ReadError> {
    let sealed = CoseSign1::from_tagged_slice(bytes).map_err(|_| ReadError::Unreadable)?;
    let header = &sealed.protected.header;
    let id = <[u8; 4]>::try_from(header.key_id.as_slice()).map_err(|_| ReadError::Unreadable)?;
    let named = match header.alg {
        Some(Named::Assigned(registered)) => registered.to_i64(),
        Some(Named::PrivateUse(number)) => number,
        Some(Named::Text(_)) | None => return Err(ReadError::Unreadable),
    };
    let id = KeyId::from_bytes(id);
    // An algorithm that this build does not know has no key that it could be checked with.
    let algorithm = Algorithm::ALL.iter().find(|known| known.cose() == named).ok_or(Unproven::UnknownKey)?;
    let signature = sealed.signature.as_slice().try_into().map_err(|_| ReadError::Unreadable)?;
    trust.prove(id, Some(*algorithm), &sealed.tbs_data(form), &signature)?;
    // What is not signed must not vary either: one certificate, one code.
    let payload = sealed.payload.clone().ok_or(ReadError::Unreadable)?;
    if !sealed.unprotected.is_empty() || sealed.to_tagged_vec().map_err(|_| ReadError::Unreadable)? != bytes {
        return Err(ReadError::Unreadable);
    }
    let value = Value::from_slice(&payload).map_err(|_| ReadError::Unreadable)?;
    Ok((value, id))
}

/// The entries of a map whose keys are numbers.
pub(super) struct Claims(Vec<(Value, Value)>);

impl Claims {
    pub(super) fn of(value: Value) -> Result<Self, ReadError> {
        value.into_map().map(Self).map_err(|_| ReadError::Unreadable)
    }

    pub(super) fn take(&mut self, name: i64) -> Result<Value, ReadError> {
        let name = Value::from(name);
        let place = self.0.iter().position(|(key, _)| *key == name).ok_or(ReadError::Unreadable)?;
        Ok(self.0.swap_remove(place).1)
    }
}

pub(super) fn text(value: Value) -> Result<String, ReadError> {
    value.into_text().map_err(|_| ReadError::Unreadable)
}

pub(super) fn bytes(value: Value) -> Result<Vec<u8>, ReadError> {
    value.into_bytes().map_err(|_| ReadError::Unreadable)
}

pub(super) fn number<N: TryFrom<i128>>(value: &Value) -> Result<N, ReadError> {
    let number = value.as_integer().ok_or(ReadError::Unreadable)?;
    N::try_from(number.into()).map_err(|_| ReadError::Unreadable)
}

/// Exactly so many values.
pub(super) fn list<const COUNT: usize>(value: Value) -> Result<[Value; COUNT], ReadError> {
    let list = value.into_array().map_err(|_| ReadError::Unreadable)?;
    list.try_into().map_err(|_| ReadError::Unreadable)
}

//! README.md says how anybody verifies a certificate without this program: its steps are followed here with a library
//! for COSE and what the document says, and nothing of `credit_domain::certificate` but what signs.

use ciborium::Value;
use coset::iana::EnumI64 as _;
use coset::{Algorithm, CborSerializable as _, CoseSign1, TaggedCborSerializable as _};
use credit_domain::certificate::seal;
use credit_domain::keys::PublicKey;
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};

use crate::certificates::{key, list, statement};

const DOCUMENT: &str = include_str!("../../../README.md");

/// The external data that the document gives for this.
fn external_data(what: &str) -> &'static [u8] {
    let row = DOCUMENT.lines().find(|line| line.trim().starts_with(&format!("| {what} |"))).unwrap();
    row.split('`').nth(1).unwrap().as_bytes()
}

/// Steps 2 to 5: what the key signed for this purpose.
fn proven(bytes: &[u8], key: &PublicKey, what: &str) -> Option<Vec<(Value, Value)>> {
    let sealed = CoseSign1::from_tagged_slice(bytes).unwrap();
    let Some(Algorithm::Assigned(algorithm)) = sealed.protected.header.alg else { panic!("no algorithm") };
    assert_eq!(algorithm.to_i64(), -8);
    let kid: String = sealed.protected.header.key_id.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((kid, sealed.unprotected.is_empty()), (key.id().to_string(), true));
    let (x, _) = key.coordinates();
    let signer = VerifyingKey::from_bytes(x.try_into().unwrap()).unwrap();
    let signature = Signature::from_slice(&sealed.signature).unwrap();
    signer.verify(&sealed.tbs_data(external_data(what)), &signature).ok()?;
    Some(Value::from_slice(&sealed.payload.unwrap()).unwrap().into_map().unwrap())
}

fn claim(claims: &[(Value, Value)], name: i64) -> &Value {
    claims.iter().find(|(key, _)| *key == Value::from(name)).map(|(_, value)| value).unwrap()
}

#[test]
fn whoever_follows_the_document_verifies_a_certificate_and_its_list() {
    let (signer, says) = (key('A'), statement());
    let text = seal(&says, &signer).unwrap();
    let code = base45::decode(text.strip_prefix("NB1:").unwrap()).unwrap();
    let claims = proven(&code, signer.public(), "a certificate").unwrap();
    assert_eq!(claim(&claims, 1), &Value::from(says.issuer.as_str()));
    assert_eq!(claim(&claims, 4), &Value::from(says.valid_until.as_secs()));
    assert_eq!(claim(&claims, 5), &Value::from(says.valid_from.as_secs()));
    let number = claim(&claims, 7);
    assert_eq!(number, &Value::from([0x07, 0xEA, 0, 0, 0, 123].as_slice()));
    assert_eq!(claim(&claims, -65_537).as_array().unwrap()[1], Value::from("AA"));

    let revocations = list(&[123], &[]).seal(&signer).unwrap();
    let claims = proven(&revocations, signer.public(), "a list of revocations").unwrap();
    assert_eq!(&claim(&claims, -65_537).as_array().unwrap()[1], number);
    assert_eq!(
        proven(&revocations, signer.public(), "a certificate"),
        None,
        "one is not taken for the other"
    );
}

//! Certificates as they are shown: to everybody, and signed as JSON for tender and hiring offices.

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credit_domain::certificate::{Certificate, CertificateRefusal, State, Statement};
use credit_domain::keys::{PublicKey, SecretKey};
use kernel::{CategoryCode, City, Grade, MerchantId, Timestamp, Version};
use serde::Serialize;
use utoipa::ToSchema;

use super::words;
use crate::usecases::certificates::{CertificatesDesk, Seen};

/// What lists of revocations are sent as.
pub(super) const COSE: &str = "application/cose; cose-type=\"cose-sign1\"";
pub(super) const PDF: HeaderValue = HeaderValue::from_static("application/pdf");
/// Names what was signed, in the header of each signature.
const JWS_TYPE: &str = "81890-certificate+json";

/// A certificate of a merchant's credit grade (信用等级证书), as it stands now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Certificate)]
pub(super) struct View {
    /// Its number, such as 330200-2026-000123.
    pub(super) number: String,
    city: City,
    merchant: MerchantId,
    /// The published name of the company.
    name: String,
    grade: Grade,
    /// What it serves.
    categories: Vec<CategoryCode>,
    /// The version of the standing that it was made from.
    standing_version: Version,
    /// Who issued it.
    issuer: String,
    valid_from: Timestamp,
    /// Until when, exclusive.
    valid_until: Timestamp,
    #[schema(schema_with = words::certificate_status)]
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::revocation_reason, required = false)]
    revoked_because: Option<&'static str>,
    /// Whether the merchant objects to an entry behind its grade (异议中).
    under_objection: bool,
    /// The signed text of its QR code, which verifies without a connection.
    code: String,
    /// The name of the key that signed it.
    key: String,
}

impl View {
    pub(super) fn of(certificate: Certificate, under_objection: bool, now: Timestamp) -> Self {
        let status = certificate.verdict(now).as_str();
        let Certificate { says, code, key, state, issued_by: _ } = certificate;
        let (revoked_at, revoked_because) = match state {
            State::Standing => (None, None),
            State::Revoked { at, why } => (Some(at), Some(why.as_str())),
        };
        let city = says.city();
        let Statement {
            number,
            issuer,
            merchant,
            name,
            grade,
            categories,
            standing_version,
            valid_from,
            valid_until,
        } = says;
        Self {
            number: number.to_string(),
            city,
            merchant,
            name,
            grade,
            categories,
            standing_version,
            issuer,
            valid_from,
            valid_until,
            status,
            revoked_at,
            revoked_because,
            under_objection,
            code,
            key: key.to_string(),
        }
    }
}

/// A grade of the scale.
#[derive(Debug, Serialize, ToSchema)]
struct ScaleView {
    grade: Grade,
    /// The class it belongs to: A, B, C or D.
    class: &'static str,
}

/// All that an office needs to file: the certificate, how it stands, and the scale that the grade is of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CertificateRecord)]
pub(super) struct RecordView {
    #[serde(flatten)]
    certificate: View,
    /// Who issued it, in English.
    issuer_en: String,
    /// All grades, from the best.
    grade_scale: Vec<ScaleView>,
    /// It stands so at this minute or later.
    checked_at: Timestamp,
}

/// A record that proves itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignedCertificateRecord)]
pub(super) struct SignedView {
    record: RecordView,
    /// The same, signed: a JWS in compact form (RFC 7515) by a key of GET /v1/certificates/keys. Its payload is the
    /// JSON of `record`, its header has the `typ` 81890-certificate+json. Filed, it proves what was shown when.
    jws: String,
}

impl SignedView {
    pub(super) fn of(
        seen: Seen,
        desk: &CertificatesDesk,
        now: Timestamp,
    ) -> Result<Self, CertificateRefusal> {
        let key = desk.ring.signer().ok_or(CertificateRefusal::NoKey)?;
        const MINUTE: i64 = 60_000_000;
        let minute = now.as_micros().div_euclid(MINUTE).saturating_mul(MINUTE);
        // To the minute, so that an answer that is known need not be sent again within one, and never before the certificate itself.
        let checked_at = Timestamp::from_micros(minute).max(seen.certificate.says.valid_from);
        let record = RecordView {
            certificate: View::of(seen.certificate, seen.under_objection, now),
            issuer_en: desk.issuer.en.clone(),
            grade_scale: Grade::ALL
                .into_iter()
                .rev()
                .map(|grade| ScaleView { grade, class: class(grade) })
                .collect(),
            checked_at,
        };
        let jws = jws(&record, key)?;
        Ok(Self { record, jws })
    }
}

/// The four classes of the six grades.
const fn class(grade: Grade) -> &'static str {
    match grade {
        Grade::AAA | Grade::AA | Grade::A => "A",
        Grade::B => "B",
        Grade::C => "C",
        Grade::D => "D",
    }
}

#[derive(Serialize)]
struct JwsHeader<'a> {
    alg: &'a str,
    kid: String,
    typ: &'a str,
}

fn jws(payload: &impl Serialize, key: &SecretKey) -> Result<String, CertificateRefusal> {
    let part = |json: Result<Vec<u8>, serde_json::Error>| {
        json.map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(|_| CertificateRefusal::NotSigned)
    };
    let alg = key.public().algorithm().jose().alg;
    let header = part(serde_json::to_vec(&JwsHeader { alg, kid: key.id().to_string(), typ: JWS_TYPE }))?;
    let signed = format!("{header}.{}", part(serde_json::to_vec(payload))?);
    let signature = key.sign(signed.as_bytes())?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// A key as a JSON Web Key (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CertificateKey)]
struct KeyView {
    /// Its name: what signatures call it.
    kid: String,
    /// The type of key: OKP, or EC for SM2.
    kty: &'static str,
    /// The curve: Ed25519, or SM2.
    crv: &'static str,
    /// The algorithm as JOSE names it: EdDSA. For SM2 nothing is registered; SM2SM3 is this platform's word.
    alg: &'static str,
    /// Always `sig`.
    #[serde(rename = "use")]
    used_for: &'static str,
    /// The key's first coordinate, base64url.
    x: String,
    /// The second one, where the curve has two.
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    /// The algorithm as COSE numbers it.
    cose_alg: i64,
}

/// The keys to be trusted (信任列表): a JSON Web Key Set.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CertificateKeys)]
pub(super) struct KeysView {
    /// Who issues.
    issuer: String,
    /// All that are trusted; the first one signs.
    keys: Vec<KeyView>,
}

impl KeysView {
    pub(super) fn of(desk: &CertificatesDesk) -> Self {
        let keys = desk.ring.trusted().keys().iter().map(KeyView::of).collect();
        Self { issuer: desk.issuer.zh.clone(), keys }
    }
}

impl KeyView {
    fn of(key: &PublicKey) -> Self {
        let names = key.algorithm().jose();
        let (x, y) = key.coordinates();
        Self {
            kid: key.id().to_string(),
            kty: names.kty,
            crv: names.crv,
            alg: names.alg,
            used_for: "sig",
            x: URL_SAFE_NO_PAD.encode(x),
            y: y.map(|y| URL_SAFE_NO_PAD.encode(y)),
            cose_alg: key.algorithm().cose(),
        }
    }
}

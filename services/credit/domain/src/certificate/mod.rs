//! Certificates of merchants' credit grades (信用等级证书): issued, ended the moment the standing says something else,
//! and verified by anybody, with or without a connection.
//!
//! - A [`Statement`] is what a certificate says; [`seal`] signs it into the text of its QR code, and [`verify`] is all
//!   that it takes to check one: the text, a [`TrustList`](crate::keys::TrustList), the [`Revocations`] of its city,
//!   the moment. A pure function, for phones and readers without a connection.
//! - A [`Holding`] is a merchant's last certificate and what is due about it. [`Holding::settle`] brings it in line with
//!   the merchant whenever that changes, in the same transaction; [`Holding::issue`] gives the next one.
//!
//! The text is `NB1:` and, in base45 (RFC 9285), a tagged COSE_Sign1 (RFC 9052) of CWT claims (RFC 8392):
//!
//! | claim | what |
//! | --- | --- |
//! | 1 | the issuer, text |
//! | 2 | the merchant, 16 bytes |
//! | 4 | the end, exclusive, in seconds since 1970 |
//! | 5 | the beginning, in seconds since 1970 |
//! | 7 | the number: 2 bytes year, 4 bytes serial, big-endian |
//! | -65537 | \[city, grade, version of the standing, name, \[categories\]\] |
//!
//! Algorithm and key id stand in the protected header, nothing stands in the other. The external data of the signature
//! name the form, so that nothing else which the same key signed can be taken for a certificate. Exactly one sequence
//! of bytes is the code of a certificate: whatever can be read, but would be written otherwise, is refused. Nothing is
//! compressed: a signature, ids and Chinese names do not shrink (measured in ADR 12).

mod envelope;
mod holding;
mod number;
mod revocations;
mod statement;
mod verify;

pub use envelope::ReadError;
pub use holding::{
    Certificate, CertificateRefusal, Holding, Issuing, State, Terms, TermsError, Why, WhyError,
};
pub use number::{CertificateNumber, NumberError};
pub use revocations::{REVOCATIONS_MAX, Revocations};
pub use statement::Statement;
pub use verify::{Checked, Verdict, read, seal, verify};

//! CloudEvents 1.0 in binary mode over NATS: every attribute in a lower-case `ce-*` header, the data as payload.
//!
//! Values are percent-encoded as the NATS binding says: space, `"`, `%` and all outside U+0021-U+007E.
//! NATS headers keep their case and are compared by it, so we always write lower case and read any.

use async_nats::HeaderMap;
use async_nats::header::NATS_MESSAGE_ID;
use contracts::streams::Stream;
use kernel::{EventId, Timestamp};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::store::outbox;

const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%').add(0x7f);

/// Why a message is no CloudEvent of ours.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// A header that must be there is not.
    #[error("header {0} is missing")]
    Missing(&'static str),
    /// A header does not hold what it must.
    #[error("header {0} is not understood")]
    Malformed(&'static str),
}

/// What the headers say about a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// `ce-id`.
    pub id: EventId,
    /// `ce-type`.
    pub ce_type: String,
    /// `ce-time`: when it happened.
    pub time: Timestamp,
    /// `traceparent`: the trace it happened in.
    pub traceparent: Option<String>,
}

impl Envelope {
    /// Whether the trace it happened in is recorded (the last bit of the W3C flags).
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        let flags = self.traceparent.as_deref().and_then(|text| text.rsplit('-').next());
        flags.and_then(|flags| u8::from_str_radix(flags, 16).ok()).is_some_and(|flags| flags & 1 == 1)
    }
}

/// Percent-encodes a header value.
#[must_use]
pub fn encode(value: &str) -> String {
    utf8_percent_encode(value, ENCODED).to_string()
}

/// Decodes a header value.
///
/// # Errors
/// [`EnvelopeError::Malformed`] when the bytes are no UTF-8.
pub fn decode(name: &'static str, value: &str) -> Result<String, EnvelopeError> {
    let decoded = percent_decode_str(value).decode_utf8().map_err(|_| EnvelopeError::Malformed(name))?;
    Ok(decoded.into_owned())
}

/// The headers of an outbox row.
pub(crate) fn headers(row: &outbox::Model) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let id = row.event_id.hyphenated().to_string();
    // A compacted stream takes everything again, in order, so that the last of each subject comes last. Told by their
    // ids, an earlier one, which the server forgot with its message, would pass for new and the last for a duplicate.
    if !is_compacted(&row.stream) {
        headers.insert(NATS_MESSAGE_ID, id.as_str());
    }
    headers.insert("ce-specversion", "1.0");
    headers.insert("ce-id", id.as_str());
    headers.insert("ce-source", source(&row.ce_type).as_str());
    headers.insert("ce-type", row.ce_type.as_str());
    headers.insert("ce-time", Timestamp::from_micros(row.recorded_at).to_string().as_str());
    headers.insert("ce-datacontenttype", "application/json");
    if let Some(key) = row.subject.rsplit('.').next() {
        headers.insert("ce-subject", encode(key).as_str());
    }
    if let Some(trace) = &row.trace {
        headers.insert("traceparent", trace.as_str());
    }
    headers
}

fn is_compacted(name: &str) -> bool {
    let mut specs = Stream::ALL.into_iter().map(Stream::spec);
    specs.any(|spec| spec.name == name && spec.max_messages_per_subject.is_some())
}

/// `cn.81890.intake.request-received.v1` comes from `/81890/intake`.
fn source(ce_type: &str) -> String {
    format!("/81890/{}", ce_type.split('.').nth(2).unwrap_or("unknown"))
}

/// Reads the headers of a message.
///
/// # Errors
/// [`EnvelopeError`] with the header that is missing or wrong.
pub fn read(headers: &HeaderMap) -> Result<Envelope, EnvelopeError> {
    let version = required(headers, "ce-specversion")?;
    if version != "1.0" {
        return Err(EnvelopeError::Malformed("ce-specversion"));
    }
    let id = required(headers, "ce-id")?.parse().map_err(|_| EnvelopeError::Malformed("ce-id"))?;
    let ce_type = required(headers, "ce-type")?;
    let time = required(headers, "ce-time")?.parse().map_err(|_| EnvelopeError::Malformed("ce-time"))?;
    Ok(Envelope { id, ce_type, time, traceparent: find(headers, "traceparent").map(str::to_owned) })
}

fn required(headers: &HeaderMap, name: &'static str) -> Result<String, EnvelopeError> {
    decode(name, find(headers, name).ok_or(EnvelopeError::Missing(name))?)
}

/// The first value under this name in any case; the exact case is tried first.
pub(crate) fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(AsRef::as_ref).or_else(|| {
        headers
            .iter()
            .find(|(key, _)| AsRef::<str>::as_ref(*key).eq_ignore_ascii_case(name))
            .and_then(|(_, values)| values.first())
            .map(AsRef::as_ref)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_encoded_as_the_binding_shows() {
        assert_eq!(encode("Euro € 😀"), "Euro%20%E2%82%AC%20%F0%9F%98%80");
        assert_eq!(decode("x", "Euro%20%E2%82%AC%20%F0%9F%98%80").unwrap(), "Euro € 😀");
    }

    #[test]
    fn a_value_of_invalid_utf8_is_refused() {
        assert_eq!(decode("ce-id", "%C0%A0"), Err(EnvelopeError::Malformed("ce-id")));
    }

    #[test]
    fn an_outbox_row_reads_back_from_its_headers_in_any_case() {
        let row = outbox::Model {
            seq: 1,
            event_id: uuid::Uuid::from_u128(7),
            stream: "INTAKE".to_owned(),
            subject: "intake.request-received.v1.330200.x".to_owned(),
            ce_type: "cn.81890.intake.request-received.v1".to_owned(),
            payload: "{}".to_owned(),
            trace: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
            recorded_at: 1_795_000_000_000_001,
        };
        let written = headers(&row);
        let mut shouted = HeaderMap::new();
        for (name, values) in written.iter() {
            shouted.insert(AsRef::<str>::as_ref(name).to_uppercase(), values[0].clone());
        }
        let envelope = read(&shouted).unwrap();
        assert_eq!(envelope, read(&written).unwrap());
        assert_eq!(envelope.id, EventId::new(row.event_id));
        assert_eq!(envelope.time.as_micros(), row.recorded_at);
    }

    #[test]
    fn a_message_without_an_id_is_refused_by_name() {
        let mut headers = HeaderMap::new();
        headers.insert("ce-specversion", "1.0");
        assert_eq!(read(&headers), Err(EnvelopeError::Missing("ce-id")));
    }
}

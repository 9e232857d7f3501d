//! W3C trace context (<https://www.w3.org/TR/trace-context/>) in and out: HTTP headers, outbox rows, NATS
//! headers. Whether a trace is recorded or not, its id crosses every hop.

use std::str::FromStr;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The header that carries trace and span.
pub const TRACEPARENT: &str = "traceparent";
/// The header that carries what vendors add.
pub const TRACESTATE: &str = "tracestate";
/// Length of a version 00 `traceparent`.
const TRACEPARENT_LEN: usize = 55;

/// Something that carries a trace context away: headers, or pairs on their way into them.
pub trait Carrier {
    /// Sets the value of a lower-case key.
    fn put(&mut self, key: &'static str, value: String);
}

impl Carrier for Vec<(String, String)> {
    fn put(&mut self, key: &'static str, value: String) {
        self.push((key.into(), value));
    }
}

impl Carrier for HeaderMap {
    fn put(&mut self, key: &'static str, value: String) {
        if let Ok(value) = HeaderValue::try_from(value) {
            self.insert(HeaderName::from_static(key), value);
        }
    }
}

impl Carrier for async_nats::HeaderMap {
    fn put(&mut self, key: &'static str, value: String) {
        self.insert(key, value);
    }
}

/// Puts the current span's context into the carrier; nothing when there is no current span.
pub fn inject_current(carrier: &mut impl Carrier) {
    let Some(span) = current() else { return };
    carrier.put(TRACEPARENT, written(&span));
    let state = span.trace_state().header();
    if !state.is_empty() {
        carrier.put(TRACESTATE, state);
    }
}

/// The current span's `traceparent`, to be kept with what it caused.
#[must_use]
pub fn current_traceparent() -> Option<String> {
    current().map(|span| written(&span))
}

/// The current trace's id in hex, as problems and logs show it.
#[must_use]
pub fn current_trace_id() -> Option<String> {
    current().map(|span| span.trace_id().to_string())
}

/// The caller's context from HTTP headers; none when absent or malformed.
#[must_use]
pub fn extract(headers: &HeaderMap) -> Option<Context> {
    let parent = headers.get(TRACEPARENT)?.to_str().ok()?;
    let state = headers.get(TRACESTATE).and_then(|state| state.to_str().ok());
    remote(parent, state)
}

/// Makes the span a child of a remote one; without effect when the text is malformed.
#[must_use]
pub fn with_remote_parent(span: Span, traceparent: &str) -> Span {
    if let Some(context) = remote(traceparent, None) {
        adopt(&span, context);
    }
    span
}

/// The span of the work on one message: a child of the span that caused the message.
///
/// `destination` is the subject's pattern or the event's type, never a subject with keys in it.
#[must_use]
pub fn process_span(consumer: &str, destination: &str, traceparent: Option<&str>) -> Span {
    let span = tracing::info_span!(
        "process",
        otel.name = format_args!("process {destination}"),
        otel.kind = "consumer",
        messaging.system = super::names::NATS,
        messaging.operation.name = "process",
        messaging.destination.template = destination,
        messaging.consumer.group.name = consumer,
    );
    match traceparent {
        Some(parent) => with_remote_parent(span, parent),
        None => span,
    }
}

/// The span of the answer to one request on the bus.
#[must_use]
pub fn rpc_span(subject: &str, traceparent: &str) -> Span {
    let span = tracing::info_span!(
        "answer",
        otel.name = format_args!("answer {subject}"),
        otel.kind = "server",
        messaging.system = super::names::NATS,
        messaging.destination.template = subject,
    );
    with_remote_parent(span, traceparent)
}

/// Sets the parent. That fails only for spans nobody listens to, which need none.
pub(crate) fn adopt(span: &Span, context: Context) {
    let _: Result<(), _> = span.set_parent(context);
}

fn remote(traceparent: &str, tracestate: Option<&str>) -> Option<Context> {
    let state = tracestate.and_then(|state| TraceState::from_str(state).ok()).unwrap_or_default();
    let span = read(traceparent, state)?;
    Some(Context::new().with_remote_span_context(span))
}

fn current() -> Option<SpanContext> {
    let context = Span::current().context();
    let span = context.span().span_context().clone();
    span.is_valid().then_some(span)
}

fn written(span: &SpanContext) -> String {
    let sampled = span.trace_flags() & TraceFlags::SAMPLED;
    format!("00-{}-{}-{:02x}", span.trace_id(), span.span_id(), sampled.to_u8())
}

/// Reads a `traceparent`. A later version may be longer; what we know of it stands at the same place.
fn read(text: &str, state: TraceState) -> Option<SpanContext> {
    let (known, rest) = text.split_at_checked(TRACEPARENT_LEN)?;
    let mut fields = known.split('-');
    let (version, trace, span, flags) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let lengths = (version.len(), trace.len(), span.len(), flags.len()) == (2, 32, 16, 2);
    let well_formed = known.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b'-'));
    let fits_version = match version {
        "ff" => false,
        "00" => rest.is_empty(),
        _ => rest.is_empty() || rest.starts_with('-'),
    };
    if !(lengths && well_formed && fits_version) {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    let span = SpanContext::new(trace, span, flags, true, state);
    span.is_valid().then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn reads(text: &str) -> bool {
        read(text, TraceState::default()).is_some()
    }

    #[test]
    fn a_traceparent_is_written_as_it_was_read() {
        let span = read(PARENT, TraceState::default()).unwrap();
        assert_eq!(written(&span), PARENT);
    }

    #[test]
    fn a_malformed_traceparent_is_ignored() {
        assert!(reads(PARENT));
        assert!(reads(&PARENT.replacen("00", "cc", 1)));
        assert!(reads(&format!("cc{}-what-comes", &PARENT[2..])));
        for text in [
            "",
            "00",
            &PARENT.replacen("00", "ff", 1),
            &PARENT.to_uppercase(),
            &format!("{PARENT}-more"),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319-cb7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319汉-b7ad6b7169203331-01",
        ] {
            assert!(!reads(text), "{text}");
        }
    }
}

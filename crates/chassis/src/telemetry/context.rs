//! W3C trace context between this process and the others: over HTTP, through outbox rows, in NATS headers.

use std::collections::HashMap;

use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::names;

/// The `traceparent` of the current span; `None` outside of any trace.
#[must_use]
pub fn current_traceparent() -> Option<String> {
    let span = Span::current();
    if span.is_disabled() {
        return None;
    }
    let context = span.context();
    if !context.span().span_context().is_valid() {
        return None;
    }
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&context, &mut carrier);
    carrier.remove("traceparent")
}

/// Makes `span` a child of a span in another process. A `traceparent` that is not understood is passed over.
pub fn with_remote_parent(span: &Span, traceparent: &str) {
    let carrier = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
    let parent = TraceContextPropagator::new().extract(&carrier);
    if let Err(error) = span.set_parent(parent) {
        tracing::debug!(%error, "a remote parent was not set");
    }
}

/// The span of taking effect of one event.
pub(crate) fn process_span(durable: &'static str, ce_type: &'static str, traceparent: Option<&str>) -> Span {
    let span = tracing::info_span!(
        "process",
        otel.name = format_args!("process {ce_type}"),
        otel.kind = "consumer",
        { names::MESSAGING_SYSTEM } = "nats",
        consumer = durable,
    );
    if let Some(traceparent) = traceparent {
        with_remote_parent(&span, traceparent);
    }
    span
}

/// The span of answering one question.
pub(crate) fn rpc_span(subject: &str, traceparent: &str) -> Span {
    let span =
        tracing::info_span!("answer", otel.name = format_args!("answer {subject}"), otel.kind = "server");
    with_remote_parent(&span, traceparent);
    span
}

//! Logs, traces and metrics.
//!
//! Neither holds bodies, authorization headers or personal data: spans carry routes, never paths, and
//! errors name keys and places, never values.

mod install;
mod line;
mod metrics;
pub mod names;
pub(crate) mod recent;
mod shown;
mod trace;

pub use install::Tracing;
pub use metrics::Metrics;
use opentelemetry::KeyValue;
use opentelemetry_sdk::Resource;
pub use shown::{CallOutcome, Calls, Stage};
pub(crate) use trace::adopt;
pub use trace::{
    Carrier, TRACEPARENT, TRACESTATE, current_trace_id, current_traceparent, extract, inject_current,
    process_span, rpc_span, with_remote_parent,
};

/// Why telemetry cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The metrics exporter cannot be built.
    #[error("cannot set up metrics: {0}")]
    Metrics(String),
    /// `telemetry.log` is malformed.
    #[error("telemetry.log is malformed: {0}")]
    LogDirectives(String),
    /// The exporter to the collector cannot be built.
    #[error("cannot set up the export of traces: {0}")]
    Collector(String),
    /// Logs and traces are set up once per process.
    #[error("logs and traces are set up already")]
    Installed,
}

/// Who reports: the service and which instance of it.
fn resource(service: &'static str, instance: &str) -> Resource {
    Resource::builder_empty()
        .with_service_name(service)
        .with_attribute(KeyValue::new("service.namespace", "81890"))
        .with_attribute(KeyValue::new("service.instance.id", instance.to_owned()))
        .build()
}

#[cfg(test)]
mod tests;

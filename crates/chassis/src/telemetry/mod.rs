//! Logs, traces and metrics.

mod context;
mod metrics;
pub mod names;

pub use context::{current_traceparent, with_remote_parent};
pub(crate) use context::{process_span, rpc_span};
pub use metrics::Metrics;

use opentelemetry::KeyValue;
use opentelemetry_sdk::Resource;

/// Why telemetry cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The metrics exporter cannot be built.
    #[error("cannot set up metrics: {0}")]
    Metrics(String),
}

/// Who reports: the service and which instance of it.
fn resource(service: &'static str, instance: &str) -> Resource {
    Resource::builder_empty()
        .with_service_name(service)
        .with_attribute(KeyValue::new("service.namespace", "81890"))
        .with_attribute(KeyValue::new("service.instance.id", instance.to_owned()))
        .build()
}

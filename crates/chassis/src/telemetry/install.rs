use core::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider};
use tracing::level_filters::LevelFilter;
use tracing::{Dispatch, Metadata, Subscriber};
use tracing_subscriber::filter::{EnvFilter, FilterFn, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry};

use super::line::LineFields;
use super::{TelemetryError, resource};
use crate::config::{LogFormat, TelemetryConfig};

/// Spans that wait to be exported; above it they are dropped, never the work delayed.
const EXPORT_QUEUE_MAX: usize = 8_192;
/// Spans in one export.
const EXPORT_BATCH_MAX: usize = 512;
/// For one export.
const EXPORT_LIMIT: Duration = Duration::from_secs(5);

/// The process's logs and traces. One per process, also where several services share it.
///
/// With no collector configured spans are not recorded, but have ids: the trace context crosses HTTP,
/// outbox and bus in any case.
pub struct Tracing {
    provider: SdkTracerProvider,
    dispatch: Dispatch,
}

impl Tracing {
    /// Sets them up without installing them: for tests, which enter [`dispatch`](Self::dispatch) themselves.
    ///
    /// # Errors
    /// [`TelemetryError`] when the log directives or the collector's address are malformed.
    pub fn try_new(
        service: &'static str,
        instance: &str,
        config: &TelemetryConfig,
    ) -> Result<Self, TelemetryError> {
        let logged = EnvFilter::try_new(&config.log)
            .map_err(|error| TelemetryError::LogDirectives(error.to_string()))?;
        let provider = tracer_provider(service, instance, config)?;
        let traced = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("81890"))
            .with_context_activation(false)
            .with_tracked_inactivity(false)
            .with_location(false)
            .with_threads(false)
            .with_level(false)
            .with_target(false)
            .with_filter(our_spans());
        let lines = lines(config.log_format, std::io::stderr).with_filter(logged);
        let dispatch = Dispatch::new(Registry::default().with(traced).with(lines));
        Ok(Self { provider, dispatch })
    }

    /// Sets them up for the whole process.
    ///
    /// # Errors
    /// As [`try_new`](Self::try_new); [`TelemetryError::Installed`] when the process has some already.
    pub fn install(
        service: &'static str,
        instance: &str,
        config: &TelemetryConfig,
    ) -> Result<Self, TelemetryError> {
        let tracing = Self::try_new(service, instance, config)?;
        tracing::dispatcher::set_global_default(tracing.dispatch.clone())
            .map_err(|_| TelemetryError::Installed)?;
        Ok(tracing)
    }

    /// The subscriber.
    #[must_use]
    pub const fn dispatch(&self) -> &Dispatch {
        &self.dispatch
    }

    /// Exports what waits. Blocks its thread for up to `limit`: call it last, off the runtime.
    pub fn shutdown(&self, limit: Duration) {
        if let Err(error) = self.provider.shutdown_with_timeout(limit) {
            tracing::warn!(%error, "traces may be incomplete");
        }
    }
}

fn tracer_provider(
    service: &'static str,
    instance: &str,
    config: &TelemetryConfig,
) -> Result<SdkTracerProvider, TelemetryError> {
    let builder = SdkTracerProvider::builder().with_resource(resource(service, instance));
    let Some(endpoint) = &config.otlp_endpoint else {
        return Ok(builder.with_sampler(Sampler::AlwaysOff).build());
    };
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .with_timeout(EXPORT_LIMIT)
        .build()
        .map_err(|error| TelemetryError::Collector(error.to_string()))?;
    let batches = BatchConfigBuilder::default()
        .with_max_queue_size(EXPORT_QUEUE_MAX)
        .with_max_export_batch_size(EXPORT_BATCH_MAX)
        .build();
    let processor = BatchSpanProcessor::builder(exporter).with_batch_config(batches).build();
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(config.sample_ratio)));
    Ok(builder.with_sampler(sampler).with_span_processor(processor).build())
}

/// What becomes a span in a trace: ours, from INFO up; not those of libraries, and no log lines.
fn our_spans() -> FilterFn<impl Fn(&Metadata<'_>) -> bool + Clone> {
    let ours = |metadata: &Metadata<'_>| metadata.is_span() && *metadata.level() <= LevelFilter::INFO;
    filter_fn(ours).with_max_level_hint(LevelFilter::INFO)
}

/// Log lines in the given format.
pub(super) fn lines<S, W>(format: LogFormat, writer: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false);
    match format {
        LogFormat::Text => layer.fmt_fields(LineFields(format)).boxed(),
        LogFormat::Json => {
            layer.json().with_current_span(true).with_span_list(false).fmt_fields(LineFields(format)).boxed()
        }
    }
}

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter, MeterProvider};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use prometheus::proto::MetricFamily;
use prometheus::{Encoder, Registry, TextEncoder};

use super::{Stage, TelemetryError, resource};

/// Upper bounds for times that a person or a service waits for, in seconds: 50 microseconds to 10 seconds.
pub(super) const SECONDS: [f64; 17] = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0,
];

/// The metrics of one service instance, scraped from its ops port. Cheap to clone; never static, so that
/// several services in one process keep theirs apart.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    meter: Meter,
    /// Those that are measured: the registry has none of a histogram before its first value.
    stages: Mutex<BTreeSet<Stage>>,
    /// The meter reports nothing once its provider is gone.
    _provider: SdkMeterProvider,
}

impl Metrics {
    /// An empty set.
    ///
    /// # Errors
    /// [`TelemetryError::Metrics`] when the exporter cannot be built.
    pub fn try_new(service: &'static str, instance: &str) -> Result<Self, TelemetryError> {
        let registry = Registry::new();
        let exporter = opentelemetry_prometheus::exporter()
            .with_registry(registry.clone())
            .scope_info_enabled(false)
            .build()
            .map_err(|error| TelemetryError::Metrics(error.to_string()))?;
        let resource: Resource = resource(service, instance);
        let provider = SdkMeterProvider::builder().with_reader(exporter).with_resource(resource).build();
        let meter = provider.meter("81890");
        Ok(Self(Arc::new(Inner { registry, meter, stages: Mutex::default(), _provider: provider })))
    }

    /// The meter itself, for what the helpers do not make.
    #[must_use]
    pub fn meter(&self) -> &Meter {
        &self.0.meter
    }

    /// Counts what only grows.
    #[must_use]
    pub fn counter(&self, name: &'static str, description: &'static str) -> Counter<u64> {
        self.meter().u64_counter(name).with_description(description).build()
    }

    /// A value that is set.
    #[must_use]
    pub fn gauge(&self, name: &'static str, description: &'static str) -> Gauge<f64> {
        self.meter().f64_gauge(name).with_description(description).build()
    }

    /// A value that is set, in the given unit (`s`, or a word in braces).
    #[must_use]
    pub fn gauge_in(&self, name: &'static str, unit: &'static str, description: &'static str) -> Gauge<f64> {
        self.meter().f64_gauge(name).with_unit(unit).with_description(description).build()
    }

    /// A value in the given unit that is read at each scrape, from memory.
    pub fn observe_in(
        &self,
        name: &'static str,
        unit: &'static str,
        description: &'static str,
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        let gauge = self.meter().f64_observable_gauge(name).with_unit(unit).with_description(description);
        gauge.with_callback(move |observer| observer.observe(read(), &[])).build();
    }

    /// A value that is read at each scrape, from memory.
    pub fn observe(
        &self,
        name: &'static str,
        description: &'static str,
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        self.meter()
            .f64_observable_gauge(name)
            .with_description(description)
            .with_callback(move |observer| observer.observe(read(), &[]))
            .build();
    }

    /// Times in seconds, 50 microseconds to 10 seconds.
    #[must_use]
    pub fn seconds(&self, name: &'static str, description: &'static str) -> Histogram<f64> {
        self.histogram(name, "s", description, SECONDS.to_vec())
    }

    /// How long changes of standing take to this stage.
    #[must_use]
    pub fn stage(&self, stage: Stage) -> Histogram<f64> {
        self.0.stages.lock().unwrap_or_else(PoisonError::into_inner).insert(stage);
        self.seconds(stage.metric(), stage.about())
    }

    /// The stages that are measured here.
    pub(super) fn stages(&self) -> BTreeSet<Stage> {
        self.0.stages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Values in the given unit, by the given upper bounds.
    #[must_use]
    pub fn histogram(
        &self,
        name: &'static str,
        unit: &'static str,
        description: &'static str,
        bounds: Vec<f64>,
    ) -> Histogram<f64> {
        let builder = self.meter().f64_histogram(name).with_unit(unit).with_description(description);
        builder.with_boundaries(bounds).build()
    }

    /// All of them as they stand now.
    pub(super) fn gather(&self) -> Vec<MetricFamily> {
        self.0.registry.gather()
    }

    /// All of them in Prometheus's text form.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = Vec::new();
        // Writing to memory does not fail; should it, an empty page makes the scrape's alert ring.
        match TextEncoder::new().encode(&self.0.registry.gather(), &mut text) {
            Ok(()) => String::from_utf8(text).unwrap_or_default(),
            Err(_) => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::KeyValue;

    use super::*;

    #[test]
    fn metrics_of_two_instances_are_kept_apart() {
        let (one, two) = (Metrics::try_new("intake", "1").unwrap(), Metrics::try_new("credit", "1").unwrap());
        one.counter("platform.sample", "A sample.").add(2, &[KeyValue::new("kind", "x")]);
        assert!(one.render().contains(r#"platform_sample_total{kind="x"} 2"#), "{}", one.render());
        assert!(!two.render().contains("sample"));
        assert!(two.render().contains(r#"service_name="credit""#));
    }

    #[test]
    fn durations_are_told_in_seconds() {
        let metrics = Metrics::try_new("intake", "1").unwrap();
        metrics.seconds(super::super::names::HTTP_SERVER_DURATION, "Time.").record(0.003, &[]);
        let page = metrics.render();
        assert!(page.contains(r#"http_server_request_duration_seconds_bucket{le="0.005"} 1"#), "{page}");
    }

    #[test]
    fn an_observed_value_is_read_at_the_scrape() {
        let metrics = Metrics::try_new("intake", "1").unwrap();
        metrics.observe("platform.waiting", "Waiting.", || 7.0);
        assert!(metrics.render().contains("platform_waiting 7"), "{}", metrics.render());
    }
}

//! How a span's fields stand in log lines: without those that only traces need. Every request makes a span,
//! few log a line: writing all its fields, in JSON twice, took half the time of a request.

use core::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::span::Record;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::FormattedFields;
use tracing_subscriber::fmt::format::{FormatFields, Writer};

use crate::config::LogFormat;

/// Names that begin so are for traces alone.
const OF_TRACES: [&str; 3] = ["otel.", "http.", "messaging."];

/// The fields of log lines, in the line's format.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineFields(pub(super) LogFormat);

impl<'writer> FormatFields<'writer> for LineFields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut pairs = Pairs { format: self.0, writer: &mut writer, written: 0, result: Ok(()) };
        if self.0 == LogFormat::Json {
            pairs.writer.write_char('{')?;
        }
        fields.record(&mut pairs);
        pairs.result?;
        if self.0 == LogFormat::Json { writer.write_char('}') } else { Ok(()) }
    }

    fn add_fields(&self, current: &'writer mut FormattedFields<Self>, fields: &Record<'_>) -> fmt::Result {
        let mut added = String::new();
        let mut pairs = Pairs { format: self.0, writer: &mut added, written: 0, result: Ok(()) };
        fields.record(&mut pairs);
        pairs.result?;
        if added.is_empty() {
            return Ok(());
        }
        match self.0 {
            LogFormat::Text if current.fields.is_empty() => current.fields = added,
            LogFormat::Text => write!(current.fields, " {added}")?,
            LogFormat::Json => {
                let before = current.fields.strip_suffix('}').unwrap_or("{");
                let comma = if before.len() > 1 { "," } else { "" };
                current.fields = format!("{before}{comma}{added}}}");
            }
        }
        Ok(())
    }
}

/// Writes `name=value name=value`, or `"name":value,"name":value`.
struct Pairs<'a> {
    format: LogFormat,
    writer: &'a mut dyn Write,
    written: usize,
    result: fmt::Result,
}

impl Pairs<'_> {
    fn pair(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        let name = field.name();
        if self.result.is_err() || OF_TRACES.iter().any(|prefix| name.starts_with(prefix)) {
            return;
        }
        self.result = self.write(name, value);
        self.written = self.written.saturating_add(1);
    }

    fn write(&mut self, name: &str, value: fmt::Arguments<'_>) -> fmt::Result {
        match (self.format, self.written, name) {
            (LogFormat::Text, 0, "message") => self.writer.write_fmt(value),
            (LogFormat::Text, 0, _) => write!(self.writer, "{name}={value}"),
            (LogFormat::Text, _, "message") => write!(self.writer, " {value}"),
            (LogFormat::Text, _, _) => write!(self.writer, " {name}={value}"),
            (LogFormat::Json, 0, _) => write!(self.writer, "{name:?}:{value}"),
            (LogFormat::Json, _, _) => write!(self.writer, ",{name:?}:{value}"),
        }
    }

    /// A text: in JSON quoted, and quoted in text lines too, where it may hold blanks.
    fn text(&mut self, field: &Field, text: &str) {
        match (self.format, serde_json::to_string(text)) {
            (LogFormat::Json, Ok(quoted)) => self.pair(field, format_args!("{quoted}")),
            (LogFormat::Text, _) if field.name() == "message" => self.pair(field, format_args!("{text}")),
            _ => self.pair(field, format_args!("{text:?}")),
        }
    }
}

impl Visit for Pairs<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match self.format {
            LogFormat::Text => self.pair(field, format_args!("{value:?}")),
            LogFormat::Json => self.text(field, &format!("{value:?}")),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if !OF_TRACES.iter().any(|prefix| field.name().starts_with(prefix)) {
            self.text(field, value);
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.pair(field, format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.pair(field, format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.pair(field, format_args!("{value}"));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::{Layer, Registry};

    use super::*;
    use crate::telemetry::install::lines;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat) -> String {
        let kept = Kept::default();
        let writer = kept.clone();
        let layer = lines(format, move || writer.clone()).boxed();
        tracing::subscriber::with_default(Registry::default().with(layer), || {
            let span = tracing::info_span!(
                "request",
                otel.name = "GET /x",
                http.route = "/x",
                request_id = "call 7",
                task = tracing::field::Empty,
            );
            span.record("task", 5);
            span.in_scope(|| tracing::info!(count = 3, why = "no \"reason\"", "it happened"));
        });
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_line_in_json_tells_the_request_and_nothing_of_traces() {
        let line: serde_json::Value = serde_json::from_str(&logged(LogFormat::Json)).unwrap();
        let span = serde_json::json!({ "name": "request", "request_id": "call 7", "task": 5 });
        assert_eq!(line["span"], span);
        let fields = serde_json::json!({ "message": "it happened", "count": 3, "why": "no \"reason\"" });
        assert_eq!(line["fields"], fields);
    }

    #[test]
    fn a_line_in_text_tells_the_same() {
        let line = logged(LogFormat::Text);
        assert!(line.contains(r#"request{request_id="call 7" task=5}"#), "{line}");
        assert!(line.trim_end().ends_with(r#"it happened count=3 why="no \"reason\"""#), "{line}");
    }
}

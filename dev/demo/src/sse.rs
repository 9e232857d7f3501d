//! Server-sent events, read as they come.

use bytes::BytesMut;
use futures::StreamExt as _;
use futures::stream::BoxStream;

/// A frame is no longer than this.
const FRAME_BYTES_MAX: usize = 1024 * 1024;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Event {
    /// Its place, by which a stream resumes.
    pub(crate) id: Option<String>,
    /// Its type.
    pub(crate) name: String,
    /// What it says.
    pub(crate) data: String,
}

/// The events of one answer.
pub(crate) struct Events {
    chunks: BoxStream<'static, reqwest::Result<bytes::Bytes>>,
    buffer: BytesMut,
}

impl Events {
    /// Reads from an answer.
    pub(crate) fn of(response: reqwest::Response) -> Self {
        Self { chunks: response.bytes_stream().boxed(), buffer: BytesMut::new() }
    }

    /// The next event; none when the stream ended, for whatever reason: whoever wants more comes back.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some(frame) = self.frame() {
                let event = parse(&frame);
                if !event.data.is_empty() {
                    return Some(event);
                }
            }
            if self.buffer.len() > FRAME_BYTES_MAX {
                return None;
            }
            self.buffer.extend_from_slice(&self.chunks.next().await?.ok()?);
        }
    }

    /// Takes a whole frame out of the buffer.
    fn frame(&mut self) -> Option<BytesMut> {
        let end = self.buffer.windows(2).position(|pair| pair == b"\n\n")?;
        Some(self.buffer.split_to(end + 2))
    }
}

fn parse(frame: &[u8]) -> Event {
    let text = String::from_utf8_lossy(frame);
    let mut event = Event::default();
    for line in text.lines() {
        match line.split_once(": ") {
            Some(("id", id)) => event.id = Some(id.to_owned()),
            Some(("event", name)) => name.clone_into(&mut event.name),
            Some(("data", data)) => event.data.push_str(data),
            // Comments, and the wait before coming back.
            _ => {}
        }
    }
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_by_its_fields_and_a_comment_is_none() {
        let event = parse(b"id: 7\nevent: timeline\ndata: {\"seq\":7}\n\n");
        assert_eq!(event.id.as_deref(), Some("7"));
        assert_eq!((event.name.as_str(), event.data.as_str()), ("timeline", "{\"seq\":7}"));
        assert_eq!(parse(b": still here\n\n"), Event::default());
    }
}

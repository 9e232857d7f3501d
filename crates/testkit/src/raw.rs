//! Bytes on the bus that no contract allows: bad JSON, unknown types, missing headers, too much of them.

use anyhow::bail;
use async_nats::client::RequestErrorKind;
use async_nats::{Client, HeaderMap};
use bytes::Bytes;

use crate::nats::HEALTHY_WITHIN;
use crate::wait;

/// Publishes to a subject and waits until the server has read it. Nobody confirms that it was stored.
///
/// # Errors
/// When the connection is gone, or the payload exceeds the server's limit.
pub async fn publish(
    client: &Client,
    subject: &str,
    headers: &[(&str, &str)],
    payload: impl Into<Bytes>,
) -> anyhow::Result<()> {
    client.publish_with_headers(subject.to_owned(), header_map(headers), payload.into()).await?;
    client.flush().await?;
    Ok(())
}

/// Publishes to a subject that a stream keeps, and gives the sequence under which it was stored.
///
/// In a cluster the other servers hear of a new stream, or of its new leader, a moment after it answered. Until
/// then they say that nobody responds: the message went nowhere, and can be sent again.
///
/// # Errors
/// When no stream keeps the subject, or it refuses the message; the error shows its answer.
pub async fn store(
    client: &Client,
    subject: &str,
    headers: &[(&str, &str)],
    payload: impl Into<Bytes>,
) -> anyhow::Result<u64> {
    let payload = payload.into();
    let answered = async || {
        let request =
            client.request_with_headers(subject.to_owned(), header_map(headers), payload.clone()).await;
        let unheard = matches!(&request, Err(error) if error.kind() == RequestErrorKind::NoResponders);
        (!unheard).then_some(request)
    };
    let answer = wait::until(&format!("a stream that keeps {subject}"), HEALTHY_WITHIN, answered).await??;
    let ack: serde_json::Value = serde_json::from_slice(&answer.payload)?;
    match (ack.get("error"), ack.get("seq").and_then(serde_json::Value::as_u64)) {
        (None, Some(sequence)) => Ok(sequence),
        _ => bail!("{subject} was not stored: {ack}"),
    }
}

fn header_map(headers: &[(&str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, *value);
    }
    map
}

//! Every name of a metric, a span or an attribute, once: OpenTelemetry's semantic conventions where there
//! are any, `platform.*` where there are none. The messaging conventions are not stable yet, which is why the
//! names stand here and nowhere else.

/// Histogram, seconds: from a request's head to its answer's head.
pub const HTTP_SERVER_DURATION: &str = "http.server.request.duration";
/// Up-down counter: requests in work.
pub const HTTP_SERVER_ACTIVE: &str = "http.server.active_requests";
/// Gauge: live streams held open.
pub const HTTP_STREAMS_OPEN: &str = "platform.http.streams.open";
/// Counter: requests turned away because too many are in work.
pub const HTTP_SHED: &str = "platform.http.shed";

/// Attribute: GET, POST and so on.
pub const HTTP_METHOD: &str = "http.request.method";
/// Attribute: the route's pattern, never the path.
pub const HTTP_ROUTE: &str = "http.route";
/// Attribute: the answer's status.
pub const HTTP_STATUS: &str = "http.response.status_code";
/// Attribute: the kind of a failure.
pub const ERROR_TYPE: &str = "error.type";

/// Counter: messages published.
pub const MESSAGING_SENT: &str = "messaging.client.sent.messages";
/// Counter: messages delivered.
pub const MESSAGING_CONSUMED: &str = "messaging.client.consumed.messages";

/// Attribute: always [`NATS`].
pub const MESSAGING_SYSTEM: &str = "messaging.system";
/// Value of [`MESSAGING_SYSTEM`].
pub const NATS: &str = "nats";
/// Attribute: the stream, or the subject's pattern; never the subject.
pub const MESSAGING_DESTINATION: &str = "messaging.destination.template";
/// Attribute: the durable consumer.
pub const MESSAGING_CONSUMER: &str = "messaging.consumer.group.name";
/// Attribute: done, duplicate, retry, dead.
pub const MESSAGING_OUTCOME: &str = "platform.messaging.outcome";

/// Gauge: outbox rows that wait to be published.
pub const OUTBOX_WAITING: &str = "platform.outbox.waiting";
/// Gauge, seconds by the service's clock: age of the oldest outbox row that waits.
pub const OUTBOX_AGE: &str = "platform.outbox.oldest_age";
/// Counter: rounds of the relay that did not get through.
pub const RELAY_FAILURES: &str = "platform.relay.failures";
/// Counter: times a stream had lost messages and was filled again from the outbox.
pub const STREAM_HEALED: &str = "platform.stream.healed";
/// Gauge, 0 to 1: share of a stream's byte limit that is taken; at 1 it refuses, and the outbox grows.
pub const STREAM_FILL: &str = "platform.stream.fill";
/// Gauge: dead letters that wait for someone.
pub const DEAD_LETTERS: &str = "platform.dead_letters.open";
/// Gauge: events remembered as done.
pub const INBOX_EVENTS: &str = "platform.inbox.events";
/// Histogram, seconds: one commit.
pub const COMMIT_DURATION: &str = "platform.store.commit.duration";
/// Histogram: commands in one commit.
pub const COMMIT_COMMANDS: &str = "platform.store.commit.commands";
/// Histogram, seconds: how long the first command of a commit had waited for it.
pub const COMMIT_WAIT: &str = "platform.store.commit.wait";
/// Gauge: connections to the database.
pub const DB_CONNECTIONS: &str = "db.client.connection.count";
/// Attribute: read or write.
pub const DB_POOL: &str = "db.client.connection.pool.name";
/// Attribute: used or idle.
pub const DB_STATE: &str = "db.client.connection.state";
/// Gauge: messages that a consumer has yet to be given.
pub const CONSUMER_PENDING: &str = "platform.consumer.pending";
/// Gauge: messages given to a consumer and not acknowledged yet.
pub const CONSUMER_UNACKED: &str = "platform.consumer.unacked";
/// Gauge, seconds: how long a consumer has got nowhere though something waits; 0 when nothing does.
pub const CONSUMER_STALLED: &str = "platform.consumer.stalled";
/// Counter: times a consumer's loop started over: after missed heartbeats, a deleted consumer, a lost broker.
pub const CONSUMER_RESTARTS: &str = "platform.consumer.restarts";
/// Gauge: 1 when the projection had all that was in its stream at the start.
pub const PROJECTION_CAUGHT_UP: &str = "platform.projection.caught_up";
/// Gauge, seconds: since the projection was last known to have everything.
pub const PROJECTION_AGE: &str = "platform.projection.age";
/// Gauge: sequences of the stream that the projection has not seen.
pub const PROJECTION_BEHIND: &str = "platform.projection.behind";
/// Histogram, seconds: from credit's broadcast, sent right after its commit, to the fold into a ranking.
pub const STANDING_APPLIED: &str = "platform.standing.applied";
/// Histogram, seconds: from credit's commit to the list that it moved being handed to all streams of a topic. One
/// figure for the six channels: they are handed the same bytes at the same moment.
pub const STANDING_PUSHED: &str = "platform.standing.pushed";
/// Counter: requests that channels handed in, and calls of theirs that were refused.
pub const CHANNEL_CALLS: &str = "platform.channel.calls";
/// Attribute: the channel; `unknown` where none of ours is named.
pub const CHANNEL: &str = "platform.channel.name";
/// Attribute: what became of the call.
pub const CHANNEL_OUTCOME: &str = "platform.channel.outcome";
/// Gauge: 1 while the connection to the bus stands.
pub const BUS_CONNECTED: &str = "platform.bus.connected";
/// Gauge, always 1: which version runs.
pub const BUILD_INFO: &str = "platform.build.info";
/// Attribute of [`BUILD_INFO`].
pub const VERSION: &str = "version";

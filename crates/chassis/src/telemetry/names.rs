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

/// Histogram, seconds: a publish with its acknowledgement.
pub const MESSAGING_CLIENT_DURATION: &str = "messaging.client.operation.duration";
/// Counter: messages published.
pub const MESSAGING_SENT: &str = "messaging.client.sent.messages";
/// Counter: messages delivered.
pub const MESSAGING_CONSUMED: &str = "messaging.client.consumed.messages";
/// Histogram, seconds: the work on one message.
pub const MESSAGING_PROCESS_DURATION: &str = "messaging.process.duration";

/// Attribute: always [`NATS`].
pub const MESSAGING_SYSTEM: &str = "messaging.system";
/// Value of [`MESSAGING_SYSTEM`].
pub const NATS: &str = "nats";
/// Attribute: publish, receive, process, settle.
pub const MESSAGING_OPERATION: &str = "messaging.operation.name";
/// Attribute: the subject's pattern, never the subject.
pub const MESSAGING_DESTINATION: &str = "messaging.destination.template";
/// Attribute: the durable consumer.
pub const MESSAGING_CONSUMER: &str = "messaging.consumer.group.name";
/// Attribute: done, duplicate, retry, reject.
pub const MESSAGING_OUTCOME: &str = "platform.messaging.outcome";

/// Gauge: outbox rows that wait to be published.
pub const OUTBOX_WAITING: &str = "platform.outbox.waiting";
/// Gauge, seconds: age of the oldest outbox row that waits.
pub const OUTBOX_AGE: &str = "platform.outbox.oldest_age";
/// Gauge: dead letters.
pub const DEAD_LETTERS: &str = "platform.dead_letters";
/// Histogram, seconds: one commit.
pub const COMMIT_DURATION: &str = "platform.store.commit.duration";
/// Histogram: commands in one commit.
pub const COMMIT_COMMANDS: &str = "platform.store.commit.commands";
/// Gauge: messages that a consumer has yet to see.
pub const CONSUMER_PENDING: &str = "platform.consumer.pending";
/// Counter: restarts of a supervised task.
pub const TASK_RESTARTS: &str = "platform.task.restarts";
/// Attribute: which task.
pub const TASK_NAME: &str = "platform.task.name";

//! The types of problems that every service has.

crate::problems! {
    /// All of them.
    pub COMMON;

    /// The body is not JSON.
    MALFORMED_JSON = BAD_REQUEST, "malformed-json", "the body is not JSON" / "正文不是 JSON",
        "正文不符合 JSON 语法。请按 detail 指出的行列改正后重发。",
        "The body breaks the grammar of JSON. Mend it at the line and column that the detail names.";
    /// The body breaks off or cannot be decoded.
    UNREADABLE_BODY = BAD_REQUEST, "unreadable-body", "the body cannot be read" / "正文读不到",
        "正文在传输中断开，或编码无法识别。请重发整个请求。",
        "The body broke off on the way, or its encoding is unknown. Send the whole request again.";
    /// The body's JSON does not have the form asked for.
    INVALID_BODY = UNPROCESSABLE_ENTITY, "invalid-body",
        "the body does not have the form asked for" / "正文的结构不符合要求",
        "errors 逐项指出位置（JSON 指针）、应为什么、实为什么。请对照 /docs 改正。",
        "Each of the errors says where (a JSON pointer), what was expected and what came. Compare with /docs.";
    /// The body has a field that nobody knows.
    UNKNOWN_FIELD = UNPROCESSABLE_ENTITY, "unknown-field", "the body has an unknown field" / "正文有未知字段",
        "正文带有接口没有的字段，多为拼写错误。请删去或改正 errors 指出的字段。",
        "The body has a field that the interface does not have; most often a slip of the pen. Take it out or mend it.";
    /// The body is not declared as JSON.
    UNSUPPORTED_MEDIA_TYPE = UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type",
        "only application/json is accepted" / "只接受 application/json",
        "请设置请求头 Content-Type: application/json。",
        "Send the header Content-Type: application/json.";
    /// The body is larger than the limit.
    BODY_TOO_LARGE = PAYLOAD_TOO_LARGE, "body-too-large", "the body is too large" / "正文过大",
        "正文超过 detail 给出的字节数上限。请缩短后重发。",
        "The body has more bytes than the detail allows. Shorten it.";
    /// A query parameter is unfit.
    INVALID_QUERY = BAD_REQUEST, "invalid-query", "a query parameter is unfit" / "查询参数不合要求",
        "errors 列出不合要求、缺少或未知的查询参数。请对照 /docs 改正。",
        "The errors list the query parameters that are unfit, missing or unknown. Compare with /docs.";
    /// A part of the path is unfit.
    INVALID_PATH = BAD_REQUEST, "invalid-path", "a part of the path is unfit" / "路径中的参数不合要求",
        "路径里的编号格式不对。请使用接口给出的编号原文。",
        "An id in the path has another form than ids have. Use ids as the interface gave them.";
    /// A header is unfit.
    INVALID_HEADER = BAD_REQUEST, "invalid-header", "a header is unfit" / "请求头不合要求",
        "errors 指出哪个请求头、应为什么格式。",
        "The errors name the header and the form that it should have.";
    /// No such route.
    NO_SUCH_ROUTE = NOT_FOUND, "no-such-route", "there is nothing at this path" / "没有这个地址",
        "服务没有这个路径。请对照 /docs，并检查网关前缀。",
        "The service has no such path. Compare with /docs, and look at the gateway's prefix.";
    /// The route does not know the method.
    METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED, "method-not-allowed",
        "the method is not allowed here" / "此地址不支持该方法",
        "路径存在，但不支持该 HTTP 方法。可用方法见响应头 Allow。",
        "The path exists but not for this method. The header Allow names those that it has.";
    /// The cursor was not made by this list.
    INVALID_CURSOR = BAD_REQUEST, "invalid-cursor", "the cursor is not one of ours" / "翻页游标无效",
        "after 必须原样取自同一列表上一页的 next。请从第一页重新开始。",
        "The parameter after has to be the next of the same list's page before, as it was given. Begin with the first page.";
    /// `Idempotency-Key` is absent.
    IDEMPOTENCY_KEY_REQUIRED = BAD_REQUEST, "idempotency-key-required",
        "an Idempotency-Key is required" / "缺少 Idempotency-Key",
        "请为每一次意图生成一个新的 Idempotency-Key；重试时使用同一个。",
        "Make an Idempotency-Key for each intent, and send the same one when you try again.";
    /// The key was used for another payload.
    IDEMPOTENCY_KEY_REUSED = UNPROCESSABLE_ENTITY, "idempotency-key-reused",
        "the key was used for something else" / "该幂等键已用于其他内容",
        "同一个 Idempotency-Key 曾随另一份正文提交。新的意图请换新键。",
        "The same Idempotency-Key came with another body before. A new intent needs a new key.";
    /// The first request with this key is still in work.
    IDEMPOTENCY_KEY_IN_USE = CONFLICT, "idempotency-key-in-use",
        "the first request with this key is in work" / "同键的首个请求仍在处理",
        "稍等片刻，用同一个键重试，即可得到首个请求的结果。",
        "Try again in a moment with the same key: the first request's result is answered.";
    /// `If-Match` is absent.
    PRECONDITION_REQUIRED = PRECONDITION_REQUIRED, "precondition-required", "If-Match is required" / "缺少 If-Match",
        "修改前请先读取，并把响应头 ETag 原样放入 If-Match。",
        "Read the resource first and send its ETag back as If-Match.";
    /// The resource changed meanwhile.
    PRECONDITION_FAILED = PRECONDITION_FAILED, "precondition-failed",
        "the resource changed meanwhile" / "资源已被他人修改",
        "当前版本见 current_version。请重新读取，确认后再改。",
        "It is at current_version now. Read it anew and decide again.";
    /// Too many live streams are open.
    TOO_MANY_STREAMS = TOO_MANY_REQUESTS, "too-many-streams", "too many live streams are open" / "实时连接过多",
        "此实例的实时连接已满。请在 Retry-After 之后重连，或关闭不用的连接。",
        "This instance has no place for another live stream. Come back after Retry-After, or close those not needed.";
    /// Too many requests are in work.
    OVERLOADED = SERVICE_UNAVAILABLE, "overloaded", "too many requests are in work" / "请求过多，暂不受理",
        "服务为保护自身而拒绝，没有任何改动。请在 Retry-After 之后用同一个键重试。",
        "The service protects itself; nothing was changed. Try again after Retry-After, with the same key.";
    /// The answer took too long.
    TIMED_OUT = SERVICE_UNAVAILABLE, "timed-out", "the answer took too long" / "处理超时",
        "结果未知：可能已生效。请用同一个键重试，首个结果会原样返回。",
        "Whether it took effect is open. Try again with the same key: a first result is answered again.";
    /// Something the service needs is away.
    UNAVAILABLE = SERVICE_UNAVAILABLE, "unavailable", "something the service needs is away" / "所依赖的组件暂不可用",
        "数据库或其他服务暂时无法访问。请在 Retry-After 之后重试。",
        "The database or another service cannot be reached. Try again after Retry-After.";
    /// Our fault.
    INTERNAL = INTERNAL_SERVER_ERROR, "internal", "an error of ours" / "平台内部错误",
        "不是调用方的问题。请把 trace_id 告知运维人员。",
        "It is not the caller's fault. Name the trace_id to the operations team.";
}

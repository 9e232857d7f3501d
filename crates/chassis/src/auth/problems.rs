//! Why a caller is not let in.

crate::problems! {
    /// All of them.
    pub PROBLEMS;

    /// No credentials at all.
    UNSIGNED = UNAUTHORIZED, "unsigned", "the request carries no credentials" / "请求没有携带凭证",
        "员工和企业请带 Authorization: Bearer 令牌；渠道请带齐签名的四个请求头，detail 指出缺了哪个（见 ADR 0003）。",
        "Staff and merchants send a bearer token; channels send the four headers of a signature, of which the detail \
         names those that are missing (ADR 0003).";
    /// The token is refused.
    BAD_TOKEN = UNAUTHORIZED, "bad-token", "the token is refused" / "令牌无效",
        "令牌过期、签发方或受众不符，原因见 detail。请重新登录。",
        "The token has run out, or is another issuer's or for another audience: the detail says which. Sign in again.";
    /// The channel is not known here.
    UNKNOWN_CHANNEL = UNAUTHORIZED, "unknown-channel", "the channel is not known here" / "未登记的渠道",
        "x-channel 不是平台的渠道，或此环境没有配置它的密钥。请核对渠道名，并向平台申请密钥。",
        "The x-channel is no channel of the platform, or this installation has no key of it. Check the name, and ask \
         the platform for a key.";
    /// The signature does not fit.
    BAD_SIGNATURE = UNAUTHORIZED, "bad-signature", "the signature does not fit" / "签名不符",
        "detail 指出哪一项不符。请对照 ADR 0003 的示例逐字节核对：id.timestamp.方法 空格 路径与查询 换行 原始正文；网关去掉的前缀不参与签名。",
        "The detail says which part. Compare byte for byte with the example of ADR 0003: id.timestamp.METHOD space \
         target line-feed raw-body; a prefix that a gateway takes off is not signed.";
    /// The signature is too old, or of the future.
    STALE_SIGNATURE = UNAUTHORIZED, "stale-signature", "the signature is out of its window" / "签名超出时间窗",
        "webhook-timestamp 与平台时钟相差超过 300 秒。请校准时钟，并在发送时现签。",
        "The webhook-timestamp is more than 300 s from our clock. Set the clock, and sign when you send.";
    /// The signature was used before.
    REPLAYED = UNAUTHORIZED, "replayed", "the signature was used before" / "签名已被使用",
        "同一个 webhook-id 已用于一次改动。每次请求请换新的 webhook-id 重新签名；幂等键可以不变。",
        "The same webhook-id made a change before. Sign each request anew with another webhook-id; the Idempotency-Key \
         may stay.";
    /// The caller may not do this.
    FORBIDDEN = FORBIDDEN, "forbidden", "the caller may not do this" / "没有权限",
        "账号的角色、城市或企业不允许此操作，原因见 detail。",
        "The account's roles, city or merchant do not allow it: the detail says which.";
}

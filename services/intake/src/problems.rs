//! The types of problems that intake alone has.

chassis::problems! {
    /// All of them.
    pub(crate) PROBLEMS;

    /// There is no such request in the city, or it is another channel's.
    NOT_FOUND = NOT_FOUND, "not-found", "there is no such thing in this city" / "本市没有这一项",
        "编号在本市不存在，或属于其他渠道。请核对编号和 city。",
        "The id is unknown in this city, or it is another channel's. Check the id and the city.";
    /// The merchant has to do with the request, but does not hold it now.
    CONTACT_CLOSED = FORBIDDEN, "contact-closed",
        "the contact is open to the merchant that holds the request" / "仅承接企业可看联系方式",
        "只有当前承接该诉求的企业可以查看联系方式。请先接单。",
        "Only the merchant that holds the request now may read the contact. Accept the offer first.";
    /// The code is that of no request in the city, or is none.
    UNKNOWN_TRACKING_CODE = NOT_FOUND, "unknown-tracking-code",
        "no request in this city has this code" / "没有这个查询码的诉求",
        "请核对查询码的 15 位和所选城市；查询码不含字母 I、L、O、U。也可拨打 81890 查询。",
        "Check the 15 characters of the code and the city; a code has no I, L, O or U. Or call 81890.";
    /// Too many codes were tried that lead nowhere.
    TRACKING_BUSY = TOO_MANY_REQUESTS, "tracking-busy",
        "too many codes were tried" / "查询过于频繁",
        "请在 Retry-After 之后再查，或拨打 81890。",
        "Ask again after Retry-After, or call 81890.";
    /// Fields of the draft have to be mended.
    INVALID_REQUEST = UNPROCESSABLE_ENTITY, "invalid-request",
        "fields of the request have to be mended" / "诉求有字段需要改正",
        "errors 逐项指出字段和怎样才对。请改正后用新的幂等键提交。",
        "The errors name each field and what would be right. Mend them and hand it in again.";
    /// The item is the only mistake: the front end's catalogue is old.
    UNKNOWN_ITEM = UNPROCESSABLE_ENTITY, "unknown-item", "the catalogue has no such item" / "服务目录没有此项",
        "前端的服务目录可能过期。请重新获取 credit 的 /v1/catalogue 后再选。",
        "The front end's catalogue may be old. Fetch /v1/catalogue of credit anew and choose again.";
    /// The street is the only mistake, and nobody knows it.
    UNKNOWN_STREET = UNPROCESSABLE_ENTITY, "unknown-street", "there is no such street" / "没有这个街道",
        "area 应为九位街道代码。请从 credit 的 /v1/catalogue 选择。",
        "The area is a street's code of nine digits. Choose one of /v1/catalogue of credit.";
    /// The street is the only mistake: it lies in another city than the one that is asked.
    WRONG_CITY = UNPROCESSABLE_ENTITY, "wrong-city", "the street lies in another city" / "街道不在该市",
        "area 的前四位应与 city 相同。请向街道所在的城市提交。",
        "The street's first four digits are its city's. Hand the request in to the city that the street lies in.";
    /// The work is done.
    TOO_LATE = CONFLICT, "too-late", "the request cannot be cancelled any more" / "已不能取消",
        "服务已完成。如有不满，请在回访时说明。",
        "The work is done. What was wrong with it is for the call-back.";
    /// The reason is too long.
    REASON_TOO_LONG = UNPROCESSABLE_ENTITY, "reason-too-long", "the reason is too long" / "理由过长",
        "请缩短理由，上限见 detail。",
        "Shorten the reason; the detail says how much is accepted.";
    /// The database's disk is full.
    STORAGE_FULL = INSUFFICIENT_STORAGE, "storage-full", "the database has no space left" / "存储空间已满",
        "没有任何改动。请在 Retry-After 之后用同一个键重试；运维人员会收到告警。",
        "Nothing was changed. Try again after Retry-After with the same key; the operations team is alerted.";
    /// Another service refused, and says why.
    REFUSED_BY_SERVICE = CONFLICT, "refused-by-service", "a service behind this one refused" / "后方服务拒绝",
        "service_code 是后方服务的问题类型，detail 是它的说明。请照它的说明处理。",
        "The service_code is the other service's type of problem and the detail its text. Do as it says.";
}

//! The types of problems that dispatch alone has.

chassis::problems! {
    /// All of them.
    pub(crate) PROBLEMS;

    /// The times of a need contradict each other.
    INVALID_NEED = UNPROCESSABLE_ENTITY, "invalid-need", "what is needed does not fit together" / "需求自相矛盾",
        "时间或条数不合理，原因见 detail。",
        "The times or the number asked for make no sense: the detail says why.";
    /// There is no such request.
    UNKNOWN_REQUEST = NOT_FOUND, "unknown-request", "there is no such request" / "没有这个诉求",
        "编号在本市不存在，或刚刚受理、派单尚未收到。请核对，或稍后重试。",
        "The city has no request with this id, or dispatch has not heard of it yet. Check it, or try again in a moment.";
    /// There is no such assignment, or it is another merchant's.
    UNKNOWN_ASSIGNMENT = NOT_FOUND, "unknown-assignment", "there is no such assignment" / "没有这个派单",
        "编号在本市不存在，或不属于本企业。请核对编号和 city。",
        "The city has no assignment with this id, or it is another merchant's. Check the id and the city.";
    /// The catalogue has no such item.
    UNKNOWN_ITEM = UNPROCESSABLE_ENTITY, "unknown-item", "the catalogue has no such item" / "服务目录没有此项",
        "请从 credit 的 /v1/catalogue 选择。",
        "Choose one of /v1/catalogue of credit.";
    /// The city has no such street.
    UNKNOWN_AREA = UNPROCESSABLE_ENTITY, "unknown-area", "the city has no such street" / "该市没有这个街道",
        "请从 credit 的 /v1/catalogue 选择，并核对 city。",
        "Choose one of /v1/catalogue of credit, and check the city.";
    /// The ranking is being rebuilt.
    CATCHING_UP = SERVICE_UNAVAILABLE, "catching-up", "the ranking is being rebuilt" / "排序正在重建",
        "服务刚启动，正在追赶信用变更。请在 Retry-After 之后重试。",
        "The service has just started and catches up with credit. Try again after Retry-After.";
    /// Credit does not confirm the standing.
    CREDIT_SILENT = SERVICE_UNAVAILABLE, "credit-silent", "credit does not confirm the standing" / "信用服务未确认",
        "派单前须向信用服务核实企业状态，目前没有答复。没有派出。请稍后重试。",
        "A merchant's standing is confirmed with credit before it is assigned, and credit does not answer. Nothing was \
         assigned. Try again after Retry-After.";
    /// The ranking moves too fast.
    UNSETTLED = SERVICE_UNAVAILABLE, "unsettled", "the ranking moves too fast" / "排序变动过快",
        "核实期间排序一直在变。没有派出。请稍后重试。",
        "The ranking moved each time while it was confirmed. Nothing was assigned. Try again after Retry-After.";
    /// The request was cancelled.
    REQUEST_CANCELLED = CONFLICT, "request-cancelled", "the request was cancelled" / "诉求已取消",
        "市民已取消，不再派单。",
        "The citizen withdrew it: it is not assigned any more.";
    /// The request was completed.
    REQUEST_COMPLETED = CONFLICT, "request-completed", "the request was completed" / "诉求已办结",
        "服务已完成，不再派单。",
        "The work is done: it is not assigned any more.";
    /// The request is assigned.
    REQUEST_ASSIGNED = CONFLICT, "request-assigned", "the request is assigned" / "诉求已派出",
        "已有企业承接。请先读取当前派单。",
        "A merchant holds it. Look at the assignment that it has.";
    /// The merchant had its chance.
    ALREADY_TRIED = CONFLICT, "already-tried", "the merchant had its chance" / "该企业已派过",
        "该企业已拒单或超时未接。请选择其他企业；确要再派给它，请将 again 设为 true 并说明理由。",
        "The merchant turned it down or let it expire. Choose another one; to ask it again all the same, set again to \
         true and give a reason.";
    /// The merchant has no capacity left.
    MERCHANT_FULL = CONFLICT, "merchant-full", "the merchant has no capacity left" / "企业已满负荷",
        "请选择其他企业，或等其完成在手派单。",
        "Choose another one, or wait until it completes one of those it holds.";
    /// The time is over.
    TOO_LATE = CONFLICT, "too-late", "the time to answer is over" / "已过答复时限",
        "时限已过，由规则决定下一步。",
        "The time ran out: the rule decides what comes next.";
    /// The time is not over.
    NOT_DUE = CONFLICT, "not-due", "the time to answer is not over" / "答复时限未到",
        "时限之内不能作逾期处理。",
        "Before the time is over nothing expires.";
    /// The offer was not accepted yet.
    NOT_ACCEPTED = CONFLICT, "not-accepted", "the offer was not accepted yet" / "尚未接单",
        "请先接单，再报完工。",
        "Accept the offer before you report the work done.";
    /// The offer was accepted already.
    ALREADY_ACCEPTED = CONFLICT, "already-accepted", "the offer was accepted already" / "已经接单",
        "接单之后不能再拒单。",
        "What was accepted cannot be declined.";
    /// The assignment has ended.
    ASSIGNMENT_ENDED = CONFLICT, "assignment-ended", "the assignment has ended" / "派单已结束",
        "该派单已完成、拒绝、逾期或释放，结果不再变化。",
        "It was completed, declined, expired or released, and stays so.";
    /// No merchant can be chosen now.
    NOBODY_ELIGIBLE = CONFLICT, "nobody-eligible", "no merchant can be chosen now" / "目前无企业可派",
        "该街道、品类没有符合条件的企业。原因见 /v1/recommendations/explanation。",
        "No merchant of the street and category is eligible. /v1/recommendations/explanation says why.";
    /// The merchant does not serve this.
    DOES_NOT_SERVE = UNPROCESSABLE_ENTITY, "does-not-serve", "the merchant does not serve this" / "企业不提供此服务",
        "该企业不服务此街道或品类。请从推荐中选择。",
        "The merchant does not serve the street or the category. Choose one of the recommendation.";
    /// The merchant cannot be chosen.
    NOT_ELIGIBLE = CONFLICT, "not-eligible", "the merchant cannot be chosen" / "该企业目前不可选",
        "原因见 reason。请从推荐中选择。",
        "The member reason says why. Choose one of the recommendation.";
    /// A reason is needed.
    REASON_NEEDED = UNPROCESSABLE_ENTITY, "reason-needed", "a reason is needed" / "须说明理由",
        "未选首位企业或再次派给同一企业时，请在 reason 填写理由代码或说明。",
        "Who chooses another than the first, or one that had its chance, gives a reason: one of the words, or a note.";
    /// There is no such proposal.
    UNKNOWN_PROPOSAL = NOT_FOUND, "unknown-proposal", "there is no such proposal" / "没有这个提议",
        "编号在本市不存在。请核对编号和 city。",
        "The city has no proposal with this id. Check the id and the city.";
    /// A second person has to agree.
    SECOND_PERSON_NEEDED = CONFLICT, "second-person-needed", "a second person has to agree" / "须双人复核",
        "请由另一位有权限的人在 /v1/proposals 同意。",
        "Another person with the permission has to agree at /v1/proposals.";
    /// Who chose cannot be the second person.
    SAME_PERSON = FORBIDDEN, "same-person", "who chose cannot be the second person" / "不能自己复核自己",
        "提议人不能复核。请换一位同事。",
        "Who proposed does not decide. Let a colleague do it.";
    /// The proposal has ended.
    PROPOSAL_ENDED = CONFLICT, "proposal-ended", "the proposal has ended" / "提议已结束",
        "该提议已有结果，不再变化。",
        "It was decided, expired or superseded, and stays so.";
    /// A note is needed.
    NOTE_NEEDED = UNPROCESSABLE_ENTITY, "note-needed", "a note is needed" / "须填写说明",
        "理由为“其他”时，请写 1 至 200 字的说明，不含个人信息。",
        "Another reason needs a note of 1 to 200 characters, without personal data.";
}

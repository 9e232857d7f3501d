//! The types of problems that credit alone has.

chassis::problems! {
    /// All of them.
    pub(crate) PROBLEMS;

    /// There is no such merchant or city.
    NOT_FOUND = NOT_FOUND, "not-found", "there is no such thing in this city" / "本市没有这一项",
        "企业编号在本市不存在，或平台没有这个城市。请核对编号和 city。",
        "The city has no merchant with this id, or the platform does not know the city. Check both.";
    /// The domain refuses it.
    REFUSED = UNPROCESSABLE_ENTITY, "refused", "the rules of credit do not allow it" / "信用规则不允许",
        "原因见 detail。",
        "The detail says why.";
    /// Whoever prepared it does not decide on it.
    SAME_PERSON = FORBIDDEN, "same-person", "another person has to decide" / "须由另一人决定",
        "起草、调查或提出的人不能自己决定。请由另一位有权限的人员操作。",
        "Whoever drafted, investigated or proposed it does not decide on it. Let another person with the permission do so.";
    /// Its state does not allow it.
    CONFLICT = CONFLICT, "conflict", "its state does not allow it" / "当前状态不允许",
        "请重新读取，按 detail 所说的状态处理。",
        "Read it again, and go by the state that the detail tells.";
    /// The document cannot be put in force.
    INVALID_RULES = UNPROCESSABLE_ENTITY, "invalid-rules", "the rules cannot be put in force" / "规则不能生效",
        "errors 逐条指出文档中的位置和应改成什么。",
        "Each of the errors points into the document and says what would be right.";

    // Standards, prices, admission.

    /// There is one already, and it is another.
    EXISTS = CONFLICT, "exists", "there is another one already" / "已有另一项",
        "detail 说明已有什么。请读取已有的那一项，改它或换一个。",
        "The detail says what there is. Read that one: change it, or hand in something else.";
    /// The admission policy has no row for the category.
    NO_POLICY = UNPROCESSABLE_ENTITY, "no-policy",
        "the admission policy does not rule this category" / "准入规则没有这个类目",
        "没有准入规则的类目不接纳任何企业。请核对类目编码，可用的见 GET /v1/catalogue。",
        "A category without a policy admits nobody. Check its code; GET /v1/catalogue has those that there are.";
    /// Blocking checks are not passed.
    CHECKS_OPEN = CONFLICT, "checks-open", "blocking checks are not passed" / "准入审核未全部通过",
        "errors 列出未通过的审核项及原因。请补齐后再试。",
        "The errors name the checks that are not passed, each with its reason. Complete them and try again.";
    /// Another text than the one in force was signed.
    OTHER_TEXT = CONFLICT, "other-text",
        "the commitment in force has another text" / "现行承诺书不是这个文本",
        "请重新读取 GET /v1/commitments/{category}，确认后按其 version 和 text_hash 签署。",
        "Read GET /v1/commitments/{category} again, and sign with its version and text_hash.";
    /// As many as are kept.
    TOO_MANY = CONFLICT, "too-many", "no more of these are kept" / "数量已达上限",
        "上限见 detail。",
        "The detail says how many are kept at most.";
}

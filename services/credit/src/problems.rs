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
}

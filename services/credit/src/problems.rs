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
}

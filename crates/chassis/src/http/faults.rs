//! What can be wrong with one field: the codes that stand in the `errors` of a problem. All services share one
//! vocabulary, so whoever knows a code from one of them knows it from all; a page shows its words behind the field's.

/// One code, with what it says to whoever filled the field in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// What programs match on: lower case with hyphens, never changed once released.
    pub code: &'static str,
    /// In Chinese, to be read after the field's name.
    pub zh: &'static str,
    /// The same in English.
    pub en: &'static str,
}

/// All codes: [`Problem::at`](super::Problem::at) takes no other.
pub const FAULTS: &[Fault] = &[
    fault("check-open", "这一项尚未通过", "is not passed yet"),
    fault("clause-unsuspected", "只有疑似失信才指明", "is named only where a breach is suspected"),
    fault("duplicate-column", "这一列出现了两次", "is a column that stands there twice"),
    fault("duplicate-field", "只能填一次", "is given more than once"),
    fault("in-the-past", "时间已经过去", "lies in the past"),
    fault("invalid-rule", "规则不成立", "does not hold as a rule"),
    fault("invalid-value", "内容不合要求", "is not acceptable"),
    fault("malformed", "格式不对", "does not have the right form"),
    fault("missing", "尚未填写", "is missing"),
    fault("missing-column", "缺少这一列", "is a column that is missing"),
    fault("missing-field", "尚未填写", "is missing"),
    fault("missing-value", "尚未填写", "is missing"),
    fault("other-city", "不在本市", "lies in another city"),
    fault("outside-its-time", "不在可选的时间内", "is outside of the time for it"),
    fault("required", "必须填写", "has to be filled in"),
    fault("text-missing", "必须填写", "has to be filled in"),
    fault("text-too-long", "文字过长", "is too long"),
    fault("too-far-ahead", "时间太远", "lies too far ahead"),
    fault("too-long", "文字过长", "is too long"),
    fault("too-short", "文字过短", "is too short"),
    fault("unknown", "没有这一项", "is not known"),
    fault("unknown-card", "本市没有这张工作证", "is no card of this city"),
    fault("unknown-clause", "没有这一条款", "is no clause that was in force"),
    fault("unknown-column", "表中没有这一列", "is no column of the table"),
    fault("unknown-field", "不应有这一项", "is not asked for"),
    fault("unknown-merchant", "本市没有这家企业", "is no merchant of this city"),
    fault("wrong-type", "内容的类型不对", "is of another type"),
];

const fn fault(code: &'static str, zh: &'static str, en: &'static str) -> Fault {
    Fault { code, zh, en }
}

/// Whether the code has its words.
pub(super) fn is_fault(code: &str) -> bool {
    FAULTS.binary_search_by(|fault| fault.code.cmp(code)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_once_in_order_so_that_it_is_found() {
        assert!(FAULTS.is_sorted_by(|one, next| one.code < next.code));
        assert!(FAULTS.iter().all(|fault| is_fault(fault.code)));
        assert!(!is_fault("no-such-fault"));
    }
}

//! The types of problems that feedback alone has.

chassis::problems! {
    /// All of them.
    pub(crate) PROBLEMS;

    /// There is no such call-back or case in the city.
    NOT_FOUND = NOT_FOUND, "not-found", "there is no such thing in this city" / "本市没有这一项",
        "回访任务或案件的编号在本市不存在。请核对编号和 city。",
        "The city has no call-back or case with this id. Check the id and the city.";
    /// I8.
    HANDLED_THE_CASE = FORBIDDEN, "handled-the-case", "whoever handled the case never rates it" / "经办人须回避",
        "受理、派单、回访过此事的人不能评价或裁定它。请换一位同事。",
        "Whoever took, dispatched or called about the matter does not judge it. Let a colleague do it.";
    /// The call-back is due later.
    NOT_DUE = CONFLICT, "not-due", "the call-back is not due yet" / "回访时间未到",
        "请在 due_at 之后回访。",
        "Call after due_at.";
    /// Citizens are not called now.
    OUTSIDE_CALLING_HOURS = CONFLICT, "outside-calling-hours",
        "citizens are not called at this hour" / "不在回访时段",
        "此刻不致电市民。下一个时段从 next 开始。",
        "Citizens are left alone at this hour. The next hours begin at next.";
    /// Somebody else is making the call.
    CLAIMED_BY_ANOTHER = CONFLICT, "claimed-by-another", "somebody else is making this call" / "他人正在回访",
        "同事已领取，到 until 为止。请领取其他任务。",
        "A colleague has it until then. Take another one.";
    /// A result without a claim.
    NOT_CLAIMED = CONFLICT, "not-claimed",
        "claim the call-back before recording its result" / "请先领取再登记结果",
        "任务未由本人领取，或领取已到期。请重新领取。",
        "You have not claimed it, or the claim ran out. Claim it again.";
    /// A suspicion without anything to go by.
    NOTHING_SUSPECTED = UNPROCESSABLE_ENTITY, "nothing-suspected",
        "a suspected breach needs a note or a question answered with no" / "疑似失信须有依据",
        "请填写 note，或至少一个问题答“否”。",
        "Give a note, or answer at least one question with no.";
    /// A clause without a suspicion.
    CLAUSE_UNSUSPECTED = UNPROCESSABLE_ENTITY, "clause-unsuspected",
        "a clause is named only where a breach is suspected" / "只有疑似失信才指明条款",
        "请去掉 clause，或将 verdict 改为 suspected_breach。",
        "Leave out clause, or give suspected_breach as the verdict.";
    /// A text that is too long.
    TEXT_TOO_LONG = UNPROCESSABLE_ENTITY, "text-too-long", "a text is too long" / "文字过长",
        "字数上限见 characters_max。",
        "No more than characters_max characters are accepted.";
    /// A text that must say something.
    TEXT_MISSING = UNPROCESSABLE_ENTITY, "text-missing", "a text is missing" / "缺少必填文字",
        "请填写 errors 指出的字段。",
        "Fill in the field that the errors name.";
    /// A clause that nobody committed to.
    UNKNOWN_CLAUSE = UNPROCESSABLE_ENTITY, "unknown-clause",
        "there was no such clause in force for the category" / "该类目没有这一条款",
        "请从信用服务的 GET /v1/clauses 选取承诺条款，或服务完成时现行标准的条款（at 取案件的 completed_at）。",
        "Choose a clause of the commitment, or of a standard that was in force when the work was completed, from credit's \
         GET /v1/clauses: `at` is the case's `completed_at`.";
    /// Clauses are credit's.
    CREDIT_SILENT = SERVICE_UNAVAILABLE, "credit-silent", "credit does not confirm the clause" / "信用服务未确认条款",
        "核实失信前须向信用服务确认条款，目前没有答复。案件未变。请稍后重试。",
        "The clause is confirmed with credit before a breach is verified, and credit does not answer. The case is as it \
         was. Try again after Retry-After.";
    /// Another ruling stands.
    ALREADY_RULED = CONFLICT, "already-ruled", "the case was ruled on before" / "案件已有结论",
        "首个结论有效：stands 是结论，by 是核查人，at 是时间。您的结论没有记录；请刷新查看。",
        "The first ruling stands: what (`stands`), by whom (`by`), when (`at`). Yours was not taken; read the case anew.";
    /// Another result of the call stands.
    ALREADY_RECORDED = CONFLICT, "already-recorded", "the call-back was recorded before" / "回访已有记录",
        "首次记录有效：stands 是结果，by 是回访人，at 是时间。您的记录没有保存；请刷新清单。",
        "The first record stands: what (`stands`), by whom (`by`), when (`at`). Yours was not taken; read the list anew.";
    /// The case was ruled on.
    CASE_CLOSED = CONFLICT, "case-closed", "the case is closed" / "案件已裁定",
        "裁定之后不再接受陈述。如有异议，请走异议程序。",
        "After the ruling no statement is taken. An objection is a procedure of its own.";
}

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

    // Due process.

    /// Neither staff nor the merchant that it concerns.
    NOT_THEIRS = FORBIDDEN, "not-theirs", "it is not theirs to do" / "不由其办理",
        "这一步由另一方办理：调查由信用专员，决定由复核人，答复、证明、申诉和修复申请由企业本身。",
        "The step belongs to another side: investigation to the officer, decisions to the reviewer, replies, proofs, appeals and repair to the merchant itself.";
    /// It is not at that stage.
    NOT_NOW = CONFLICT, "not-now", "it cannot be done at this stage" / "现阶段不能办理",
        "stage 是目前阶段，allowed_actions 是此时可办的事项。",
        "`stage` says where it stands; allowed_actions of the proceeding names what can be done now.";
    /// Before its time.
    TOO_EARLY = CONFLICT, "too-early", "the time for it has not come" / "时间未到",
        "请在 not_before 之后再办理。",
        "Come back after `not_before`.";
    /// After its time.
    TOO_LATE = CONFLICT, "too-late", "the time for it is over" / "期限已过",
        "期限到 until 为止，现已不能办理。",
        "It could be done until `until`, and no longer.";
    /// A hearing comes first.
    HEARING_NEEDED = CONFLICT, "hearing-needed", "a hearing has to be held first" / "须先听证",
        "企业已要求听证，且拟采取的措施较重。请先召开听证并存入笔录，再作决定。",
        "The merchant asked for a hearing and the announced measure is heavy. Hold the hearing, keep its minutes, then decide.";
    /// Somebody was missing.
    HEARING_INCOMPLETE = UNPROCESSABLE_ENTITY, "hearing-incomplete",
        "a hearing takes the merchants' association and the legal adviser" / "听证须有商会和法律顾问参加",
        "商会和法律顾问都须参加。请补开听证。",
        "Both the merchants' association and the legal adviser take part. Hold it with both.";
    /// More than was announced.
    HEAVIER_THAN_NOTICED = UNPROCESSABLE_ENTITY, "heavier-than-noticed",
        "a decision is never heavier than its notice" / "决定不得重于事先告知",
        "announced 是告知书载明的最重措施。请选不重于它的措施。",
        "`announced` is the heaviest measure that the merchant was told of. Choose one that is not heavier.";
    /// More than the class allows.
    BEYOND_ITS_CLASS = UNPROCESSABLE_ENTITY, "beyond-its-class", "the class does not allow this measure" / "该类别不适用此措施",
        "heaviest 是该类别允许的最重措施。",
        "`heaviest` is the heaviest measure that the class of the finding allows.";
    /// A red line is one or none.
    RED_LINE = UNPROCESSABLE_ENTITY, "red-line", "a red line leads to removal, or is dropped" / "红线只能清退或不予处理",
        "红线属严重类别：要么终止加盟，要么不予处理。",
        "A red line is of the serious class: it ends the affiliation, or the proceeding is dropped.";
    /// Too short or too long.
    PERIOD = UNPROCESSABLE_ENTITY, "period-out-of-range", "the period is too short or too long" / "期限过短或过长",
        "min、max 是允许的范围，unit 是单位。",
        "`min` and `max` say what is allowed, `unit` in what.";
    /// A condition is not met.
    NOT_REPAIRABLE = CONFLICT, "not-repairable", "a condition of repair is not met" / "不符合信用修复条件",
        "detail 说明尚缺的条件，例如整改未通过或其后又有失信。",
        "The detail names the condition: a rectification that was not accepted, or a breach since then.";
    /// A text that must say something.
    TEXT_MISSING = UNPROCESSABLE_ENTITY, "text-missing", "a text is missing" / "缺少文字说明",
        "请填写 errors 所指的字段。",
        "Fill in the field that the errors point at.";
    /// A text that is too long.
    TEXT_TOO_LONG = UNPROCESSABLE_ENTITY, "text-too-long", "a text is too long" / "文字过长",
        "请缩短 errors 所指的字段。",
        "Shorten the field that the errors point at.";
    /// Often enough.
    TOO_OFTEN = CONFLICT, "too-often", "it was tried too often" / "次数已满",
        "同一事项的申请次数已到上限。",
        "The limit of attempts at this step is reached.";
    /// Nothing could come of it.
    NOT_OPEN_TO_OBJECTION = UNPROCESSABLE_ENTITY, "not-open-to-objection", "the entry cannot be objected to" / "该记录不能提出异议",
        "只有回访和已核实失信的记录可提异议；对平台措施请申诉。",
        "Call-backs and verified breaches can be objected to. A measure is appealed against.";
    /// Somebody examines first.
    NOT_EXAMINED = CONFLICT, "not-examined", "somebody has to examine it first" / "须先核查",
        "请先由信用专员核查并提出意见，再由另一人决定。",
        "Let an officer examine it and propose; then another person decides.";
    /// The holidays are not known.
    CALENDAR_UNKNOWN = SERVICE_UNAVAILABLE, "calendar-unknown",
        "the holidays of that year are not in the calendar yet" / "该年节假日安排尚未录入",
        "国务院办公厅公布 year 年的节假日安排并录入日历后再办理。",
        "Deadlines in `year` can be computed once its holidays are published and in the calendar. Come back then.";
    /// One proceeding about a breach.
    ALREADY_OPENED = CONFLICT, "already-opened", "a proceeding is about this breach already" / "该失信行为已立案",
        "proceeding 是已立案的编号，请在其中办理。",
        "`proceeding` is the one that is open. Go on in that one.";
    /// Nobody takes such a notice down.
    FOLLOWS_FROM_DECISION = CONFLICT, "follows-from-decision", "the notice stands as long as its decision" / "公示随决定存续",
        "因决定而公示的内容不能单独撤下；决定终止时自动撤下。",
        "A notice that follows from a decision is not taken down by hand; it goes when the decision ends.";
}

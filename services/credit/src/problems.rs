//! The types of problems that credit alone has.

chassis::problems! {
    /// All of them.
    pub(crate) PROBLEMS;

    /// There is no such thing, or it is not the caller's business.
    NOT_FOUND = NOT_FOUND, "not-found", "there is no such thing in this city" / "本市没有这一项",
        "本市没有这个编号的企业、人员等，或平台没有这个城市，或无权查看。请核对编号和 city。",
        "The city has nothing with this id, the platform does not know the city, or it is not yours to see. Check both.";
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
    /// There is no ledger of that year.
    NOBODY_TO_EVALUATE = CONFLICT, "nobody-to-evaluate",
        "no merchant had a ledger by then" / "当时没有可评价的企业",
        "到那时为止没有任何企业建立信用台账。请先录入或导入企业，再开始评价；试评请选较晚的时间。",
        "No merchant of the city had a ledger by then. Enter or import merchants first, then begin it; for a preview, name a later moment.";
    /// The document cannot be put in force.
    INVALID_RULES = UNPROCESSABLE_ENTITY, "invalid-rules", "the rules cannot be put in force" / "规则不能生效",
        "errors 逐条指出文档中的位置和应改成什么。",
        "Each of the errors points into the document and says what would be right.";

    // Workers, scans and entries.

    /// A transfer has to be asked for.
    ENROLLED_ELSEWHERE = CONFLICT, "enrolled-elsewhere",
        "another merchant enrols this person" / "此人已在其他企业登记",
        "从业人员同时只在一家企业登记。请改为申请转会。",
        "A worker is enrolled by one merchant at a time. Ask for a transfer instead.";
    /// Nobody enrols the worker.
    NOT_ENROLLED = CONFLICT, "not-enrolled", "no merchant enrols this worker" / "该人员未在任何企业登记",
        "此人已离开原企业。请由新企业先登记。",
        "The worker has left its merchant. Let the merchant it works for now enrol it first.";
    /// It takes nobody in.
    MERCHANT_REMOVED = CONFLICT, "merchant-removed",
        "the merchant is no longer affiliated" / "该企业已不是加盟企业",
        "已清退的企业不能登记人员，也不能申请转会。",
        "A merchant that was removed can neither enrol workers nor ask for a transfer.";
    /// That comes first.
    TRANSFER_UNDER_WAY = CONFLICT, "transfer-under-way",
        "a transfer of this worker is under way" / "该人员正在转会",
        "请先同意或撤回正在进行的转会，或等到 detail 所说的期限。",
        "Consent to the transfer or withdraw it first, or wait until the moment that the detail names.";
    /// There is none.
    NO_TRANSFER = CONFLICT, "no-transfer", "no such transfer is under way" / "没有这样的转会申请",
        "没有转往该企业的申请，或已撤回。请重新读取该人员。",
        "Nobody asked for a transfer to that merchant, or it was withdrawn. Read the worker again.";
    /// A slip of the pen.
    IMPLAUSIBLE_EXPIRY = UNPROCESSABLE_ENTITY, "implausible-expiry",
        "no paper is good for so long" / "证件有效期过长",
        "证件有效期不会超过三年。请核对日期。",
        "No paper is good for more than three years. Check the date.";
    /// The number stands for another training.
    OTHER_TRAINING = CONFLICT, "other-training",
        "the training was recorded with other particulars" / "该培训已以其他内容登记",
        "同一编号的培训或考核已登记，内容不同。请核对编号。",
        "A training or exam with this number is recorded, with other particulars. Check the number.";
    /// Stars rest on something.
    NO_SUCH_TRAINING = UNPROCESSABLE_ENTITY, "no-such-training",
        "the worker has no such training or exam" / "该人员没有这项培训或考核",
        "技能星级须以本人的培训或考核为依据。请先登记培训。",
        "Skill stars rest on a training or exam of the worker. Record that first.";
    /// It was not passed.
    TRAINING_NOT_PASSED = UNPROCESSABLE_ENTITY, "training-not-passed",
        "the training or exam was not passed" / "培训或考核未通过",
        "技能星级只能以已通过的培训或考核为依据。",
        "Skill stars rest only on a training or exam that was passed.";
    /// No key of ours signed it.
    FORGED_CODE = UNPROCESSABLE_ENTITY, "forged-code", "the code was not signed here" / "二维码不是本平台签发",
        "请勿让来人入户。请其在手机上重新出示安心码，仍不符请拨打 81890。",
        "Do not let anybody in. Let the worker show a fresh code on the phone; if that is refused too, call 81890.";
    /// The worker shows a fresh one.
    EXPIRED_CODE = GONE, "expired-code",
        "the code has expired: the phone shows a fresh one" / "二维码已过期，请刷新",
        "手机上的码只在短时间内有效。请让从业人员刷新后再扫。",
        "A code on a phone is good for a short time. Let the worker show a fresh one and scan again.";
    /// The worker shows a fresh one.
    USED_CODE = CONFLICT, "used-code",
        "the code was scanned before: the phone shows a fresh one" / "二维码已被扫过，请刷新",
        "手机上的码只能扫一次。请让从业人员刷新后再扫。",
        "A code on a phone is good for one scan. Let the worker show a fresh one and scan again.";
    /// No worker holds the card.
    UNKNOWN_CARD = NOT_FOUND, "unknown-card", "no worker of this city holds this card" / "本市没有这张工作证",
        "工作证已作废或不是本市的。请核对编号，并要求出示手机上的安心码。",
        "The card was replaced, or is of another city. Check its number, and ask for the code on the phone.";
    /// Nobody answers for the worker.
    NOBODYS_WORKER = GONE, "nobodys-worker",
        "no affiliated merchant enrols this worker: do not let anybody in" / "此人不属于任何加盟企业，请勿让其入户",
        "从业人员已离开企业，或企业已被清退。请拨打 81890。",
        "The worker has left its merchant, or the merchant was removed. Call 81890.";
    /// Nothing to be confirmed.
    NOTHING_SHOWN = CONFLICT, "nothing-shown", "the scan showed nobody" / "此次扫码未显示任何人员",
        "只有显示了从业人员的扫码才能确认入户。请重新扫码。",
        "An entry is confirmed with a scan that showed a worker. Scan again.";
    /// A printed card proves nothing.
    IDENTIFIES_ONLY = CONFLICT, "identifies-only", "a printed card only identifies" / "工作证仅作识别，不能确认入户",
        "请扫描从业人员手机上的安心码。",
        "Scan the code on the worker's phone.";
    /// Scan again.
    SCAN_TOO_OLD = GONE, "scan-too-old", "the scan is too old" / "扫码已过时",
        "入户须在扫码后几分钟内确认。请重新扫码。",
        "An entry is confirmed within minutes of the scan. Scan again.";
    /// Scan again.
    WORKER_MOVED = CONFLICT, "worker-moved", "the worker has changed merchants since" / "该人员已变更所属企业",
        "扫码之后该人员换了企业。请重新扫码。",
        "The worker is with another merchant than at the scan. Scan again.";
    /// Nobody goes in on red.
    RED_CODE = CONFLICT, "red-code", "the safety code is red" / "安心码为红色",
        "证件失效或身份异常，不能入户。请联系企业或拨打 81890。",
        "Papers have lapsed or the identity check failed: nobody goes in. Call the merchant or 81890.";
    /// So many at once.
    SCANS_BUSY = TOO_MANY_REQUESTS, "scans-busy", "too many scans at this moment" / "扫码过于频繁",
        "请先别开门。一分钟后请从业人员刷新二维码再扫，或拨打 81890。",
        "Keep the door closed. Scan a fresh code in a minute, or call 81890.";

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
    /// The city takes nobody over.
    TAKE_OVER_CLOSED = CONFLICT, "take-over-closed", "the city takes no merchant over now" / "本市现不办理存量接收",
        "存量接收只在设置 admission.take_over_until 所定的日期前办理。请改为新申请，或由运维设置该日期。",
        "Merchants are taken over until the day of the setting admission.take_over_until only. Let the merchant apply, or have the day set.";
    /// The public said something.
    REMARKS_OPEN = CONFLICT, "remarks-open", "statements of the public are not answered" / "公示期意见尚未答复",
        "公示期间收到的意见须由信用专员逐条核查答复后才能准入。",
        "An officer has to look into each statement that came in during the publicity period and answer it; then it is decided.";
    /// So many at once.
    REMARKS_BUSY = TOO_MANY_REQUESTS, "remarks-busy", "too many statements about this application" / "意见提交过于频繁",
        "请稍后再提交，或拨打 81890。",
        "Come back later, or call 81890.";
    /// Another text than the one in force was signed.
    OTHER_TEXT = CONFLICT, "other-text",
        "the commitment in force has another text" / "现行承诺书不是这个文本",
        "请重新读取 GET /v1/commitments/{category}，确认后按其 version 和 text_hash 签署。",
        "Read GET /v1/commitments/{category} again, and sign with its version and text_hash.";
    /// As many as are kept.
    TOO_MANY = CONFLICT, "too-many", "no more of these are kept" / "数量已达上限",
        "上限见 detail。",
        "The detail says how many are kept at most.";

    // Activities, honours, volunteering.

    /// It is in no honourable state.
    OPEN_FINDING = CONFLICT, "open-finding",
        "the merchant has an open finding or a running measure" / "该企业有未了结的失信记录或在执行的措施",
        "有未了结的失信记录或平台措施的企业不授予荣誉。待修复或期满后再定。",
        "A merchant with an open finding or a running measure is not honoured. Decide when it is repaired or over.";

    // Due process.

    /// Neither staff nor the merchant that it concerns.
    NOT_THEIRS = FORBIDDEN, "not-theirs", "it is not theirs to do" / "不由其办理",
        "这一步由另一方办理：调查由信用专员，决定由复核员，陈述申辩、整改证明、复核申请和修复申请由企业本身。",
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
    /// Not a day for it.
    HEARING_DATE = UNPROCESSABLE_ENTITY, "hearing-date",
        "the hearing would be too soon or too late" / "听证时间过早或过迟",
        "听证不早于 not_before，且在 until 之前：企业要有时间准备，决定也不能一直等下去。",
        "Hold it from `not_before` on and before `until`: the merchant has to prepare, and the decision cannot wait for good.";
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
    /// The appeal comes before it.
    APPEAL_FIRST = CONFLICT, "appeal-first", "against this decision there is the appeal first" / "请先申请复核",
        "该记录由 proceeding 所指案件作出，until 之前可以申请复核，或正在复核。请先走复核；期满后可对记录提异议。",
        "The entry was made by the decision in `proceeding`, which can be appealed against, or is, until `until`. Appeal first; when that time is over, the entry can be objected to.";
    /// Another remedy belongs to it.
    REMEDY_UNFIT = UNPROCESSABLE_ENTITY, "remedy-unfit", "the remedy does not fit what is objected to" / "救济方式与所提异议不符",
        "请按 remedy 所说的方式提出；更正须写明应得的分；决定须与核查意见一致。",
        "Propose the kind that `remedy` names; a correction names the points that the entry should have given, and what is decided is what the examination proposed.";
    /// Points outside what the entry can give.
    POINTS_UNFIT = UNPROCESSABLE_ENTITY, "points-unfit", "the entry cannot give these points" / "该记录不能给这些分",
        "dimension 维度的分须在 min 与 max 之间：只能更正该记录所涉维度，且不超过其上限和全年封顶。",
        "The points in `dimension` must be within `min` and `max`: only the dimensions that the entry is about, within their bounds and the cap of the year.";
    /// It would be no remedy.
    NO_BETTER = CONFLICT, "no-better", "it would be no better for the merchant" / "对企业并无改善",
        "异议不得使提出者处境更差。请按异议不成立处理。",
        "Nobody ends worse by an objection. Reject it instead.";
    /// There is nothing to compute anew.
    NOTHING_EVALUATED = CONFLICT, "nothing-evaluated", "there is no evaluation to be computed anew" / "没有可重新评定的年度评价",
        "评价尚未公布，或企业其后重新加盟。",
        "The evaluation is not published yet, or the merchant was admitted anew since.";
    /// Somebody examines first.
    NOT_EXAMINED = CONFLICT, "not-examined", "somebody has to examine it first" / "须先核查",
        "请先由信用专员核查并提出意见，再由另一人决定。",
        "Let an officer examine it and propose; then another person decides.";
    /// A breach of nothing.
    UNKNOWN_CLAUSE = UNPROCESSABLE_ENTITY, "unknown-clause", "there is no such clause" / "没有这一条款",
        "条款须是承诺书条款的代码，或行为发生时现行标准的“编号#条款号”。可引用的条款见 GET /v1/clauses。",
        "A clause is a code of the commitment, or `number#clause` of a standard that was in force when it was broken. \
         GET /v1/clauses lists them.";
    /// One proceeding about a breach.
    ALREADY_OPENED = CONFLICT, "already-opened", "a proceeding is about this breach already" / "该失信行为已立案",
        "proceeding 是已立案的编号，请在其中办理。",
        "`proceeding` is the one that is open. Go on in that one.";
    /// Nobody takes such a notice down.
    FOLLOWS_FROM_DECISION = CONFLICT, "follows-from-decision", "the notice stands as long as its decision" / "公示随决定存续",
        "因决定而公示的内容（含表彰）不由人工发布或撤下，随决定公示、终止。",
        "A notice that follows from a decision, a reward too, is not put up or taken down by hand; it comes and goes with it.";

    // Certificates.

    /// The standing allows none.
    NOT_CERTIFIABLE = CONFLICT, "not-certifiable", "the standing allows no certificate" / "目前不能颁发证书",
        "只向加盟中、等级在 C 级以上且有有效承诺类目的企业颁发。原因见 detail。",
        "Certificates are for affiliated merchants of grade C or better with a commitment in force. The detail says why not.";
    /// As much is printed as can be.
    PRINTING_BUSY = SERVICE_UNAVAILABLE, "printing-busy", "too many sheets are being printed" / "打印任务过多",
        "请稍后再试。",
        "Come back after a few seconds.";

    // Import and export.

    /// The first line does not fit the table.
    COLUMNS_UNFIT = UNPROCESSABLE_ENTITY, "columns-unfit", "the columns do not fit the table" / "列名与表不符",
        "errors 逐列指出：未知的列给出最接近的列名，缺少的必备列、重复的列一并列出。导出同类表即得全部列名。",
        "The errors name each column: an unknown one with the nearest name, a missing one, one that stands there twice. An export of the same table has all names.";
    /// It is no table.
    UNREADABLE_FILE = UNPROCESSABLE_ENTITY, "unreadable-file", "the file cannot be read" / "文件无法读取",
        "请交 CSV（UTF-8 或 GB18030）或 .xlsx 文件，不带密码，不超过 20000 行。原因见 detail。",
        "Hand in CSV (UTF-8 or GB 18030) or .xlsx without a password, at most 20000 rows. The detail says what is wrong.";
    /// Nobody said that the good ones are enough.
    ROWS_BAD = CONFLICT, "rows-bad", "rows of the file are bad" / "文件中有不合格的行",
        "请下载不合格的行，改好后重新上传；或以 load=good-rows 明确只载入合格的行。",
        "Download the bad rows, mend them and hand the file in again; or say with load=good-rows that the good ones are loaded without them.";
    /// A workbook has its end.
    EXPORT_TOO_LARGE = UNPROCESSABLE_ENTITY, "export-too-large", "the table is too large for a workbook" / "表过大，不能导出为 Excel",
        "请改为导出 CSV。",
        "Export it as CSV instead.";
}

// What a person at a page is told about a refusal, where the services' own catalogue speaks to who writes programs: it
// names fields, headers and paths. By the code; `{until}` is what the refusal says in that member, and a sentence
// whose member is not there is not said. A code without a title here keeps the catalogue's. `told.test.ts` finds those
// that need an entry.

export interface Said {
  title?: string;
  remedy: string;
}
type Both = { zh: Said; en: Said };

const unfit: Both = {
  zh: { title: "有内容需要改正", remedy: "请按下面所列改正后重试。" },
  en: { title: "Something has to be mended", remedy: "Mend what is named below and try again." },
};
/** A page of ours sent what no service takes: nothing that who looks at it could mend. */
const ours: Both = {
  zh: { title: "本页与服务不一致", remedy: "请重新载入本页再试；仍然不行，请把技术细节里的追踪号告知运维人员。" },
  en: {
    title: "This page and the service do not fit together",
    remedy:
      "Reload the page and try again; if it stays, name the trace in the technical details to the operations team.",
  },
};
const nothing: Both = {
  zh: { title: "没有找到", remedy: "本市没有这一项，或不由您查看。请核对编号。" },
  en: {
    title: "Not found",
    remedy: "The city has nothing with this number, or it is not yours to see. Check the number.",
  },
};
const choose: Both = {
  zh: { remedy: "目录可能已更新。请重新选择。" },
  en: { remedy: "The catalogue may have changed. Please choose again." },
};
const later: Both = {
  zh: { remedy: "没有任何改动。请稍后重试。" },
  en: { remedy: "Nothing was changed. Try again in a moment." },
};
const empty: Both = {
  zh: { remedy: "请填写下面所列的内容。" },
  en: { remedy: "Fill in what is named below." },
};
const state: Both = {
  zh: { remedy: "它的状态已经变化或还不到这一步。请看过最新内容再办理。" },
  en: { remedy: "Its state has changed, or it is not at this step. Look at what stands now." },
};

/** Whose mistakes are the page's own: what is wrong with which field is no help to who looks at it. */
export const OURS: readonly string[] = [
  "bad-signature",
  "idempotency-key-required",
  "idempotency-key-reused",
  "invalid-header",
  "invalid-path",
  "malformed-json",
  "method-not-allowed",
  "no-such-route",
  "precondition-required",
  "replayed",
  "stale-signature",
  "unknown-channel",
  "unknown-field",
  "unsupported-media-type",
];

/** What a refusal counts in. */
export const UNITS: Record<string, Record<"zh" | "en", string>> = {
  months: { zh: "个月", en: "months" },
  "working days": { zh: "个工作日", en: "working days" },
};

const plain: Record<string, Both> = {
  // What every service has.
  "bad-token": {
    zh: { title: "登录已失效", remedy: "请重新登录。" },
    en: { title: "Your session has ended", remedy: "Please sign in again." },
  },
  unsigned: {
    zh: { title: "尚未登录", remedy: "请先登录。" },
    en: { title: "Nobody is signed in", remedy: "Please sign in first." },
  },
  forbidden: {
    zh: { remedy: "您的角色、城市或企业不能办理这一项。" },
    en: { title: "Your account may not do this", remedy: "Its roles, city or merchant do not allow it." },
  },
  "body-too-large": {
    zh: { title: "内容过大", remedy: "请缩短文字，或换较小的文件。" },
    en: { title: "It is too large", remedy: "Shorten the text, or take a smaller file." },
  },
  internal: {
    zh: { remedy: "不是您的操作问题。请把技术细节里的追踪号告知运维人员。" },
    en: { remedy: "It is not your fault. Name the trace in the technical details to the operations team." },
  },
  "invalid-body": unfit,
  "invalid-query": unfit,
  "invalid-request": unfit,
  "invalid-cursor": {
    zh: { title: "列表已经变化", remedy: "请从第一页重新看起。" },
    en: { title: "The list has changed", remedy: "Begin again with its first page." },
  },
  "no-such-dead-letter": {
    zh: { remedy: "它可能已被处理。请回到列表再看。" },
    en: { remedy: "Somebody may have seen to it. Go back to the list." },
  },
  overloaded: later,
  "precondition-failed": {
    zh: { title: "他人刚刚改过", remedy: "您的改动没有生效。请看过最新内容，再重新办理。" },
    en: {
      title: "Somebody changed it meanwhile",
      remedy: "Nothing of yours was saved. Look at what stands now, and do it again.",
    },
  },
  "still-refused": {
    zh: { remedy: "原因见技术细节。请先消除原因，再重投。" },
    en: { remedy: "The technical details say why. See to that first, then drive it again." },
  },
  "too-many-streams": {
    zh: { remedy: "请稍后重试，或关闭不用的页面。" },
    en: { remedy: "Try again in a moment, or close pages that you do not need." },
  },
  unavailable: later,
  "unreadable-body": {
    zh: { title: "内容没有完整送达", remedy: "网络可能中断过。请重试。" },
    en: { title: "It did not arrive whole", remedy: "The network may have broken off. Try again." },
  },

  // Credit.
  "already-opened": {
    zh: { remedy: "请在已立的案件中办理。" },
    en: { remedy: "Go on in the proceeding that is open." },
  },
  "appeal-first": {
    zh: { remedy: "{until} 之前可以申请复核，或正在复核。请先走复核；期满后可对记录提异议。" },
    en: { remedy: "Its decision can be appealed against until {until}, or is. Appeal first; after that, object." },
  },
  "beyond-its-class": {
    zh: { remedy: "该类别最重的措施是：{heaviest}。" },
    en: { remedy: "The heaviest measure of this class: {heaviest}." },
  },
  "checks-open": {
    zh: { remedy: "请补齐下面所列的审核项后再试。" },
    en: { remedy: "Complete the checks that are named below and try again." },
  },
  "clause-unsuspected": {
    zh: { remedy: "请去掉条款，或勾选疑似失信。" },
    en: { remedy: "Leave the clause out, or say that a breach is suspected." },
  },
  "columns-unfit": {
    zh: { remedy: "请按下面所列改正列名。导出同一张表即得全部列名。" },
    en: { remedy: "Mend the columns that are named below. An export of the same table has all names." },
  },
  conflict: state,
  exists: {
    zh: { remedy: "请打开已有的那一项，改它或换一个。" },
    en: { remedy: "Open the one that there is: change it, or hand in something else." },
  },
  "heavier-than-noticed": {
    zh: { remedy: "告知书载明的最重措施是：{announced}。请选不重于它的。" },
    en: { remedy: "The merchant was told of at most: {announced}. Choose one that is not heavier." },
  },
  "invalid-rules": {
    zh: { remedy: "请按下面所列改正规则；应改成什么见技术细节。" },
    en: { remedy: "Mend the rules that are named below; the technical details say what would be right." },
  },
  "no-policy": {
    zh: { remedy: "没有准入规则的类目不接纳任何企业。请换一个类目。" },
    en: { remedy: "A category without a policy admits nobody. Choose another one." },
  },
  "not-certifiable": {
    zh: {
      title: "目前没有证书",
      remedy: "只向加盟中、等级在 C 级以上且有有效承诺类目的企业颁发证书。",
    },
    en: {
      title: "There is no certificate now",
      remedy: "Certificates are for affiliated merchants of grade C or better with a commitment in force.",
    },
  },
  "not-found": nothing,
  "not-now": state,
  "not-theirs": {
    zh: {
      remedy:
        "这一步由另一方办理：调查由信用专员，决定由复核员；陈述申辩、整改证明、申请复核和申请修复由企业自己办理。",
    },
    en: {
      remedy:
        "The step belongs to another side: investigation to the officer, decisions to the reviewer; replies, proofs, appeals and repair to the merchant itself.",
    },
  },
  "not-repairable": {
    zh: { remedy: "例如整改尚未通过，或其后又有失信。" },
    en: { remedy: "Such as a rectification that was not accepted, or a breach since then." },
  },
  "other-text": {
    zh: { remedy: "承诺书刚刚更新过。请刷新，读过新文本后再签署。" },
    en: { remedy: "The commitment was just renewed. Load it anew, read it, and sign then." },
  },
  "period-out-of-range": {
    zh: { remedy: "允许 {min} 至 {max} {unit}。" },
    en: { remedy: "From {min} to {max} {unit} are allowed." },
  },
  "points-unfit": {
    zh: { remedy: "{dimension}的分须在 {min} 与 {max} 之间。" },
    en: { remedy: "The points of {dimension} must be from {min} to {max}." },
  },
  refused: {
    zh: { remedy: "原因见技术细节。" },
    en: { remedy: "The technical details say why." },
  },
  "remedy-unfit": {
    zh: { remedy: "请提出：{remedy}；更正须写明应得的分，决定须与核查意见一致。" },
    en: { remedy: "Propose: {remedy}. A correction names the right points, and a decision follows the examination." },
  },
  "rows-bad": {
    zh: { remedy: "请下载不合格的行，改好后重新上传；或选择只载入合格的行。" },
    en: { remedy: "Download the bad rows, mend them and hand the file in again; or load the good rows alone." },
  },
  "take-over-closed": {
    zh: { remedy: "接收现有企业的期限已过。请改为新申请，或请运维人员设置期限。" },
    en: {
      remedy: "The time for taking over merchants is past. Let the merchant apply, or have operations set the day.",
    },
  },
  "text-missing": empty,
  "text-too-long": {
    zh: { remedy: "请缩短文字。" },
    en: { remedy: "Shorten the text." },
  },
  "hearing-date": {
    // From when on and until when is said beneath its field.
    zh: { remedy: "请改选听证时间：最早和最迟的日期写在它下面。" },
    en: { remedy: "Choose another date: the first and the last one stand beneath it." },
  },
  "too-early": {
    zh: { remedy: "请在 {not_before} 之后再办理。" },
    en: { remedy: "Come back after {not_before}." },
  },
  "too-late": {
    zh: { remedy: "期限到 {until} 为止，现已不能办理。" },
    en: { remedy: "It could be done until {until}, and no longer." },
  },
  "too-many": {
    zh: { remedy: "请先结束或撤回一项。" },
    en: { remedy: "End or withdraw one first." },
  },
  "transfer-under-way": {
    zh: { remedy: "请先同意或撤回正在进行的转会，或等它到期。" },
    en: { remedy: "Consent to the transfer or withdraw it first, or wait until it runs out." },
  },
  "unknown-clause": {
    zh: { remedy: "请从列出的条款中选择：承诺条款，或当时现行标准的条款。" },
    en: { remedy: "Choose a clause that is listed: of the commitment, or of a standard that was in force then." },
  },
  "unreadable-file": {
    zh: { remedy: "请交 CSV（UTF-8 或 GB18030）或 .xlsx 文件，不带密码，不超过 20000 行。" },
    en: { remedy: "Hand in CSV (UTF-8 or GB 18030) or .xlsx without a password, at most 20000 rows." },
  },

  // Dispatch.
  "catching-up": {
    zh: { remedy: "服务刚启动，正在追赶信用变更。请稍后重试。" },
    en: { remedy: "The service has just started and catches up with credit. Try again in a moment." },
  },
  "invalid-need": {
    zh: { remedy: "请核对时间和条数。" },
    en: { remedy: "Check the times and the number asked for." },
  },
  "nobody-eligible": {
    zh: { remedy: "该街道、品类没有符合条件的企业。“为什么”里有每一家的原因。" },
    en: { remedy: "No merchant of the street and category is eligible. “Why” has the reason of each." },
  },
  "already-tried": {
    zh: { title: "该企业未接过这条诉求", remedy: "它已拒单或超时未接。请选其他企业；确要再派给它，请写明理由。" },
    en: {
      title: "The merchant did not take this request before",
      remedy: "It declined it or let it expire. Choose another one; to ask it again, say why.",
    },
  },
  "not-eligible": {
    zh: { remedy: "原因：{reason}。请从推荐中选择。" },
    en: { remedy: "The reason: {reason}. Choose one of the recommendation." },
  },
  "reason-needed": {
    zh: { remedy: "未选首位企业，或再派给未接单的企业时，请选择理由或写明。" },
    en: { remedy: "Who chooses another than the first, or one that did not take it, gives a reason." },
  },
  "second-person-needed": {
    zh: { remedy: "请由另一位有权限的人在“待复核”里同意。" },
    en: { remedy: "Another person with the permission has to agree, on the page of proposals." },
  },
  "unknown-area": choose,
  "unknown-assignment": nothing,
  "unknown-item": choose,
  "unknown-proposal": nothing,

  // Feedback.
  "already-recorded": {
    zh: { remedy: "同事先记录了这次回访，以首次记录为准；您的没有保存。请打开下一单。" },
    en: { remedy: "A colleague recorded this call first, and that stands; yours was not taken. Open the next one." },
  },
  "already-ruled": {
    zh: { remedy: "同事先作出了结论，以首个结论为准；您的没有记录。请刷新查看。" },
    en: { remedy: "A colleague ruled on the case first, and that stands; yours was not taken. Load it anew." },
  },
  "claimed-by-another": {
    zh: { remedy: "同事已领取，到 {until} 为止。请领取其他任务。" },
    en: { remedy: "A colleague has it until {until}. Take another one." },
  },
  "not-due": {
    zh: { remedy: "请在 {due_at} 之后回访。" },
    en: { remedy: "Call after {due_at}." },
  },
  "nothing-suspected": {
    zh: { remedy: "请填写说明，或至少一个问题答“否”。" },
    en: { remedy: "Give a note, or answer at least one question with no." },
  },
  "outside-calling-hours": {
    zh: { remedy: "此刻不致电市民。下一个时段从 {next} 开始。" },
    en: { remedy: "Citizens are left alone at this hour. The next hours begin at {next}." },
  },

  // Intake.
  "reason-too-long": {
    zh: { remedy: "请缩短理由。" },
    en: { remedy: "Shorten the reason." },
  },
  "refused-by-service": {
    zh: { title: "另一项服务没有同意", remedy: "原因见技术细节。" },
    en: { title: "Another service refused", remedy: "The technical details say why." },
  },
  "storage-full": {
    zh: { remedy: "没有任何改动。运维人员已收到告警，请稍后重试。" },
    en: { remedy: "Nothing was changed. The operations team is alerted; try again later." },
  },
  "tracking-busy": {
    zh: { remedy: "请稍后再查，或拨打 81890。" },
    en: { remedy: "Try again in a moment, or call 81890." },
  },
  "unknown-street": choose,
  "wrong-city": {
    zh: { remedy: "请重新选择本市的街道。" },
    en: { remedy: "Choose a street of this city." },
  },
};

/** By the code; nothing for one that the catalogue has words for. */
export function remedyOf(code: string): Both | undefined {
  return OURS.includes(code) ? ours : plain[code];
}

import type { Words } from ".";

const zh = {
  action: {
    retry: "重试",
    cancel: "取消",
    close: "关闭",
    more: "加载更多",
    copy: "复制",
    copied: "已复制",
    download: "下载",
    reveal: "显示原文（留痕）",
  },
  state: {
    loading: "正在加载…",
    empty: "暂无内容",
    offline: "网络已断开。恢复后请重试。",
    unreached: "连不上服务。请稍后重试。",
    kept: "填写的内容还在。",
    "no-permission": "您的角色不能查看或办理这一项。",
    "signed-out": "登录已结束，请重新登录。",
    "not-found": "没有找到。它可能已被撤下，或地址有误。",
    busy: "服务繁忙，没有任何改动。请稍后重试。",
    refused: "未能办理，请按提示改正后重试。",
    broken: "平台内部出错，不是您的操作问题。请把技术细节里的追踪号告知运维人员。",
    "citizen-busy": "平台暂时无法答复。请稍后再试；要紧时拨打 81890。",
    "citizen-broken": "平台出了故障，不是您的操作问题。请稍后再试；要紧时拨打 81890。",
    mend: "需要改正",
    technical: "技术细节（问题代码、追踪号）",
  },
  list: { count: "共 {n} 条", over: "{n} 条以上", shown: "已显示 {n} 条", narrow: "其余的请用筛选条件查找。" },
  language: { zh: "中文", en: "English", choose: "语言" },
  none: "无",
};

const en: typeof zh = {
  action: {
    retry: "Try again",
    cancel: "Cancel",
    close: "Close",
    more: "Load more",
    copy: "Copy",
    copied: "Copied",
    download: "Download",
    reveal: "Show in the clear (kept on record)",
  },
  state: {
    loading: "Loading…",
    empty: "Nothing here yet",
    offline: "The network is away. Try again when it is back.",
    unreached: "The service cannot be reached. Try again in a moment.",
    kept: "What you typed is still here.",
    "no-permission": "Your role may not see or do this.",
    "signed-out": "Your session has ended. Please sign in again.",
    "not-found": "Not found. It may have been withdrawn, or the address is wrong.",
    busy: "The service is busy and changed nothing. Try again in a moment.",
    refused: "Not done. Mend what is named below and try again.",
    broken: "An error of ours, not of yours. Please name the trace in the technical details to the operations team.",
    "citizen-busy": "The platform cannot answer just now. Try again in a moment; if it cannot wait, call 81890.",
    "citizen-broken": "Something failed on our side, not on yours. Try again later; if it cannot wait, call 81890.",
    mend: "To mend",
    technical: "Technical details (code, trace)",
  },
  list: { count: "{n} in all", over: "More than {n}", shown: "{n} shown", narrow: "Find the rest by the filters." },
  language: { zh: "中文", en: "English", choose: "Language" },
  none: "none",
};

/** Words of every page. */
export const common: Words<typeof zh> = { zh, en };

import { counted, HOW_MANY } from "@kit/total";

import { definePage } from "../../shell/page";

export default definePage({
  path: "/callbacks",
  title: { zh: "回访", en: "Call-backs" },
  permissions: ["read-callbacks"],
  menu: { group: "followup", order: 10 },
  waits: [
    {
      words: { zh: "现在可回访", en: "Call-backs due now" },
      to: "/callbacks",
      permissions: ["work-callbacks"],
      isNow: true,
      count: ({ api, city }) =>
        counted(api.feedback.GET("/v1/callbacks", { params: { query: { city, ...HOW_MANY } } })),
    },
    {
      words: { zh: "已超期的回访", en: "Call-backs overdue" },
      to: "/callbacks?due=overdue",
      permissions: ["work-callbacks"],
      isNow: true,
      count: ({ api, city }) =>
        counted(api.feedback.GET("/v1/callbacks", { params: { query: { city, due: "overdue", ...HOW_MANY } } })),
    },
    {
      words: { zh: "我领取的回访", en: "Call-backs that you took on" },
      to: "/callbacks?due=mine",
      permissions: ["work-callbacks"],
      isNow: true,
      count: ({ api, city }) =>
        counted(api.feedback.GET("/v1/callbacks", { params: { query: { city, claimed_by: "me", ...HOW_MANY } } })),
    },
    {
      words: { zh: "今天到期的回访", en: "Call-backs due today" },
      to: "/callbacks?due=today",
      permissions: ["work-callbacks"],
      count: ({ api, city }) =>
        counted(api.feedback.GET("/v1/callbacks", { params: { query: { city, due: "today", ...HOW_MANY } } })),
    },
  ],
  load: () => import("./CallbacksPage.vue"),
});

import { counted, HOW_MANY } from "@kit/total";

import { definePage } from "../../../shell/page";

export default definePage({
  path: "/board",
  title: { zh: "派单看板", en: "Dispatch board" },
  permissions: ["read-jobs"],
  menu: { group: "desk", order: 30 },
  key: "b",
  waits: [
    {
      words: { zh: "暂无企业，需人工", en: "Without a merchant: a person's turn" },
      to: "/board",
      permissions: ["dispatch"],
      isNow: true,
      count: ({ api, city }) =>
        counted(api.dispatch.GET("/v1/jobs", { params: { query: { city, state: "unserved", ...HOW_MANY } } })),
    },
    {
      words: { zh: "待派单", en: "To be dispatched" },
      to: "/board",
      permissions: ["dispatch"],
      isNow: true,
      count: ({ api, city }) =>
        counted(api.dispatch.GET("/v1/jobs", { params: { query: { city, state: "waiting", ...HOW_MANY } } })),
    },
  ],
  load: () => import("./BoardPage.vue"),
});

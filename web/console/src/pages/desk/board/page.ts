import { data } from "@kit/api/client";
import { counted, HOW_MANY, together } from "@kit/total";

import { definePage } from "../../../shell/page";
import { COLUMNS } from "./moves";

export default definePage({
  path: "/board",
  title: { zh: "派单看板", en: "Dispatch board" },
  permissions: ["read-jobs"],
  menu: { group: "desk", order: 30 },
  key: "b",
  waits: [
    {
      words: { zh: "没有企业接，待人工派单", en: "Nobody took it: an operator's turn" },
      to: "/board?column=unserved",
      permissions: ["dispatch"],
      isNow: true,
      count: ({ api, city }) =>
        counted(api.dispatch.GET("/v1/jobs", { params: { query: { city, state: "unserved", ...HOW_MANY } } })),
    },
    {
      words: { zh: "待派单", en: "To be dispatched" },
      to: "/board?column=waiting",
      permissions: ["dispatch"],
      isNow: true,
      count: ({ api, city }) =>
        counted(api.dispatch.GET("/v1/jobs", { params: { query: { city, state: "waiting", ...HOW_MANY } } })),
    },
    {
      words: { zh: "已超期", en: "Overdue" },
      to: "/board?late=1",
      permissions: ["dispatch"],
      isNow: true,
      count: async ({ api, city }) => {
        const board = await data(api.dispatch.GET("/v1/board", { params: { query: { city } } }));
        return together(COLUMNS.map((column) => board[column].late));
      },
    },
  ],
  load: () => import("./BoardPage.vue"),
});

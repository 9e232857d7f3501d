import { nowThere } from "@kit/now";
import { counted, HOW_MANY } from "@kit/total";

import { definePage } from "../../shell/page";

const DAY_MS = 86_400_000;

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
      words: { zh: "一天前就该回访", en: "Due for more than a day" },
      to: "/callbacks",
      permissions: ["work-callbacks"],
      isNow: true,
      count: ({ api, city }) => {
        const due = new Date(nowThere() - DAY_MS).toISOString();
        return counted(api.feedback.GET("/v1/callbacks", { params: { query: { city, due, ...HOW_MANY } } }));
      },
    },
    {
      words: { zh: "两天内到期", en: "Due within two days" },
      to: "/callbacks?due=soon",
      permissions: ["work-callbacks"],
      count: ({ api, city }) => {
        const due = new Date(nowThere() + 2 * DAY_MS).toISOString();
        return counted(api.feedback.GET("/v1/callbacks", { params: { query: { city, due, ...HOW_MANY } } }));
      },
    },
  ],
  load: () => import("./CallbacksPage.vue"),
});

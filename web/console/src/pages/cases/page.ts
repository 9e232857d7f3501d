import { counted, HOW_MANY } from "@kit/total";

import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/cases",
    title: { zh: "失信核查", en: "Breach cases" },
    permissions: ["read-callbacks"],
    menu: { group: "followup", order: 20 },
    waits: [
      {
        words: { zh: "失信待核查", en: "Breach cases to look into" },
        to: "/cases",
        permissions: ["rule-on-cases"],
        isNow: true,
        count: ({ api, city }) =>
          counted(api.feedback.GET("/v1/cases", { params: { query: { city, state: "open", ...HOW_MANY } } })),
      },
    ],
    load: () => import("./CasesPage.vue"),
  }),
  definePage({
    path: "/cases/:id",
    title: { zh: "失信核查", en: "Breach case" },
    permissions: ["read-callbacks"],
    load: () => import("./CasePage.vue"),
  }),
];

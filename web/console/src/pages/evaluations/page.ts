import { fitting, ROWS } from "@kit/total";

import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/evaluations",
    title: { zh: "信用评价", en: "Evaluations" },
    permissions: ["read-evaluations"],
    menu: { group: "model", order: 10 },
    waits: [
      {
        words: { zh: "年度评价已算出，待发布", en: "Yearly results to publish" },
        to: "/evaluations",
        permissions: ["publish-evaluations"],
        count: ({ api, city }) =>
          fitting(api.credit.GET("/v1/evaluations", { params: { query: { city, ...ROWS } } }), (run) =>
            run.allowed_actions.includes("publish"),
          ),
      },
    ],
    load: () => import("./EvaluationsPage.vue"),
  }),
  definePage({
    path: "/evaluations/:id",
    title: { zh: "信用评价", en: "Evaluation" },
    permissions: ["read-evaluations"],
    load: () => import("./EvaluationPage.vue"),
  }),
  definePage({
    path: "/evaluations/:id/reports/:merchant",
    title: { zh: "评价报告", en: "Report" },
    permissions: ["read-evaluations"],
    load: () => import("./ReportPage.vue"),
  }),
];

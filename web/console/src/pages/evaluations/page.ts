import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/evaluations",
    title: { zh: "信用评价", en: "Evaluations" },
    permissions: ["read-evaluations"],
    menu: { group: "model", order: 10 },
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

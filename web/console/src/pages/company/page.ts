import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/company/jobs",
    title: { zh: "我的订单", en: "My jobs" },
    permissions: ["answer-offers"],
    menu: { group: "company", order: 10 },
    load: () => import("./jobs/JobsPage.vue"),
  }),
  definePage({
    path: "/company/notices",
    title: { zh: "通知", en: "Notices" },
    permissions: ["answer-proceedings"],
    menu: { group: "company", order: 15 },
    load: () => import("./notices/OwnNoticesPage.vue"),
  }),
  definePage({
    path: "/company/standing",
    title: { zh: "我的信用", en: "My credit" },
    permissions: ["read-own-merchant"],
    menu: { group: "company", order: 20 },
    load: () => import("./standing/OwnStandingPage.vue"),
  }),
  definePage({
    path: "/company/workers",
    title: { zh: "人员与安心码", en: "Workers and codes" },
    permissions: ["manage-own-workers"],
    menu: { group: "company", order: 30 },
    load: () => import("./workers/OwnWorkersPage.vue"),
  }),
  definePage({
    path: "/company/workers/:id/card",
    title: { zh: "服务人员证", en: "Worker's card" },
    permissions: ["manage-own-workers"],
    load: () => import("./workers/WorkerCardPage.vue"),
  }),
  definePage({
    path: "/company/prices",
    title: { zh: "明码标价", en: "Prices" },
    permissions: ["answer-offers"],
    menu: { group: "company", order: 40 },
    load: () => import("./prices/OwnPricesPage.vue"),
  }),
  definePage({
    path: "/company/papers",
    title: { zh: "资质与承诺", en: "Papers and commitments" },
    permissions: ["sign-commitments"],
    menu: { group: "company", order: 50 },
    load: () => import("./papers/OwnPapersPage.vue"),
  }),
  definePage({
    path: "/company/cases",
    title: { zh: "处理与异议", en: "Proceedings, objections" },
    permissions: ["answer-proceedings"],
    menu: { group: "company", order: 60 },
    load: () => import("./cases/CasesPage.vue"),
  }),
  definePage({
    path: "/company/cases/:id",
    title: { zh: "处理程序", en: "Proceeding" },
    permissions: ["answer-proceedings"],
    load: () => import("./cases/OwnProceedingPage.vue"),
  }),
  definePage({
    path: "/company/objections/:id",
    title: { zh: "异议", en: "Objection" },
    permissions: ["answer-proceedings"],
    load: () => import("./cases/OwnObjectionPage.vue"),
  }),
  definePage({
    path: "/company/applications",
    title: { zh: "加盟申请", en: "Applications" },
    permissions: ["sign-commitments"],
    menu: { group: "company", order: 70 },
    load: () => import("./application/OwnApplicationsPage.vue"),
  }),
];

import { counted, fitting, HOW_MANY, ROWS, together } from "@kit/total";

import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/company/jobs",
    title: { zh: "我的订单", en: "My jobs" },
    permissions: ["answer-offers"],
    menu: { group: "company", order: 10 },
    waits: [
      {
        words: { zh: "新订单待接", en: "Offers to answer" },
        to: "/company/jobs",
        isNow: true,
        count: ({ api, city }) =>
          counted(api.dispatch.GET("/v1/assignments", { params: { query: { city, state: "offered", ...HOW_MANY } } })),
      },
      {
        words: { zh: "进行中的订单", en: "Jobs under way" },
        to: "/company/jobs",
        isNow: true,
        count: ({ api, city }) =>
          counted(api.dispatch.GET("/v1/assignments", { params: { query: { city, state: "accepted", ...HOW_MANY } } })),
      },
    ],
    load: () => import("./jobs/JobsPage.vue"),
  }),
  definePage({
    path: "/company/notices",
    title: { zh: "通知", en: "Notices" },
    permissions: ["answer-proceedings"],
    menu: { group: "company", order: 15 },
    waits: [
      {
        words: { zh: "未签收的通知", en: "Notices to acknowledge" },
        to: "/company/notices",
        isNow: true,
        count: ({ api, city, session }) => {
          const path = { id: session.merchant.value ?? "" };
          return counted(
            api.credit.GET("/v1/merchants/{id}/notices", {
              params: { path, query: { city, unread: true, ...HOW_MANY } },
            }),
          );
        },
      },
    ],
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
    waits: [
      {
        words: { zh: "人员证照已过期或将到期", en: "Workers whose papers ended or end soon" },
        to: "/company/workers?papers=due",
        count: async (context) => (await import("./workers/ends")).ends(context),
      },
    ],
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
    waits: [
      {
        words: { zh: "证照承诺缺少或即将到期", en: "Papers, commitments missing or ending" },
        to: "/company/papers",
        count: async (context) => (await import("./papers/ending")).ending(context),
      },
    ],
    load: () => import("./papers/OwnPapersPage.vue"),
  }),
  definePage({
    path: "/company/cases",
    title: { zh: "处理与异议", en: "Proceedings, objections" },
    permissions: ["answer-proceedings"],
    menu: { group: "company", order: 60 },
    waits: [
      {
        words: { zh: "疑似失信，可说明情况", en: "Suspicions to answer" },
        to: "/company/cases",
        permissions: ["answer-cases"],
        count: ({ api, city }) =>
          counted(
            api.feedback.GET("/v1/cases", {
              params: { query: { city, state: "open", unanswered: true, ...HOW_MANY } },
            }),
          ),
      },
      {
        words: { zh: "处理告知，可陈述申辩", en: "Proceedings to answer" },
        to: "/company/cases",
        // One that was answered waits for the officer.
        count: ({ api, city }) =>
          fitting(
            api.credit.GET("/v1/proceedings", { params: { query: { city, stage: "noticed", ...ROWS } } }),
            (proceeding) => proceeding.allowed_actions.includes("reply"),
          ),
      },
      {
        words: { zh: "责令整改，待提交证明", en: "Rectifications to prove" },
        to: "/company/cases",
        isNow: true,
        count: ({ api, city }) =>
          // An appeal does not stay what is to be put right.
          Promise.all(
            (["in_force", "appealed"] as const).map((stage) =>
              fitting(
                api.credit.GET("/v1/proceedings", { params: { query: { city, stage, ...ROWS } } }),
                (proceeding) => proceeding.allowed_actions.includes("prove"),
              ),
            ),
          ).then(together),
      },
      {
        words: { zh: "已通知听证，请准时到场", en: "Hearings to attend" },
        to: "/company/cases",
        isNow: true,
        count: ({ api, city }) =>
          // Whoever came is not told to come again while the minutes are written.
          fitting(
            api.credit.GET("/v1/proceedings", { params: { query: { city, stage: "hearing_called", ...ROWS } } }),
            ({ due }) => due?.what === "hearing" && !due.overdue,
          ),
      },
    ],
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
    waits: [
      {
        words: { zh: "加盟审核项待补齐", en: "Checks of your application to complete" },
        to: "/company/applications",
        count: async (context) => (await import("./application/lacking")).lacking(context),
      },
    ],
    load: () => import("./application/OwnApplicationsPage.vue"),
  }),
];

import { counted, HOW_MANY } from "@kit/total";

import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/objections",
    title: { zh: "异议", en: "Objections" },
    permissions: ["read-proceedings"],
    menu: { group: "credit", order: 40 },
    waits: [
      {
        words: { zh: "异议已超期", en: "Objections overdue" },
        to: "/objections?overdue=yes",
        isNow: true,
        count: ({ api, city }) =>
          counted(api.credit.GET("/v1/objections", { params: { query: { city, overdue: true, ...HOW_MANY } } })),
      },
      {
        words: { zh: "本市异议待核查", en: "Objections of the city to examine" },
        to: "/objections?state=open",
        permissions: ["investigate-proceedings"],
        isNow: true,
        count: ({ api, city }) =>
          counted(api.credit.GET("/v1/objections", { params: { query: { city, state: "open", ...HOW_MANY } } })),
      },
      {
        words: { zh: "本市异议待决定", en: "Objections of the city to decide" },
        to: "/objections?state=examined",
        permissions: ["decide-proceedings"],
        isNow: true,
        count: ({ api, city }) =>
          counted(api.credit.GET("/v1/objections", { params: { query: { city, state: "examined", ...HOW_MANY } } })),
      },
    ],
    load: () => import("./ObjectionsPage.vue"),
  }),
  definePage({
    path: "/objections/:id",
    title: { zh: "异议", en: "Objection" },
    permissions: ["read-proceedings"],
    load: () => import("./ObjectionPage.vue"),
  }),
];

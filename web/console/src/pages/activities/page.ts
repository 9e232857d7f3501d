import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/activities",
    title: { zh: "信用活动", en: "Activities" },
    permissions: ["read-honours", "record-attendance"],
    menu: { group: "credit", order: 55 },
    load: () => import("./ActivitiesPage.vue"),
  }),
  definePage({
    path: "/activities/:id",
    title: { zh: "信用活动", en: "Activity" },
    permissions: ["read-honours", "record-attendance"],
    load: () => import("./ActivityPage.vue"),
  }),
];

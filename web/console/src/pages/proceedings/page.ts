import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/proceedings",
    title: { zh: "失信处理", en: "Proceedings" },
    permissions: ["read-proceedings"],
    menu: { group: "credit", order: 30 },
    load: () => import("./ProceedingsPage.vue"),
  }),
  definePage({
    path: "/proceedings/:id",
    title: { zh: "失信处理", en: "Proceeding" },
    permissions: ["read-proceedings"],
    load: () => import("./ProceedingPage.vue"),
  }),
];

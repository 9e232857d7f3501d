import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/objections",
    title: { zh: "异议", en: "Objections" },
    permissions: ["read-proceedings"],
    menu: { group: "credit", order: 40 },
    load: () => import("./ObjectionsPage.vue"),
  }),
  definePage({
    path: "/objections/:id",
    title: { zh: "异议", en: "Objection" },
    permissions: ["read-proceedings"],
    load: () => import("./ObjectionPage.vue"),
  }),
];

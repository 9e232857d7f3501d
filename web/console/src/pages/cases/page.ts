import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/cases",
    title: { zh: "失信核查", en: "Breach cases" },
    permissions: ["read-callbacks"],
    menu: { group: "followup", order: 20 },
    load: () => import("./CasesPage.vue"),
  }),
  definePage({
    path: "/cases/:id",
    title: { zh: "失信核查", en: "Breach case" },
    permissions: ["rule-on-cases"],
    load: () => import("./CasePage.vue"),
  }),
];

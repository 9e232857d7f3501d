import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/volunteering",
    title: { zh: "志愿服务", en: "Volunteering" },
    permissions: ["read-volunteering"],
    menu: { group: "credit", order: 58 },
    load: () => import("./VolunteeringPage.vue"),
  }),
  definePage({
    path: "/volunteering/:date",
    title: { zh: "志愿服务对账", en: "Reconciliation" },
    permissions: ["read-volunteering"],
    load: () => import("./ReconciliationPage.vue"),
  }),
];

import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/admission",
    title: { zh: "加盟准入", en: "Admission" },
    permissions: ["read-admissions"],
    menu: { group: "credit", order: 20 },
    load: () => import("./ApplicationsPage.vue"),
  }),
  definePage({
    path: "/admission/:id",
    title: { zh: "加盟申请", en: "Application" },
    permissions: ["read-admissions"],
    load: () => import("./ApplicationPage.vue"),
  }),
];

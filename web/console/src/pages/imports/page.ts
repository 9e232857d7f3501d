import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/imports",
    title: { zh: "导入导出", en: "Imports, exports" },
    permissions: ["read-imports"],
    menu: { group: "credit", order: 90 },
    load: () => import("./ImportsPage.vue"),
  }),
  definePage({
    path: "/imports/:id",
    title: { zh: "导入", en: "Import" },
    permissions: ["read-imports"],
    load: () => import("./ImportPage.vue"),
  }),
];

import { counted, HOW_MANY } from "@kit/total";

import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/imports",
    title: { zh: "导入导出", en: "Imports, exports" },
    permissions: ["read-imports"],
    menu: { group: "credit", order: 90 },
    waits: [
      {
        words: { zh: "导入待批准", en: "Imports to approve" },
        to: "/imports",
        permissions: ["approve-imports"],
        count: ({ api, city }) =>
          counted(api.credit.GET("/v1/imports", { params: { query: { city, state: "proposed", ...HOW_MANY } } })),
      },
    ],
    load: () => import("./ImportsPage.vue"),
  }),
  definePage({
    path: "/imports/:id",
    title: { zh: "导入", en: "Import" },
    permissions: ["read-imports"],
    load: () => import("./ImportPage.vue"),
  }),
];

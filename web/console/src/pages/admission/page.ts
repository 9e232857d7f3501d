import { counted, HOW_MANY } from "@kit/total";

import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/admission",
    title: { zh: "加盟准入", en: "Admission" },
    permissions: ["read-admissions"],
    menu: { group: "credit", order: 20 },
    waits: [
      {
        words: { zh: "加盟申请待受理", en: "Applications to begin with" },
        to: "/admission?state=applied",
        permissions: ["examine-admissions"],
        isNow: true,
        count: ({ api, city }) =>
          counted(api.credit.GET("/v1/applications", { params: { query: { city, state: "applied", ...HOW_MANY } } })),
      },
      {
        words: { zh: "加盟申请核查中", en: "Applications under check" },
        to: "/admission?state=checks",
        permissions: ["examine-admissions"],
        count: ({ api, city }) =>
          counted(api.credit.GET("/v1/applications", { params: { query: { city, state: "checks", ...HOW_MANY } } })),
      },
      {
        words: { zh: "公示中，期满待决定", en: "In publicity, then to be decided" },
        to: "/admission?state=publicity",
        permissions: ["decide-admissions"],
        count: ({ api, city }) =>
          counted(api.credit.GET("/v1/applications", { params: { query: { city, state: "publicity", ...HOW_MANY } } })),
      },
    ],
    load: () => import("./ApplicationsPage.vue"),
  }),
  definePage({
    path: "/admission/:id",
    title: { zh: "加盟申请", en: "Application" },
    permissions: ["read-admissions"],
    load: () => import("./ApplicationPage.vue"),
  }),
];

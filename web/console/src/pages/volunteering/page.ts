import { data } from "@kit/api/client";
import { exactly } from "@kit/total";

import { definePage } from "../../shell/page";

/** As many days as are looked back on. */
const DAYS = 30;

export default [
  definePage({
    path: "/volunteering",
    title: { zh: "志愿服务", en: "Volunteering" },
    permissions: ["read-volunteering"],
    menu: { group: "credit", order: 58 },
    waits: [
      {
        words: { zh: "志愿服务对账有差异的日子", en: "Days on which the books differ" },
        to: "/volunteering?tab=reconciliations",
        count: async ({ api, city }) => {
          const query = { city, limit: DAYS };
          const { items } = await data(api.credit.GET("/v1/volunteer/reconciliations", { params: { query } }));
          return exactly(items.filter(({ stated, differences }) => !stated || differences > 0).length);
        },
      },
    ],
    load: () => import("./VolunteeringPage.vue"),
  }),
  definePage({
    path: "/volunteering/:date",
    title: { zh: "志愿服务对账", en: "Reconciliation" },
    permissions: ["read-volunteering"],
    load: () => import("./ReconciliationPage.vue"),
  }),
];

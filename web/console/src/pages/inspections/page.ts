import { counted, HOW_MANY } from "@kit/total";

import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/inspections",
    title: { zh: "巡查", en: "Inspections" },
    permissions: ["read-inspections"],
    menu: { group: "credit", order: 25 },
    waits: [
      {
        words: { zh: "巡查待办理", en: "Inspections to settle" },
        to: "/inspections?waiting=yes",
        permissions: ["settle-inspections"],
        count: ({ api, city }) =>
          counted(api.credit.GET("/v1/inspections", { params: { query: { city, waiting: true, ...HOW_MANY } } })),
      },
      {
        words: { zh: "我登记的巡查待办理", en: "Filed by me, not settled yet" },
        to: "/inspections?waiting=yes&whose=mine",
        permissions: ["file-inspections"],
        count: ({ api, city }) =>
          counted(
            api.credit.GET("/v1/inspections", { params: { query: { city, waiting: true, mine: true, ...HOW_MANY } } }),
          ),
      },
    ],
    load: () => import("./InspectionsPage.vue"),
  }),
  definePage({
    path: "/inspections/:id",
    title: { zh: "巡查发现", en: "Inspection" },
    permissions: ["read-inspections"],
    load: () => import("./InspectionPage.vue"),
  }),
];

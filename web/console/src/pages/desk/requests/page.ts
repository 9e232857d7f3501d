import { counted, HOW_MANY } from "@kit/total";

import { definePage } from "../../../shell/page";

export default definePage({
  path: "/requests",
  title: { zh: "诉求", en: "Requests" },
  permissions: ["read-request"],
  menu: { group: "desk", order: 20 },
  waits: [
    {
      words: { zh: "我经办的，待人工派单", en: "Mine, needs an operator" },
      to: "/requests?whose=mine&status=unserved",
      permissions: ["dispatch"],
      isNow: true,
      count: ({ api, city }) =>
        counted(
          api.intake.GET("/v1/requests", { params: { query: { city, mine: true, status: "unserved", ...HOW_MANY } } }),
        ),
    },
    {
      words: { zh: "我经办的，未完成", en: "Mine, open" },
      to: "/requests?whose=mine&status=open",
      permissions: ["dispatch"],
      count: ({ api, city }) =>
        counted(api.intake.GET("/v1/requests", { params: { query: { city, mine: true, open: true, ...HOW_MANY } } })),
    },
  ],
  load: () => import("./RequestsPage.vue"),
});

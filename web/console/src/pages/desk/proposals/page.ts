import { counted, HOW_MANY } from "@kit/total";

import { definePage } from "../../../shell/page";

export default definePage({
  path: "/proposals",
  title: { zh: "改派复核", en: "Choices to approve" },
  permissions: ["read-jobs"],
  menu: { group: "desk", order: 50 },
  waits: [
    {
      words: { zh: "改派待复核", en: "Choices to approve" },
      to: "/proposals",
      permissions: ["approve-overrides"],
      isNow: true,
      count: ({ api, city }) =>
        counted(api.dispatch.GET("/v1/proposals", { params: { query: { city, state: "open", ...HOW_MANY } } })),
    },
  ],
  load: () => import("./ProposalsPage.vue"),
});

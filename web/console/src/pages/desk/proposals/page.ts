import { fitting, ROWS } from "@kit/total";

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
      // One's own waits for another operator.
      count: ({ api, city }) =>
        fitting(
          api.dispatch.GET("/v1/proposals", { params: { query: { city, state: "open", ...ROWS } } }),
          (proposal) => proposal.allowed_actions.includes("approve"),
        ),
    },
  ],
  load: () => import("./ProposalsPage.vue"),
});

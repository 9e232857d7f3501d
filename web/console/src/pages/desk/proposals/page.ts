import { definePage } from "../../../shell/page";

export default definePage({
  path: "/proposals",
  title: { zh: "改派复核", en: "Choices to approve" },
  permissions: ["read-jobs"],
  menu: { group: "desk", order: 50 },
  load: () => import("./ProposalsPage.vue"),
});

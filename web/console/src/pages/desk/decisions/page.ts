import { definePage } from "../../../shell/page";

export default definePage({
  path: "/decisions",
  title: { zh: "最近派单", en: "Last decisions" },
  permissions: ["read-jobs"],
  menu: { group: "desk", order: 35 },
  load: () => import("./DecisionsPage.vue"),
});

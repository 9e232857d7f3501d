import { definePage } from "../../../shell/page";

export default definePage({
  path: "/operations/overview",
  title: { zh: "运行总览", en: "Overview" },
  permissions: ["read-dead-letters"],
  menu: { group: "operations", order: 5 },
  load: () => import("./OverviewPage.vue"),
});

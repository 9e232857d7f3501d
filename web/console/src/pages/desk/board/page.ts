import { definePage } from "../../../shell/page";

export default definePage({
  path: "/board",
  title: { zh: "派单看板", en: "Dispatch board" },
  permissions: ["read-jobs"],
  menu: { group: "desk", order: 30 },
  key: "b",
  load: () => import("./BoardPage.vue"),
});

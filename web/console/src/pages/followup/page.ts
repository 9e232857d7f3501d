import { definePage } from "../../shell/page";

export default definePage({
  path: "/callbacks",
  title: { zh: "回访", en: "Call-backs" },
  permissions: ["read-callbacks"],
  menu: { group: "followup", order: 10 },
  load: () => import("./CallbacksPage.vue"),
});

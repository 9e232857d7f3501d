import { definePage } from "../../../shell/page";

export default definePage({
  path: "/requests",
  title: { zh: "诉求", en: "Requests" },
  permissions: ["read-request"],
  menu: { group: "desk", order: 20 },
  load: () => import("./RequestsPage.vue"),
});

import { definePage } from "../../../shell/page";

export default definePage({
  path: "/requests/new",
  title: { zh: "新建诉求", en: "New request" },
  permissions: ["create-request"],
  menu: { group: "desk", order: 10 },
  key: "n",
  load: () => import("./NewRequestPage.vue"),
});

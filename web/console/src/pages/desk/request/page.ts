import { definePage } from "../../../shell/page";

export default definePage({
  path: "/requests/:id",
  title: { zh: "诉求详情", en: "Request" },
  permissions: ["read-request"],
  load: () => import("./RequestPage.vue"),
});

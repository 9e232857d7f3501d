import { definePage } from "../../shell/page";

export default definePage({
  path: "/applications",
  title: { zh: "加盟公示", en: "Applications" },
  order: 5,
  load: () => import("./ApplicationsPage.vue"),
});

import { definePage } from "../../shell/page";

export default definePage({
  path: "/",
  title: { zh: "首页", en: "Home" },
  permissions: [],
  load: () => import("./HomePage.vue"),
});

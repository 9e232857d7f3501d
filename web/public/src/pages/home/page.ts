import { definePage } from "../../shell/page";

export default definePage({
  path: "/",
  title: { zh: "首页", en: "Start" },
  load: () => import("./HomePage.vue"),
});

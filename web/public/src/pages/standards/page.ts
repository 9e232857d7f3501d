import { definePage } from "../../shell/page";

export default definePage({
  path: "/standards",
  title: { zh: "标准与承诺", en: "Standards" },
  order: 6,
  load: () => import("./StandardsPage.vue"),
});

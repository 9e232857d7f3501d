import { definePage } from "../../../shell/page";

export default definePage({
  path: "/ranking",
  title: { zh: "实时排序", en: "Live order" },
  permissions: ["read-recommendation"],
  menu: { group: "desk", order: 40 },
  load: () => import("./RankingPage.vue"),
});

import { definePage } from "../../shell/page";

export default definePage({
  path: "/years",
  title: { zh: "年度评价", en: "The year" },
  order: 7,
  load: () => import("./YearPage.vue"),
});

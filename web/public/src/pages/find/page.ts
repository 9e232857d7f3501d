import { definePage } from "../../shell/page";

export default definePage({
  path: "/merchants",
  title: { zh: "查企业", en: "Find a merchant" },
  order: 1,
  load: () => import("./FindPage.vue"),
});

import { definePage } from "../../shell/page";

export default definePage({
  path: "/publicity",
  title: { zh: "信用公示", en: "Notices" },
  order: 4,
  load: () => import("./PublicityPage.vue"),
});

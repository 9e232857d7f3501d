import { definePage } from "../../shell/page";

export default definePage({
  path: "/publicity",
  title: { zh: "公示栏", en: "Publicity board" },
  permissions: ["write-notices", "read-proceedings"],
  menu: { group: "credit", order: 60 },
  load: () => import("./PublicityPage.vue"),
});

import { definePage } from "../../shell/page";

export default definePage({
  path: "/bans",
  title: { zh: "禁入", en: "Bans" },
  permissions: ["read-admissions"],
  menu: { group: "credit", order: 70 },
  load: () => import("./BansPage.vue"),
});

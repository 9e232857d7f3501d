import { definePage } from "../../shell/page";

export default definePage({
  path: "/honours",
  title: { zh: "荣誉", en: "Honours" },
  permissions: ["read-honours"],
  menu: { group: "credit", order: 50 },
  load: () => import("./HonoursPage.vue"),
});

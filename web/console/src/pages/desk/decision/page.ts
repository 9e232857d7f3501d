import { definePage } from "../../../shell/page";

export default definePage({
  path: "/decisions/:assignment",
  title: { zh: "派单依据", en: "Decision" },
  permissions: ["read-decisions"],
  load: () => import("./DecisionPage.vue"),
});

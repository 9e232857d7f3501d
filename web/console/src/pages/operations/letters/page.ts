import { definePage } from "../../../shell/page";

export default definePage({
  path: "/operations/letters",
  title: { zh: "死信", en: "Dead letters" },
  permissions: ["read-dead-letters"],
  menu: { group: "operations", order: 10 },
  load: () => import("./LettersPage.vue"),
});

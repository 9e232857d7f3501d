import { definePage } from "../../../shell/page";

export default definePage({
  path: "/operations/consumers",
  title: { zh: "消费者", en: "Consumers" },
  permissions: ["read-dead-letters"],
  menu: { group: "operations", order: 20 },
  load: () => import("./ConsumersPage.vue"),
});

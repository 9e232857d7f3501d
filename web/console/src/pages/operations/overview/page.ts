import { definePage } from "../../../shell/page";

export default definePage({
  path: "/operations/overview",
  title: { zh: "运行总览", en: "Overview" },
  permissions: ["read-dead-letters"],
  menu: { group: "operations", order: 5 },
  waits: [
    {
      words: { zh: "运行待处理", en: "Things to see to" },
      to: "/operations/overview",
      isNow: true,
      count: async (context) => (await import("./wrong")).wrong(context),
    },
  ],
  load: () => import("./OverviewPage.vue"),
});

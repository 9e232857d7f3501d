import { definePage } from "../../../shell/page";

export default definePage({
  path: "/operations/letters",
  title: { zh: "死信", en: "Dead letters" },
  permissions: ["read-dead-letters"],
  menu: { group: "operations", order: 10 },
  waits: [
    {
      words: { zh: "死信待处理", en: "Dead letters open" },
      to: "/operations/letters",
      isNow: true,
      count: async (context) => (await import("./open")).openLetters(context),
    },
  ],
  load: () => import("./LettersPage.vue"),
});

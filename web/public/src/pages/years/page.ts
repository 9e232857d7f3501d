import { definePage } from "../../shell/page";

export default definePage({
  path: "/years",
  title: { zh: "年度评价", en: "The year" },
  order: 7,
  offline: {
    zh: "网络已断开：已打开的年份仍可看，其他年份要等网络恢复。",
    en: "No network: the year that is open can be read; others wait for the network.",
  },
  load: () => import("./YearPage.vue"),
});
